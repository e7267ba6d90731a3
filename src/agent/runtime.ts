// What the agent asks of a container runtime. Docker is agent/docker/, the fake tests/support/fake-runtime.ts; both pass
// tests/contract/runtime-suite.ts. Nothing here throws for what a runtime may refuse: an outcome names the failure,
// and that name becomes the task's stopped reason.

/** Names of failures, in ECS's words (source: aws/amazon-ecs-agent, dockerapi). */
export type FailureName =
  | 'CannotPullContainerError'
  | 'CannotCreateContainerError'
  | 'CannotStartContainerError'
  | 'CannotStopContainerError'
  | 'CannotRemoveContainerError'
  | 'CannotInspectContainerError'
  | 'CannotListContainersError'
  | 'CannotCreateVolumeError'
  | 'ResourceInitializationError'
  | 'DockerTimeoutError'
  | 'NoSuchContainerError'
  /** The runtime does not answer at all: worth trying again, never a reason to stop a task. */
  | 'RuntimeUnavailable';

export interface Failure {
  readonly name: FailureName;
  readonly message: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const failed = (name: FailureName, message: string): Outcome<never> => ({ ok: false, failure: { name, message } });

/** `CannotPullContainerError: pull access denied`. */
export function failureText(failure: Failure): string {
  return `${failure.name}: ${failure.message}`;
}

export interface RuntimeInfo {
  readonly version: string;
  /** Lower-case as Go says it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly cgroupDriver: 'cgroupfs' | 'systemd' | 'none';
  readonly cgroupVersion: 1 | 2;
  readonly rootDir: string;
  readonly logDrivers: readonly string[];
  /** As the runtime calls them, plugins with their tag: `local`, `store/netshare:latest`. */
  readonly volumeDrivers: readonly string[];
  /** OCI runtimes by name: `runc`, `runsc`. */
  readonly runtimes: readonly string[];
  readonly defaultRuntime: string;
  readonly securityOptions: readonly string[];
}

export interface RegistryAuth {
  readonly username: string;
  readonly password: string;
}

export interface ImageInfo {
  readonly id: string;
  /** `sha256:…` of the manifest, when the image came from a registry. */
  readonly digest?: string;
}

/**
 * What to create. `config` and `hostConfig` are the Engine API's own create body (the form in which the agent protocol
 * carries them); members that the runtime cannot honour make it answer CannotCreateContainerError.
 */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: EngineConfig;
  readonly hostConfig: EngineHostConfig;
  /** Network to join with a fixed address. Absent: hostConfig.NetworkMode says it all. */
  readonly endpoint?: { readonly network: string; readonly ipv4Address: string; readonly macAddress: string };
  /** In place of an endpoint: the container runs in a network namespace made for it by others, which its starts name. */
  readonly inNamespace?: boolean;
}

/** The part of the Engine API's container config the agent itself reads or writes; others pass through. */
export interface EngineConfig {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Hostname?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Healthcheck?: { readonly Test?: readonly string[]; readonly Interval?: number; readonly Timeout?: number; readonly Retries?: number; readonly StartPeriod?: number };
  readonly [other: string]: unknown;
}

export interface EngineHostConfig {
  readonly NetworkMode?: string;
  readonly Binds?: readonly string[];
  readonly VolumesFrom?: readonly string[];
  readonly Links?: readonly string[];
  readonly PortBindings?: Readonly<Record<string, readonly { readonly HostIp?: string; readonly HostPort?: string }[]>>;
  readonly LogConfig?: { readonly Type: string; readonly Config?: Readonly<Record<string, string>> };
  readonly Memory?: number;
  readonly MemoryReservation?: number;
  readonly CpuShares?: number;
  readonly CgroupParent?: string;
  readonly [other: string]: unknown;
}

export type Health = 'starting' | 'healthy' | 'unhealthy' | 'none';

export interface PortBinding {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  readonly hostIp: string;
  readonly hostPort: number;
}

/** A container as inspect sees it. Times: epoch milliseconds. */
export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'created' | 'running' | 'exited';
  readonly pid?: number;
  /** Only when exited. */
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** Why a start failed, in the runtime's words; empty otherwise. */
  readonly error: string;
  readonly health: Health;
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly ports: readonly PortBinding[];
  /** Addresses by network name. */
  readonly addresses: Readonly<Record<string, string>>;
}

export type RuntimeEvent =
  /** A container came to this state; inspect it for the rest. */
  | { readonly kind: 'started' | 'destroyed'; readonly id: string; readonly atMs: number }
  | { readonly kind: 'died'; readonly id: string; readonly atMs: number; readonly exitCode?: number }
  | { readonly kind: 'health'; readonly id: string; readonly atMs: number; readonly health: Health }
  /** The stream (re)opened: whatever happened before may have been missed; list again. */
  | { readonly kind: 'opened'; readonly atMs: number }
  /** The runtime went away; the stream tries again by itself. */
  | { readonly kind: 'lost'; readonly atMs: number };

export interface Subscription {
  close(): void;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, as Docker stamps it: the position to resume from. */
  readonly timestamp: string;
  /** Without the trailing newline. */
  readonly text: string;
}

export interface LogOptions {
  /** Lines stamped at or after this time (`<seconds>.<nanoseconds>`); default all. */
  readonly since?: string;
  /** Keeps going until the container stops. */
  readonly follow: boolean;
}

/** One reading of a container's counters. */
export interface ContainerStats {
  readonly atMs: number;
  readonly cpuUsageNs: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
}

