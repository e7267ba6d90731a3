// Containers: create, start, stop, remove, look at.
import { done } from '../runtime.ts';
import type { ContainerInfo, ContainerSpec, Health, Outcome, PortBinding, Runtime } from '../runtime.ts';
import { attempt, labelFilter, statuses } from './answers.ts';
import type { EngineClient } from './engine-client.ts';
import { linkNamespace, unlinkNamespace } from './namespace-links.ts';
import { TASK_RUNTIME } from '../network/task-interfaces.ts';

type ContainerVerbs = Pick<Runtime, 'create' | 'start' | 'stop' | 'remove' | 'inspect' | 'list'>;

/** Amazon's agent waits so long: docker/timeouts in its configuration. */
const CREATE_TIMEOUT_MS = 240_000;
const START_TIMEOUT_MS = 180_000;
const INSPECT_TIMEOUT_MS = 30_000;
const REMOVE_TIMEOUT_MS = 300_000;
/** Beyond the container's own stop timeout. */
const STOP_MARGIN_MS = 60_000;

export function containerVerbs(client: EngineClient): ContainerVerbs {
  return {
    create: (spec) => attempt(client, {
      request: { method: 'POST', path: '/containers/create', query: { name: spec.name }, body: renderCreate(spec), timeoutMs: CREATE_TIMEOUT_MS },
      failure: 'CannotCreateContainerError',
      transition: 'created',
      accept: ({ status, body }) => (status === 201 ? { value: (body as { Id: string }).Id } : undefined),
    }),
    start(id, namespace) {
      const linked = namespace === undefined ? done(undefined) : linkNamespace(id, namespace);
      if (!linked.ok) return Promise.resolve(linked);
      return attempt(client, {
        request: { method: 'POST', path: `/containers/${id}/start`, timeoutMs: START_TIMEOUT_MS },
        failure: 'CannotStartContainerError',
        transition: 'started',
        accept: statuses(204, 304),
      });
    },
    stop: (id, timeoutMs) => attempt(client, {
      request: { method: 'POST', path: `/containers/${id}/stop`, query: { t: Math.ceil(timeoutMs / 1000) }, timeoutMs: timeoutMs + STOP_MARGIN_MS },
      failure: 'CannotStopContainerError',
      transition: 'stopped',
      accept: statuses(204, 304, 404),
    }),
    async remove(id) {
      const outcome = await attempt(client, {
        request: { method: 'DELETE', path: `/containers/${id}`, query: { force: 1, v: 1 }, timeoutMs: REMOVE_TIMEOUT_MS },
        failure: 'CannotRemoveContainerError',
        transition: 'removed',
        // 409: its removal is under way already.
        accept: statuses(204, 404, 409),
      });
      if (outcome.ok) unlinkNamespace(id);
      return outcome;
    },
    inspect: (id): Promise<Outcome<ContainerInfo | undefined>> => attempt(client, {
      request: { method: 'GET', path: `/containers/${id}/json`, timeoutMs: INSPECT_TIMEOUT_MS },
      failure: 'CannotInspectContainerError',
      transition: 'inspecting',
      accept: ({ status, body }) => (status === 404 ? { value: undefined } : status === 200 ? { value: parseInspect(body as EngineInspect) } : undefined),
    }),
    list: (label) => attempt(client, {
      request: { method: 'GET', path: '/containers/json', query: { all: 1, filters: labelFilter(label) }, timeoutMs: INSPECT_TIMEOUT_MS },
      failure: 'CannotListContainersError',
      transition: 'listed',
      accept: ({ status, body }) => (status === 200 ? { value: (body as EngineSummary[]).map((c) => ({ id: c.Id, labels: c.Labels ?? {}, state: parseState(c.State) })) } : undefined),
    }),
  };
}

interface EngineSummary {
  readonly Id: string;
  readonly Labels: Record<string, string> | null;
  readonly State: string;
}

export interface EngineInspect {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Config: { readonly Image: string; readonly Labels: Record<string, string> | null; readonly Tty: boolean };
  readonly State: {
    readonly Status: string;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly NetworkSettings: {
    readonly Ports: Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null> | null;
    readonly Networks: Record<string, { readonly IPAddress: string }> | null;
  };
}

function renderCreate(spec: ContainerSpec): Record<string, unknown> {
  const { endpoint } = spec;
  const network = endpoint !== undefined ? { NetworkMode: endpoint.network } : spec.inNamespace === true ? { NetworkMode: 'none', Runtime: TASK_RUNTIME } : {};
  return {
    ...spec.config,
    Image: spec.image,
    Labels: spec.labels,
    // API 1.41 knows a MAC address per container only, not per network.
    ...(endpoint !== undefined && { MacAddress: endpoint.macAddress }),
    HostConfig: { ...spec.hostConfig, ...network },
    ...(endpoint !== undefined && { NetworkingConfig: { EndpointsConfig: { [endpoint.network]: { IPAMConfig: { IPv4Address: endpoint.ipv4Address } } } } }),
  };
}

function parseInspect(body: EngineInspect): ContainerInfo {
  const state = parseState(body.State.Status);
  const startedAtMs = parseTime(body.State.StartedAt);
  const finishedAtMs = parseTime(body.State.FinishedAt);
  return {
    id: body.Id,
    name: body.Name.replace(/^\//, ''),
    image: body.Config.Image,
    labels: body.Config.Labels ?? {},
    state,
    ...(state === 'running' && { pid: body.State.Pid }),
    ...(state !== 'running' && (state === 'exited' || body.State.ExitCode !== 0) && { exitCode: body.State.ExitCode }),
    oomKilled: body.State.OOMKilled,
    error: body.State.Error,
    health: parseHealth(body.State.Health?.Status),
    createdAtMs: parseTime(body.Created) ?? 0,
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(state === 'exited' && finishedAtMs !== undefined && { finishedAtMs }),
    ports: parsePorts(body.NetworkSettings.Ports ?? {}),
    addresses: Object.fromEntries(Object.entries(body.NetworkSettings.Networks ?? {}).flatMap(([name, n]) => (n.IPAddress === '' ? [] : [[name, n.IPAddress]]))),
  };
}

/** A paused container still runs; one that is being removed does not any more. */
function parseState(status: string): ContainerInfo['state'] {
  if (status === 'created') return 'created';
  return status === 'running' || status === 'paused' || status === 'restarting' ? 'running' : 'exited';
}

export function parseHealth(status: string | undefined): Health {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

function parsePorts(ports: NonNullable<EngineInspect['NetworkSettings']['Ports']>): PortBinding[] {
  return Object.entries(ports).flatMap(([key, bound]) => {
    const [port, protocol] = key.split('/');
    return (bound ?? []).map((b) => ({ containerPort: Number(port), protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const), hostIp: b.HostIp, hostPort: Number(b.HostPort) }));
  });
}

/** Go's zero time means never. */
function parseTime(text: string): number | undefined {
  return text.startsWith('0001-') ? undefined : Date.parse(text);
}
