// From a payload to what the runtime creates. The payload's dockerConfig is in the Engine API's form already; added here
// is only what the host knows: names, labels, the resolved image, limits, mounts, ports, namespaces, log driver.
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';
import type { ContainerSpec, EngineConfig, EngineHostConfig } from '../runtime.ts';
import { parseOverrides, renderEnvironment } from './environment.ts';
import { LABELS, PAUSE_CONTAINER, containerName, taskLabels } from './names.ts';
import { namespaces, type Namespaces } from './namespaces.ts';
import { taskEndpoint, taskHostname, taskInterface } from './network.ts';
import { renderPorts } from './ports.ts';
import type { RangeStarts } from './ports.ts';
import { renderBinds, renderVolumesFrom } from './volumes.ts';

export interface SpecContext {
  readonly agentId: string;
  /** The task's interface is in a namespace that the agent made. */
  readonly attached?: boolean;
  /** As the runtime knows it. */
  readonly image: string;
  readonly cgroupParent?: string;
  readonly rangeStarts: RangeStarts;
  /** Environment for metadata and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the agent's own. */
  readonly binds?: readonly string[];
  /** Where this host serves Longshore's API to containers that want it. */
  readonly apiUrl?: string;
  /** Values of the container's secrets, of its log driver's, and of its environment files. */
  readonly secrets?: { readonly environment: Readonly<Record<string, string>>; readonly files?: Readonly<Record<string, string>>; readonly logOptions: Readonly<Record<string, string>> };
  /** OCI runtime to use instead of the engine's default. */
  readonly ociRuntime?: string;
  /** The most open files this host can give a process; absent: whatever is asked for. */
  readonly maxOpenFiles?: number;
}

const MIB = 2 ** 20;
/** The kernel's least weight: what a container without CPU units gets. */
const LEAST_CPU_SHARES = 2;
/** Large enough that a shipper that was away for a while still finds every line; bounded, so that a lost one cannot fill the disk. */
const LOG_BUFFER = { Type: 'json-file', Config: { 'max-size': '64m', 'max-file': '2' } } as const;

/** The spec of one of the task's own containers; a text says why the payload makes none. */
export function renderContainer(task: PayloadTask, container: PayloadContainer, context: SpecContext): ContainerSpec | string {
  const given = parseEngine(container);
  if (typeof given === 'string') return given;
  const shared = namespacesOf(task, context);
  const ports = renderPorts(task, container, context.rangeStarts);
  const command = parseOverrides(container.overrides).command ?? container.command;
  const endpoint = task.networkMode === 'awsvpc' && shared.network !== 'pause' ? taskEndpoint(task) : undefined;
  if (typeof endpoint === 'string') return endpoint;
  // What several containers share has one name, which is none of theirs.
  const named = shared.network === 'own' || (shared.network === 'attached' && task.containers.length === 1);
  const config: EngineConfig = {
    ...(named ? given.config : without(given.config, ['Hostname', 'Domainname'])),
    ...(shared.network !== 'pause' && networkIdentity(task, named ? given.config : {})),
    ...(command !== undefined && { Cmd: command }),
    ...(container.entryPoint !== undefined && { Entrypoint: container.entryPoint }),
    ...(container.disableNetworking === true && { NetworkDisabled: true }),
    ...(Object.keys(ports.exposed).length > 0 && { ExposedPorts: ports.exposed }),
    Env: renderEnvironment(task, container, { secrets: context.secrets?.environment, files: context.secrets?.files, addresses: context.environment, apiUrl: context.apiUrl }),
  };
  return {
    name: containerName(task, container.name),
    image: context.image,
    labels: { ...given.config.Labels, ...taskLabels(task, context.agentId), [LABELS.containerName]: container.name },
    config,
    hostConfig: renderHostConfig(task, container, context, given.hostConfig, ports.bindings),
    ...(shared.network === 'attached' ? container.disableNetworking !== true && { inNamespace: true } : endpoint !== undefined && { endpoint }),
  };
}

function namespacesOf(task: PayloadTask, context: Pick<SpecContext, 'attached'>): Namespaces {
  return namespaces(task, context.attached === true);
}

