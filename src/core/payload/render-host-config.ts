// The Engine API's host config (`dockerConfig.hostConfig`): limits, privileges, network and logging of a container.
// Binds, port bindings, links, namespaces shared by a task and its cgroup are the agent's to add.
import type { ContainerOverride, Task } from '#model/task.ts';
import type { ContainerDefinition, Device, LinuxParameters, TaskDefinition } from '#model/task-definition.ts';
import { renderLogConfig } from './render-log-config.ts';

const MIB = 1024 * 1024;

/** Fargate's own default; EC2 and EXTERNAL hosts have what their Docker has. */
const FARGATE_NOFILE = { Name: 'nofile', Soft: 65_535, Hard: 65_535 };

interface Effective {
  readonly override: ContainerOverride;
  /** Hard limit after overrides; 0 = none. */
  readonly memoryMiB: number;
  readonly gpuIds: readonly string[];
}

/** Members only where the definition says something. */
export function renderHostConfig(task: Task, definition: TaskDefinition, container: ContainerDefinition, effective: Effective): Record<string, unknown> {
  const reservation = effective.override.memoryReservation ?? container.memoryReservation;
  const networkMode = definition.networkMode ?? 'bridge';
  const logConfig = renderLogConfig(task, container);
  const ulimits = renderUlimits(task, container);
  return {
    ...(networkMode !== 'awsvpc' && { NetworkMode: networkMode }),
    ...(reservation !== undefined && { MemoryReservation: reservation * MIB }),
    ...(container.privileged === true && { Privileged: true }),
    ...(container.readonlyRootFilesystem === true && { ReadonlyRootfs: true }),
    ...(some(container.dnsServers) && { Dns: container.dnsServers }),
    ...(some(container.dnsSearchDomains) && { DnsSearch: container.dnsSearchDomains }),
    ...(some(container.extraHosts) && { ExtraHosts: container.extraHosts?.map((h) => `${h.hostname}:${h.ipAddress}`) }),
    ...(some(container.dockerSecurityOptions) && { SecurityOpt: container.dockerSecurityOptions }),
    ...(some(ulimits) && { Ulimits: ulimits }),
    ...(some(container.systemControls) && {
      Sysctls: Object.fromEntries(container.systemControls?.map((s) => [s.namespace ?? '', s.value ?? '']) ?? []),
    }),
    ...(effective.gpuIds.length > 0 && { DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: effective.gpuIds, Capabilities: [['gpu']] }] }),
    ...(logConfig !== undefined && { LogConfig: logConfig }),
    ...renderLinuxParameters(container.linuxParameters ?? {}, effective.memoryMiB),
  };
}

function renderLinuxParameters(linux: LinuxParameters, memoryMiB: number): Record<string, unknown> {
  return {
    ...(some(linux.capabilities?.add) && { CapAdd: linux.capabilities?.add }),
    ...(some(linux.capabilities?.drop) && { CapDrop: linux.capabilities?.drop }),
    ...(some(linux.devices) && { Devices: linux.devices?.map(renderDevice) }),
    ...(linux.initProcessEnabled === true && { Init: true }),
    ...(linux.sharedMemorySize !== undefined && { ShmSize: linux.sharedMemorySize * MIB }),
    ...(some(linux.tmpfs) && {
      Tmpfs: Object.fromEntries(linux.tmpfs?.map((t) => [t.containerPath, [`size=${t.size}m`, ...(t.mountOptions ?? [])].join(',')]) ?? []),
    }),
    // Docker's MemorySwap is memory and swap together, and means nothing without a memory limit.
    ...(linux.maxSwap !== undefined && memoryMiB > 0 && { MemorySwap: (memoryMiB + linux.maxSwap) * MIB }),
    // ECS: ignored without maxSwap.
    ...(linux.swappiness !== undefined && linux.maxSwap !== undefined && { MemorySwappiness: linux.swappiness }),
  };
}

function renderUlimits(task: Task, container: ContainerDefinition): readonly unknown[] {
  const own = (container.ulimits ?? []).map((u) => ({ Name: u.name, Soft: u.softLimit, Hard: u.hardLimit }));
  const defaultApplies = task.launchType === 'FARGATE' && !own.some((u) => u.Name === 'nofile');
  return defaultApplies ? [...own, FARGATE_NOFILE] : own;
}

const PERMISSION_LETTERS = { read: 'r', write: 'w', mknod: 'm' } as const;

function renderDevice(device: Device): Record<string, string> {
  const permissions = some(device.permissions) ? device.permissions : (['read', 'write', 'mknod'] as const);
  return {
    PathOnHost: device.hostPath,
    PathInContainer: device.containerPath ?? device.hostPath,
    CgroupPermissions: permissions?.map((p) => PERMISSION_LETTERS[p]).join('') ?? '',
  };
}

function some(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}
