// Whether a host can take one more task of a request, and if not, why: the first reason in a fixed order.
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Attribute } from '#model/task-definition.ts';
import type { HostCapacity } from './host-capacity.ts';
import { POOL_ZONE_ATTRIBUTE, attributeValue } from './host-capacity.ts';
import type { MemberOf } from './member-of.ts';
import { PLACEMENT_REASONS } from './request.ts';
import type { PlacementRequest } from './request.ts';

/**
 * Undefined when the task fits, else the reason.
 * Order: agent, zone, attributes, memberOf, distinctInstance, then CPU, memory, ports, GPU.
 */
export function refusal(
  capacity: HostCapacity,
  request: PlacementRequest,
  memberOf: readonly MemberOf[],
  hasAttributes: HasAttributes = (host) => meets(host, request.requiresAttributes),
): string | undefined {
  const { host } = capacity;
  if (!host.agentConnected) return PLACEMENT_REASONS.agent;
  if (!inZones(capacity, request)) return PLACEMENT_REASONS.location;
  if (!hasAttributes(host)) return PLACEMENT_REASONS.attribute;
  if (!memberOf.every((matches) => matches(capacity))) return PLACEMENT_REASONS.memberOf;
  const distinct = request.constraints.some((c) => c.type === 'distinctInstance');
  if (distinct && capacity.groups.has(request.group ?? '')) return PLACEMENT_REASONS.distinctInstance;
  return shortage(capacity, request);
}

export type HasAttributes = (host: ContainerInstance) => boolean;

/** Whether a host has all of these attributes, with their values where one is asked for. */
export function meets(host: ContainerInstance, required: readonly Attribute[]): boolean {
  return required.every((wanted) => {
    const value = attributeValue(host, wanted.name);
    return value !== undefined && (wanted.value === undefined || wanted.value === value);
  });
}

function shortage(capacity: HostCapacity, { reserved }: PlacementRequest): string | undefined {
  if (capacity.cpu < reserved.cpu) return PLACEMENT_REASONS.cpu;
  if (capacity.memoryMiB < reserved.memoryMiB) return PLACEMENT_REASONS.memory;
  if (reserved.tcpPorts.some((port) => capacity.tcpPorts.has(port))) return PLACEMENT_REASONS.ports;
  if (reserved.udpPorts.some((port) => capacity.udpPorts.has(port))) return PLACEMENT_REASONS.ports;
  if (capacity.gpus < reserved.gpus) return PLACEMENT_REASONS.gpu;
  return undefined;
}

function inZones({ host }: HostCapacity, { zones, launchType }: PlacementRequest): boolean {
  if (zones === undefined || zones.length === 0) return true;
  const zone = launchType === 'FARGATE' ? attributeValue(host, POOL_ZONE_ATTRIBUTE) : host.availabilityZone;
  return zone === undefined || zones.includes(zone);
}

/** How far a refused host came in the order of the checks. */
const CLOSENESS: Readonly<Record<string, number>> = Object.fromEntries(
  (['agent', 'location', 'attribute', 'memberOf', 'distinctInstance', 'cpu', 'memory', 'ports', 'gpu'] as const).map((name, i) => [PLACEMENT_REASONS[name], i]),
);

export interface RefusedHost {
  readonly capacity: HostCapacity;
  readonly reason: string;
}

/** Orders refused hosts, the closest match first; of two that lack the same resource, the one with more of it. */
export function byCloseness(a: RefusedHost, b: RefusedHost): number {
  const difference = (CLOSENESS[b.reason] ?? 0) - (CLOSENESS[a.reason] ?? 0);
  if (difference !== 0) return difference;
  if (a.reason === PLACEMENT_REASONS.cpu) return b.capacity.cpu - a.capacity.cpu;
  if (a.reason === PLACEMENT_REASONS.memory) return b.capacity.memoryMiB - a.capacity.memoryMiB;
  return 0;
}