/** The container that holds what a task's containers share. */
export function renderPause(task: PayloadTask, image: string, context: Omit<SpecContext, 'image'>): ContainerSpec | string {
  const shared = namespacesOf(task, context);
  const endpoint = shared.network === 'pause' ? taskEndpoint(task) : undefined;
  if (typeof endpoint === 'string') return endpoint;
  return {
    name: containerName(task, PAUSE_CONTAINER),
    image,
    labels: { ...taskLabels(task, context.agentId), [LABELS.containerName]: PAUSE_CONTAINER },
    config: shared.network === 'pause' ? networkIdentity(task, {}) : {},
    hostConfig: {
      NetworkMode: endpoint?.network ?? 'none',
      LogConfig: { Type: 'none' },
      ...(shared.ipc === 'shared' && { IpcMode: 'shareable' }),
      ...(context.cgroupParent !== undefined && { CgroupParent: context.cgroupParent }),
      ...(context.ociRuntime !== undefined && { Runtime: context.ociRuntime }),
      ...(shared.network === 'pause' && gathered(task)),
    },
    ...(endpoint !== undefined && { endpoint }),
  };
}

function renderHostConfig(task: PayloadTask, container: PayloadContainer, context: SpecContext, given: EngineHostConfig, bindings: NonNullable<EngineHostConfig['PortBindings']>): EngineHostConfig {
  const shared = namespacesOf(task, context);
  const binds = [...(given.Binds ?? []), ...renderBinds(task, container), ...(context.binds ?? [])];
  const from = renderVolumesFrom(task, container);
  const links = (container.links ?? []).map((link) => renderLink(task, link));
  return {
    ...(shared.network === 'own' ? given : withoutNetworking(given)),
    ...(shared.network === 'own' && dns(task, given)),
    ...(shared.network === 'attached' && container.disableNetworking !== true && attachedNetworking(task, given)),
    NetworkMode: networkMode(task, container, shared),
    LogConfig: logConfig(given, context),
    ...hostUlimits(given, context.maxOpenFiles),
    CpuShares: Math.max(LEAST_CPU_SHARES, container.cpu),
    ...(container.memory > 0 && { Memory: container.memory * MIB }),
    ...(binds.length > 0 && { Binds: binds }),
    ...(from.length > 0 && { VolumesFrom: from }),
    ...(links.length > 0 && { Links: links }),
    ...(Object.keys(bindings).length > 0 && { PortBindings: bindings }),
    ...pidMode(task, shared),
    ...ipcMode(task, shared),
    ...(context.cgroupParent !== undefined && { CgroupParent: context.cgroupParent }),
    ...(context.ociRuntime !== undefined && { Runtime: context.ociRuntime }),
  };
}

function logConfig({ LogConfig: given }: EngineHostConfig, context: SpecContext): NonNullable<EngineHostConfig['LogConfig']> {
  if (given === undefined || given.Type === 'awslogs') return LOG_BUFFER;
  return { ...given, Config: { ...given.Config, ...context.secrets?.logOptions } };
}

/** ECS's default of 65,535 open files is more than some hosts may give (a container host that is a container itself): they give what they can. */
function hostUlimits(given: EngineHostConfig, maxOpenFiles: number | undefined): EngineHostConfig {
  const ulimits = given['Ulimits'] as readonly { Name: string; Soft: number; Hard: number }[] | undefined;
  if (ulimits === undefined || maxOpenFiles === undefined) return {};
  const most = (value: number): number => Math.min(value, maxOpenFiles);
  return { Ulimits: ulimits.map((u) => (u.Name === 'nofile' ? { ...u, Soft: most(u.Soft), Hard: most(u.Hard) } : u)) };
}

function networkMode(task: PayloadTask, container: PayloadContainer, shared: Namespaces): string {
  if (container.disableNetworking === true || shared.network === 'attached') return 'none';
  if (task.networkMode !== 'awsvpc') return task.networkMode;
  if (shared.network === 'pause') return `container:${containerName(task, PAUSE_CONTAINER)}`;
  const endpoint = taskEndpoint(task);
  return typeof endpoint === 'string' ? 'none' : endpoint.network;
}

function pidMode(task: PayloadTask, { pid }: Namespaces): EngineHostConfig {
  return pid === 'own' ? {} : { PidMode: pid === 'host' ? 'host' : `container:${containerName(task, PAUSE_CONTAINER)}` };
}

