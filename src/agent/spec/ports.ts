// Port mappings: what to bind on the host, and how the result is reported as networkBindings.
import type { SubmittedBinding } from '#link/agent-api.ts';
import type { PayloadContainer, PayloadPortMapping, PayloadTask } from '#link/messages.ts';
import type { EngineHostConfig, PortBinding } from '../runtime.ts';

type EnginePorts = NonNullable<EngineHostConfig['PortBindings']>;

/** First host port chosen for each containerPortRange, by `<range>/<protocol>`, and for each port that is kept over restarts. */
export type RangeStarts = Readonly<Record<string, number>>;

export interface PortRange {
  /** `8000-8010/tcp`, or `80/tcp` */
  readonly key: string;
  readonly first: number;
  readonly count: number;
  readonly protocol: 'tcp' | 'udp';
}

/**
 * What needs host ports before the container can be created, bridge mode only: ranges, as neighbours; and free ports of a container that may
 * be started again, for which the runtime would choose others than those the control plane and its load balancers were told.
 */
export function rangesToFind(task: PayloadTask, container: PayloadContainer): PortRange[] {
  if (task.networkMode !== 'bridge') return [];
  return container.portMappings.flatMap((mapping) => parseRange(mapping) ?? keptPort(container, mapping) ?? []);
}

function keptPort(container: PayloadContainer, mapping: PayloadPortMapping): PortRange | undefined {
  const { containerPort, hostPort = 0, protocol = 'tcp' } = mapping;
  if (container.restartPolicy?.enabled !== true || containerPort === undefined || hostPort !== 0) return undefined;
  const alone = container.portMappings.filter((other) => other.containerPort === containerPort && (other.protocol ?? 'tcp') === protocol).length === 1;
  return alone ? { key: `${containerPort}/${protocol}`, first: containerPort, count: 1, protocol } : undefined;
}

/** ExposedPorts and PortBindings in the Engine API's form. Only bridge mode binds host ports. */
export function renderPorts(task: PayloadTask, container: PayloadContainer, starts: RangeStarts): { exposed: Record<string, object>; bindings: EnginePorts } {
  const exposed: Record<string, object> = {};
  const bindings: Record<string, { HostIp?: string; HostPort?: string }[]> = {};
  if (task.networkMode !== 'bridge') return { exposed, bindings };
  for (const mapping of container.portMappings) {
    for (const { port, hostPort, protocol } of expand(mapping, starts)) {
      const key = `${port}/${protocol}`;
      exposed[key] = {};
      // A free port is chosen by the runtime, for IPv4 alone: with both families Docker 20.10 may choose two different ones.
      (bindings[key] ??= []).push(hostPort === 0 ? { HostIp: '0.0.0.0', HostPort: '0' } : { HostPort: String(hostPort) });
    }
  }
  return { exposed, bindings };
}

/** True when the host ports are known only after the start. */
export function hasDynamicPorts(task: PayloadTask, container: PayloadContainer): boolean {
  return task.networkMode === 'bridge' && container.portMappings.some((m) => m.containerPort !== undefined && (m.hostPort ?? 0) === 0);
}

/** What RUNNING reports. awsvpc tasks report none: their ports are on their own address. */
export function viewBindings(task: PayloadTask, container: PayloadContainer, bound: readonly PortBinding[], starts: RangeStarts): SubmittedBinding[] {
  if (task.networkMode !== 'bridge' && task.networkMode !== 'host') return [];
  return container.portMappings.flatMap((mapping): SubmittedBinding[] => {
    const protocol = mapping.protocol ?? 'tcp';
    const range = parseRange(mapping);
    if (range !== undefined) {
      const first = task.networkMode === 'host' ? range.first : (starts[range.key] ?? range.first);
      return [{ bindIP: '0.0.0.0', protocol, containerPortRange: mapping.containerPortRange!, hostPortRange: `${first}-${first + range.count - 1}` }];
    }
    const containerPort = mapping.containerPort;
    if (containerPort === undefined) return [];
    if (task.networkMode === 'host') return [{ bindIP: '0.0.0.0', containerPort, hostPort: containerPort, protocol }];
    const fixed = fixedPort(mapping, starts);
    if (fixed !== 0) return [{ bindIP: '0.0.0.0', containerPort, hostPort: fixed, protocol }];
    return bound
      .filter((b) => b.containerPort === containerPort && b.protocol === protocol && !b.hostIp.includes(':'))
      .map((b) => ({ bindIP: b.hostIp, containerPort, hostPort: b.hostPort, protocol }));
  });
}

function expand(mapping: PayloadPortMapping, starts: RangeStarts): { port: number; hostPort: number; protocol: string }[] {
  const range = parseRange(mapping);
  if (range === undefined) {
    return mapping.containerPort === undefined ? [] : [{ port: mapping.containerPort, hostPort: fixedPort(mapping, starts), protocol: mapping.protocol ?? 'tcp' }];
  }
  const start = starts[range.key] ?? range.first;
  return Array.from({ length: range.count }, (_, index) => ({ port: range.first + index, hostPort: start + index, protocol: range.protocol }));
}

/** 0: the runtime chooses. */
function fixedPort({ containerPort, hostPort = 0, protocol = 'tcp' }: PayloadPortMapping, starts: RangeStarts): number {
  return hostPort !== 0 ? hostPort : (starts[`${containerPort}/${protocol}`] ?? 0);
}

function parseRange(mapping: PayloadPortMapping): PortRange | undefined {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(mapping.containerPortRange ?? '') ?? [];
  if (from === undefined || to === undefined) return undefined;
  const protocol = mapping.protocol ?? 'tcp';
  return { key: `${mapping.containerPortRange}/${protocol}`, first: Number(from), count: Number(to) - Number(from) + 1, protocol };
}
