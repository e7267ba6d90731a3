// What every placement has: the reasons when no host fits, the zone of one that does, and the chance that breaks ties.
import type { HostCapacity } from './host-capacity.ts';
import { POOL_ZONE_ATTRIBUTE, attributeValue } from './host-capacity.ts';
import { byCloseness, refusal } from './eligibility.ts';
import type { MemberOf } from './member-of.ts';
import { PLACEMENT_REASONS } from './request.ts';
import type { Placement, PlacementFailure, PlacementRequest } from './request.ts';

/** Why none of these hosts takes a task of the request: one reason for each, the closest match first, or one for all. */
export function whyNone(hosts: readonly HostCapacity[], request: PlacementRequest, memberOf: readonly MemberOf[]): readonly PlacementFailure[] {
  if (request.launchType === 'FARGATE') return [{ reason: PLACEMENT_REASONS.fargate }];
  if (hosts.length === 0 && request.onlyHosts === undefined) return [{ reason: PLACEMENT_REASONS.noHosts }];
  const refused = hosts.map((capacity) => ({ capacity, reason: refusal(capacity, request, memberOf) ?? PLACEMENT_REASONS.agent })).sort(byCloseness);
  const failures: PlacementFailure[] = refused.map(({ capacity, reason }) => ({ hostArn: capacity.host.arn, reason }));
  const known = new Set(hosts.map((capacity) => capacity.host.arn));
  for (const arn of request.onlyHosts ?? []) if (!known.has(arn)) failures.push({ hostArn: arn, reason: PLACEMENT_REASONS.missing });
  return failures;
}

/** One more task on this host. @param before the placements of the same request so far */
export function placementOf({ host }: HostCapacity, request: PlacementRequest, before: readonly Placement[]): Placement {
  return { hostArn: host.arn, availabilityZone: zoneOf(host, request, before), launchType: request.launchType };
}

/** The host's zone; a pool host that stands for every zone takes the wanted zone that this request has used least. */
function zoneOf(host: HostCapacity['host'], request: PlacementRequest, before: readonly Placement[]): string {
  if (request.launchType !== 'FARGATE') return host.availabilityZone;
  const own = attributeValue(host, POOL_ZONE_ATTRIBUTE);
  if (own !== undefined) return own;
  const zones = request.zones ?? [];
  if (zones.length === 0) return host.availabilityZone;
  const used = (zone: string): number => (request.zoneCounts?.get(zone) ?? 0) + before.filter((p) => p.availabilityZone === zone).length;
  const fewest = Math.min(...zones.map(used));
  const least = zones.filter((zone) => used(zone) === fewest);
  return least[Math.floor(chanceAt(request.random, before.length + 1) * least.length)] ?? host.availabilityZone;
}

/** A number in [0, 1) for the `index`th choice of a request (golden-ratio steps spread them evenly). */
export function chanceAt(random: number, index: number): number {
  return (random + index * 0.6180339887498949) % 1;
}
