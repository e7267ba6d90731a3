// Port mappings: what to bind on the host, and how the result is reported as networkBindings.
import type { SubmittedBinding } from '#link/agent-api.ts';
import type { PayloadContainer, PayloadPortMapping, PayloadTask } from '#link/messages.ts';
import type { EngineHostConfig, PortBinding } from '../runtime.ts';

type EnginePorts = NonNullable<EngineHostConfig['PortBindings']>;

/** First host port chosen for each containerPortRange, by `<range>/<protocol>`. */
export type RangeStarts = Readonly<Record<string, number>>;

export interface PortRange {
  /** `8000-8010/tcp` */
  readonly key: string;
  readonly first: number;
  readonly count: number;
  readonly protocol: 'tcp' | 'udp';
}

/** The ranges that need neighbouring host ports before the container can be created: bridge mode only. */
export function rangesToFind(task: PayloadTask, container: PayloadContainer): PortRange[] {
  if (task.networkMode !== 'bridge') return [];
  return container.portMappings.flatMap((mapping) => parseRange(mapping) ?? []);
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
    if ((mapping.hostPort ?? 0) !== 0) return [{ bindIP: '0.0.0.0', containerPort, hostPort: mapping.hostPort!, protocol }];
    return bound
      .filter((b) => b.containerPort === containerPort && b.protocol === protocol && !b.hostIp.includes(':'))
      .map((b) => ({ bindIP: b.hostIp, containerPort, hostPort: b.hostPort, protocol }));
  });
}

function expand(mapping: PayloadPortMapping, starts: RangeStarts): { port: number; hostPort: number; protocol: string }[] {
  const range = parseRange(mapping);
  if (range === undefined) {
    return mapping.containerPort === undefined ? [] : [{ port: mapping.containerPort, hostPort: mapping.hostPort ?? 0, protocol: mapping.protocol ?? 'tcp' }];
  }
  const start = starts[range.key] ?? range.first;
  return Array.from({ length: range.count }, (_, index) => ({ port: range.first + index, hostPort: start + index, protocol: range.protocol }));
}

function parseRange(mapping: PayloadPortMapping): PortRange | undefined {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(mapping.containerPortRange ?? '') ?? [];
  if (from === undefined || to === undefined) return undefined;
  const protocol = mapping.protocol ?? 'tcp';
  return { key: `${mapping.containerPortRange}/${protocol}`, first: Number(from), count: Number(to) - Number(from) + 1, protocol };
}
