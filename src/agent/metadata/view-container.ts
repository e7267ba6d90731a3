// A container as the metadata endpoint shows it, in the shape of Amazon's agent (versions 3 and 4). Pure.
import type { ContainerRun } from '#core/task-run/run.ts';
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';
import type { ContainerInfo } from '../runtime.ts';
import { containerName } from '../spec/names.ts';
import { taskInterface } from '../spec/network.ts';

export interface ContainerFacts {
  readonly container: PayloadContainer;
  readonly run: ContainerRun;
  readonly desired: 'RUNNING' | 'STOPPED';
  /** Undefined before it is made and after it is gone. */
  readonly info: ContainerInfo | undefined;
  readonly imageId: string | undefined;
}

export type MetadataVersion = 3 | 4;

export function viewContainer(task: PayloadTask, facts: ContainerFacts, version: MetadataVersion): Record<string, unknown> {
  const { container, run, info } = facts;
  const networks = viewNetworks(task, facts, version);
  return {
    DockerId: run.runtimeId ?? '',
    Name: container.name,
    DockerName: containerName(task, container.name),
    Image: container.image,
    ImageID: facts.imageId ?? '',
    ...viewPorts(info),
    ...(info !== undefined && { Labels: info.labels }),
    DesiredStatus: facts.desired,
    KnownStatus: run.phase.toUpperCase(),
    ...(run.exitCode !== undefined && { ExitCode: run.exitCode }),
    Limits: { CPU: Math.max(2, container.cpu), ...(container.memory > 0 && { Memory: container.memory }) },
    ...(info !== undefined && { CreatedAt: iso(info.createdAtMs) }),
    ...time('StartedAt', run.startedAtMs),
    ...time('FinishedAt', run.finishedAtMs),
    Type: 'NORMAL',
    ...(container.healthCheckType !== undefined && { Health: { status: run.health, ...time('statusSince', run.healthSinceMs) } }),
    ...(version === 4 && viewLog(container)),
    ...(version === 4 && container.containerArn !== undefined && { ContainerARN: container.containerArn }),
    ...(version === 4 && container.restartPolicy?.enabled === true && { RestartCount: run.restarts }),
    ...(networks.length > 0 && { Networks: networks }),
  };
}

function viewNetworks(task: PayloadTask, { info }: ContainerFacts, version: MetadataVersion): object[] {
  const eni = taskInterface(task);
  if (eni === undefined) {
    const IPv4Addresses = Object.values(info?.addresses ?? {}).filter((address) => address !== '');
    return task.networkMode === 'none' ? [] : [{ NetworkMode: task.networkMode, IPv4Addresses }];
  }
  const common = { NetworkMode: 'awsvpc', IPv4Addresses: eni.ipv4Addresses.map((address) => address.privateAddress) };
  if (version === 3) return [common];
  return [
    {
      ...common,
      AttachmentIndex: 0,
      MACAddress: eni.macAddress,
      IPv4SubnetCIDRBlock: subnetCidr(eni.subnetGatewayIpv4Address),
      ...((eni.domainNameServers?.length ?? 0) > 0 && { DomainNameServers: eni.domainNameServers }),
      ...(eni.privateDnsName !== undefined && { PrivateDNSName: eni.privateDnsName }),
      SubnetGatewayIpv4Address: eni.subnetGatewayIpv4Address,
    },
  ];
}

/** `172.31.0.1/20` → `172.31.0.0/20`. */
export function subnetCidr(gateway: string): string {
  const [address = '', bits = '32'] = gateway.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const base = Math.floor(number / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${bits}`;
}

function viewPorts(info: ContainerInfo | undefined): object {
  if (info === undefined || info.ports.length === 0) return {};
  return { Ports: info.ports.map((port) => ({ ContainerPort: port.containerPort, Protocol: port.protocol, HostPort: port.hostPort, HostIp: port.hostIp })) };
}

/** The driver's options as the definition has them: values of secret options are not among them. */
function viewLog(container: PayloadContainer): object {
  const { LogConfig } = JSON.parse(container.dockerConfig.hostConfig === '' ? '{}' : container.dockerConfig.hostConfig) as { LogConfig?: { Type: string; Config?: Record<string, string> } };
  return LogConfig === undefined ? {} : { LogDriver: LogConfig.Type, ...(LogConfig.Config !== undefined && { LogOptions: LogConfig.Config }) };
}

export function time(name: string, atMs: number | undefined): object {
  return atMs === undefined ? {} : { [name]: iso(atMs) };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
