// Placement of one request over a set of hosts: exact (every host is looked at), nothing changed outside.
import type { HostCapacity } from './host-capacity.ts';
import { POOL_ZONE_ATTRIBUTE, attributeValue } from './host-capacity.ts';
import { addToCounts, bestHosts, pick, spreadCounts } from './choose.ts';
import { refusal } from './eligibility.ts';
import { parseMemberOf } from './member-of.ts';
import type { MemberOf } from './member-of.ts';
import { PLACEMENT_REASONS } from './request.ts';
import type { Placement, PlacementFailure, PlacementRequest, PlacementResult } from './request.ts';

/** @param hosts the ACTIVE hosts of the request's cluster or pool */
export function placeOn(hosts: readonly HostCapacity[], request: PlacementRequest): PlacementResult {
  const memberOf: MemberOf[] = [];
  for (const constraint of request.constraints) {
    if (constraint.type !== 'memberOf') continue;
    const parsed = parseMemberOf(constraint.expression);
    if (!parsed.ok) return { placements: [], failures: [{ reason: parsed.reason }] };
    memberOf.push(parsed.matches);
  }
  // Copied on the first placement only: a request touches few of many hosts.
  const current = [...hosts];
  const copied = new Map<string, number>();
  const counts = spreadCounts(hosts, request);
  const placements: Placement[] = [];
  while (placements.length < request.count) {
    const fitting = current.filter((capacity) => refusal(capacity, request, memberOf) === undefined);
    if (fitting.length === 0) return { placements, failures: failuresOf(current, request, memberOf) };
    const chosen = pick(bestHosts(inBestZone(fitting, request, placements), request, counts), chanceAt(request.random, placements.length));
    const index = copied.get(chosen.host.arn) ?? current.indexOf(chosen);
    const own = copied.has(chosen.host.arn) ? chosen : chosen.copy();
    copied.set(chosen.host.arn, index);
    current[index] = own;
    own.take({ group: request.group ?? '', reserved: request.reserved });
    addToCounts(counts, own, 1);
    placements.push({ hostArn: own.host.arn, availabilityZone: zoneOf(own, request, placements), launchType: request.launchType });
  }
  return { placements, failures: [] };
}

function failuresOf(hosts: readonly HostCapacity[], request: PlacementRequest, memberOf: readonly MemberOf[]): readonly PlacementFailure[] {
  if (request.launchType === 'FARGATE') return [{ reason: PLACEMENT_REASONS.fargate }];
  if (hosts.length === 0 && request.onlyHosts === undefined) return [{ reason: PLACEMENT_REASONS.noHosts }];
  const failures: PlacementFailure[] = hosts.map((capacity) => ({
    hostArn: capacity.host.arn,
    reason: refusal(capacity, request, memberOf) ?? PLACEMENT_REASONS.agent,
  }));
  const known = new Set(hosts.map((capacity) => capacity.host.arn));
  for (const arn of request.onlyHosts ?? []) if (!known.has(arn)) failures.push({ hostArn: arn, reason: PLACEMENT_REASONS.missing });
  return failures;
}

/** The host's zone; a pool host that stands for every zone takes the wanted zone that this request has used least. */
function zoneOf({ host }: HostCapacity, request: PlacementRequest, before: readonly Placement[]): string {
  if (request.launchType !== 'FARGATE') return host.availabilityZone;
  const own = attributeValue(host, POOL_ZONE_ATTRIBUTE);
  if (own !== undefined) return own;
  const zones = request.zones ?? [];
  if (zones.length === 0) return host.availabilityZone;
  const used = (zone: string): number => inZone(zone, request, before);
  const fewest = Math.min(...zones.map(used));
  return pick(zones.filter((zone) => used(zone) === fewest), chanceAt(request.random, before.length + 1));
}

/** Of the hosts that are tied to a zone each, those in the zone with the fewest tasks; hosts for every zone always do. */
function inBestZone(fitting: readonly HostCapacity[], request: PlacementRequest, before: readonly Placement[]): readonly HostCapacity[] {
  if (request.zoneCounts === undefined || request.launchType !== 'FARGATE') return fitting;
  const used = new Map<HostCapacity, number>();
  for (const capacity of fitting) {
    const own = attributeValue(capacity.host, POOL_ZONE_ATTRIBUTE);
    if (own === undefined) return fitting;
    used.set(capacity, inZone(own, request, before));
  }
  const fewest = Math.min(...used.values());
  return fitting.filter((capacity) => used.get(capacity) === fewest);
}

function inZone(zone: string, request: PlacementRequest, before: readonly Placement[]): number {
  return (request.zoneCounts?.get(zone) ?? 0) + before.filter((p) => p.availabilityZone === zone).length;
}

/** A number in [0, 1) for the `index`th choice of a request (golden-ratio steps spread them evenly). */
function chanceAt(random: number, index: number): number {
  return (random + index * 0.6180339887498949) % 1;
}