export interface NetworkSpec {
  readonly name: string;
  /** At most 15 characters. */
  readonly bridgeName: string;
  readonly cidr: string;
  readonly gateway: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface VolumeSpec {
  readonly name: string;
  readonly driver?: string;
  readonly driverOpts?: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface TaskGroupSpec {
  /** Unique on this host, [a-z0-9]. */
  readonly id: string;
  /** vCPUs; 0 = no limit. */
  readonly cpu: number;
  /** 0 = no limit. */
  readonly memoryBytes: number;
}

/** A command to be run inside a running container, in its environment and working directory. */
export interface ExecSpec {
  /** Not empty. */
  readonly command: readonly string[];
  /** `0:0` */
  readonly user: string;
  /** On top of the container's. */
  readonly environment: Readonly<Record<string, string>>;
  /** With a terminal, all output is `stdout`. */
  readonly tty: boolean;
}

/** A command that runs inside a container. The handlers are set by the owner, who then calls `begin`. */
export interface ExecProcess {
  readonly id: string;
  onOutput: (stream: 'stdout' | 'stderr', data: Buffer) => void;
  /** After the last output. Without a code when the runtime cannot tell. */
  onEnd: (exitCode: number | undefined) => void;
  /** After a write that answered false: there is room again. */
  onDrain: () => void;
  begin(): void;
  /** False: enough for now. */
  write(data: Uint8Array): boolean;
  endInput(): void;
  /** No output until resumed; what is left runs on until its pipe is full. */
  pause(): void;
  resume(): void;
  resize(size: { readonly cols: number; readonly rows: number }): void;
  /** Lets go of it; killExec ends it. */
  detach(): void;
}

export interface Runtime {
  info(): Promise<Outcome<RuntimeInfo>>;

  /** Fails with CannotPullContainerError, also when no progress was made for `inactivityTimeoutMs`. */
  pull(reference: string, options: { readonly auth?: RegistryAuth; readonly inactivityTimeoutMs: number }): Promise<Outcome<ImageInfo>>;
  /** The local image, `undefined` when there is none. */
  inspectImage(reference: string): Promise<Outcome<ImageInfo | undefined>>;
  /** Makes sure that the pause image exists and names it. */
  ensurePauseImage(): Promise<Outcome<string>>;

  /** The container's id. A name that exists already is CannotCreateContainerError (the caller adopts by label first). */
  create(spec: ContainerSpec): Promise<Outcome<string>>;
  /**
   * Starting a running container is fine.
   * @param namespace name of the network namespace for a container that was created `inNamespace`; means nothing to others
   */
  start(id: string, namespace?: string): Promise<Outcome<void>>;
  /** Stop signal, then KILL after `timeoutMs`. Stopping a stopped or absent container is fine. */
  stop(id: string, timeoutMs: number): Promise<Outcome<void>>;
  /** Also of a running container; removing an absent one is fine. Anonymous volumes go with it. */
  remove(id: string): Promise<Outcome<void>>;
  /** `undefined` when there is no such container. */
  inspect(id: string): Promise<Outcome<ContainerInfo | undefined>>;
  /** Every container, in whatever state, that carries the label. */
  list(label: { readonly name: string; readonly value: string }): Promise<Outcome<readonly { readonly id: string; readonly labels: Readonly<Record<string, string>>; readonly state: ContainerInfo['state'] }[]>>;

  /** Fails with CannotStartContainerError. A command that does not exist is no failure: the runtime prints that and exits with 126 or 127. */
  exec(id: string, spec: ExecSpec): Promise<Outcome<ExecProcess>>;
  /** Hangs up, then kills what `exec` started, with its children. Of one that has ended it is fine. */
  killExec(execId: string): Promise<Outcome<void>>;

  /** Reopens by itself after a loss; each opening is an `opened` event. */
  events(label: { readonly name: string; readonly value: string }, onEvent: (event: RuntimeEvent) => void): Subscription;
  /** Ends when the container has stopped and everything was read (follow) or at the end of what there is. Throws when the runtime is lost. */
  logs(id: string, options: LogOptions): AsyncIterable<LogLine>;
  /** `undefined` when it is not running. */
  stats(id: string): Promise<Outcome<ContainerStats | undefined>>;

  /** Idempotent. Fails with ResourceInitializationError. */
  ensureNetwork(spec: NetworkSpec): Promise<Outcome<void>>;
  /** Removes it when no container uses it any more. */
  removeNetwork(name: string): Promise<Outcome<void>>;
  ensureVolume(spec: VolumeSpec): Promise<Outcome<void>>;
  removeVolume(name: string): Promise<Outcome<void>>;
  hasVolume(name: string): Promise<Outcome<boolean>>;
  /** Names of the networks or volumes that carry the label. */
  listNetworks(label: { readonly name: string; readonly value: string }): Promise<Outcome<readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[]>>;
  listVolumes(label: { readonly name: string; readonly value: string }): Promise<Outcome<readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[]>>;

  /** A cgroup that holds a whole task to its size. Returns the CgroupParent for its containers. Idempotent. */
  ensureTaskGroup(spec: TaskGroupSpec): Promise<Outcome<string>>;
  removeTaskGroup(id: string): Promise<Outcome<void>>;

  /** The first of `count` neighbouring host ports that nobody listens on now. Fails with ResourceInitializationError. */
  findPortRange(count: number, protocol: 'tcp' | 'udp'): Promise<Outcome<number>>;
}