function ipcMode(task: PayloadTask, { ipc }: Namespaces): EngineHostConfig {
  return ipc === 'own' ? {} : { IpcMode: ipc === 'shared' ? `container:${containerName(task, PAUSE_CONTAINER)}` : ipc };
}

/** An awsvpc task is called as its interface is, unless the definition names it. */
function networkIdentity(task: PayloadTask, given: EngineConfig): EngineConfig {
  const eni = taskInterface(task);
  const hostname = given.Hostname ?? (eni === undefined ? undefined : taskHostname(eni));
  return hostname === undefined ? {} : { Hostname: hostname };
}

function dns(task: PayloadTask, given: EngineHostConfig): EngineHostConfig {
  const servers = taskInterface(task)?.domainNameServers ?? [];
  return given['Dns'] === undefined && servers.length > 0 ? { Dns: servers } : {};
}

/** What containers ask of the network belongs to the namespace's holder; the engine refuses it elsewhere. */
function gathered(task: PayloadTask): EngineHostConfig {
  const hosts: EngineHostConfig[] = task.containers.map((c) => parseEngine(c)).map((g) => (typeof g === 'string' ? {} : g.hostConfig));
  const list = (name: string): string[] => [...new Set(hosts.flatMap((h) => (Array.isArray(h[name]) ? (h[name] as string[]) : [])))];
  const sysctls = Object.fromEntries(hosts.flatMap((h) => Object.entries((h['Sysctls'] ?? {}) as Record<string, string>).filter(([name]) => name.startsWith('net.'))));
  const servers = list('Dns').length > 0 ? list('Dns') : (taskInterface(task)?.domainNameServers ?? []);
  return {
    ...(servers.length > 0 && { Dns: servers }),
    ...(list('DnsSearch').length > 0 && { DnsSearch: list('DnsSearch') }),
    ...(list('ExtraHosts').length > 0 && { ExtraHosts: list('ExtraHosts') }),
    ...(Object.keys(sysctls).length > 0 && { Sysctls: sysctls }),
  };
}

/** Each container has files of its own that say the same; a name of the interface's own is in them, as Docker would have it. */
function attachedNetworking(task: PayloadTask, given: EngineHostConfig): EngineHostConfig {
  const all = gathered(task);
  const eni = taskInterface(task);
  const [name, address] = [eni && taskHostname(eni), eni?.ipv4Addresses[0]?.privateAddress];
  const own = name !== undefined && address !== undefined ? [`${name}:${address}`] : [];
  const sysctls = { ...(all['Sysctls'] as Record<string, string> | undefined), ...(given['Sysctls'] as Record<string, string> | undefined) };
  return {
    ...all,
    ExtraHosts: [...own, ...((all['ExtraHosts'] as readonly string[] | undefined) ?? [])],
    ...(given['DnsOptions'] !== undefined && { DnsOptions: given['DnsOptions'] }),
    ...(Object.keys(sysctls).length > 0 && { Sysctls: sysctls }),
  };
}

function withoutNetworking(given: EngineHostConfig): EngineHostConfig {
  const rest = without(given, ['Dns', 'DnsSearch', 'DnsOptions', 'ExtraHosts', 'PortBindings', 'Links', 'Sysctls']);
  const sysctls = Object.entries((given['Sysctls'] ?? {}) as Record<string, string>).filter(([name]) => !name.startsWith('net.'));
  return sysctls.length > 0 ? { ...rest, Sysctls: Object.fromEntries(sysctls) } : rest;
}

function renderLink(task: PayloadTask, link: string): string {
  const [name = link, alias = name] = link.split(':');
  return `${containerName(task, name)}:${alias}`;
}

function parseEngine(container: PayloadContainer): { config: EngineConfig; hostConfig: EngineHostConfig } | string {
  try {
    const { config, hostConfig } = container.dockerConfig;
    return { config: JSON.parse(config === '' ? '{}' : config) as EngineConfig, hostConfig: JSON.parse(hostConfig === '' ? '{}' : hostConfig) as EngineHostConfig };
  } catch (error) {
    return `container ${container.name}: dockerConfig is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function without<T extends object>(value: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as T;
}
