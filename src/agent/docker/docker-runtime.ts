// Docker Engine as the agent's runtime. Podman's socket speaks the same API.
import type { Clock } from '#base/clock.ts';
import type { NetworkSpec, Outcome, Runtime, RuntimeInfo } from '../runtime.ts';
import { attempt } from './answers.ts';
import { containerVerbs } from './containers.ts';
import { openEngineClient } from './engine-client.ts';
import type { EngineClient } from './engine-client.ts';
import { subscribe } from './events.ts';
import { execVerbs } from './exec.ts';
import { imageVerbs } from './images.ts';
import { readLogs } from './logs.ts';
import { keepNetwork } from './network-keeper.ts';
import { networkVerbs } from './networks.ts';
import { portFinder } from './port-range.ts';
import { readRawStats, readStats } from './stats.ts';
import { taskGroups } from './task-groups.ts';
import type { TaskGroups } from './task-groups.ts';

export interface DockerRuntime extends Runtime {
  /** Closes kept connections; calls under way fail. */
  close(): void;
  /** Keeps the engine from taking a network away that only interfaces of the agent's are on. Idempotent. */
  keepNetwork(spec: NetworkSpec): Promise<Outcome<void>>;
  /** The engine's own answer about a running container's counters, for the metadata endpoint; null when there is none. */
  rawStats(id: string): Promise<unknown>;
}

export const DOCKER_SOCKET = '/var/run/docker.sock';

/** Connects when first asked; the engine may be absent for now. */
export function openDockerRuntime(options: { readonly socketPath?: string; readonly clock: Clock }): DockerRuntime {
  const { clock } = options;
  const client = openEngineClient(options.socketPath ?? DOCKER_SOCKET, clock);
  let groups: Promise<Outcome<TaskGroups>> | undefined;

  const findGroups = async (): Promise<Outcome<TaskGroups>> => {
    const info = await readInfo(client);
    return info.ok ? { ok: true, value: taskGroups(info.value) } : info;
  };
  const withGroups = async <T>(use: (groups: TaskGroups) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    groups ??= findGroups();
    const found = await groups;
    if (found.ok) return use(found.value);
    groups = undefined;
    return found;
  };

  const images = imageVerbs(client, clock);
  return {
    ...containerVerbs(client),
    ...execVerbs(client, clock),
    ...images,
    ...networkVerbs(client),
    info: () => readInfo(client),
    keepNetwork: (spec) => keepNetwork(client, spec, images.ensurePauseImage),
    events: (label, onEvent) => subscribe(client, clock, label, onEvent),
    logs: (id, logOptions) => readLogs(client, id, logOptions),
    stats: (id) => readStats(client, clock, id),
    rawStats: (id) => readRawStats(client, id),
    ensureTaskGroup: (spec) => withGroups((g) => g.ensure(spec)),
    removeTaskGroup: (id) => withGroups((g) => g.remove(id)),
    findPortRange: portFinder(),
    close: () => client.close(),
  };
}

interface EngineInfo {
  readonly ServerVersion: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupDriver: string;
  readonly CgroupVersion?: string;
  readonly DockerRootDir: string;
  readonly Plugins: { readonly Log: readonly string[] | null; readonly Volume: readonly string[] | null };
  readonly Runtimes: Readonly<Record<string, unknown>> | null;
  readonly DefaultRuntime?: string;
  readonly SecurityOptions: readonly string[] | null;
}

function readInfo(client: EngineClient): Promise<Outcome<RuntimeInfo>> {
  return attempt(client, {
    request: { method: 'GET', path: '/info', timeoutMs: 30_000 },
    failure: 'CannotInspectContainerError',
    transition: 'info',
    accept: ({ status, body }) => (status === 200 ? { value: parseInfo(body as EngineInfo) } : undefined),
  });
}

function parseInfo(info: EngineInfo): RuntimeInfo {
  return {
    version: info.ServerVersion,
    architecture: info.Architecture === 'aarch64' ? 'arm64' : info.Architecture === 'x86_64' ? 'amd64' : info.Architecture,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    cgroupDriver: info.CgroupDriver === 'systemd' || info.CgroupDriver === 'cgroupfs' ? info.CgroupDriver : 'none',
    cgroupVersion: info.CgroupVersion === '2' ? 2 : 1,
    rootDir: info.DockerRootDir,
    logDrivers: info.Plugins.Log ?? [],
    volumeDrivers: info.Plugins.Volume ?? [],
    runtimes: Object.keys(info.Runtimes ?? {}),
    defaultRuntime: info.DefaultRuntime ?? '',
    securityOptions: info.SecurityOptions ?? [],
  };
}
