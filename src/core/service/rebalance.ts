// Availability zone rebalancing: one task more in the emptiest zone first, then one less in the fullest (SV14).
import { remember, say, wake } from './draft.ts';
import type { Draft } from './draft.ts';
import { isHealthy } from './health.ts';
import type { TaskView } from './snapshot.ts';

/** A move that did not even the zones out is not tried again before. */
const RETRY_MS = 5 * 60_000;

/** 1 while a move is under way, else 0. @param upper the limit on tasks that are to run */
export function rebalanceBy(draft: Draft, live: readonly TaskView[], desired: number, upper: number): number {
  const { service, snapshot, scheduler, now } = draft;
  if (service.availabilityZoneRebalancing !== 'ENABLED' || snapshot.zones.length < 2 || desired + 1 > upper) return 0;
  const since = scheduler.rebalancingSince;
  const settled = live.length >= desired && live.every((task) => isHealthy(task) && !task.leaving);
  const uneven = spread(live, snapshot.zones) > 1;
  if (since === undefined) {
    if (!settled || live.length !== desired || !uneven) return 0;
    remember(draft, { rebalancingSince: now });
    say(draft, 'is not balanced across Availability Zones. Starting a task to rebalance it.');
    return 1;
  }
  if (live.length > desired) return settled ? 0 : 1;
  if (settled && !uneven) {
    const { rebalancingSince: _, ...rest } = draft.scheduler;
    draft.scheduler = rest;
    return 0;
  }
  if (now < since + RETRY_MS) {
    wake(draft, since + RETRY_MS);
    return 0;
  }
  if (settled) remember(draft, { rebalancingSince: now });
  return settled ? 1 : 0;
}

function spread(live: readonly TaskView[], zones: readonly string[]): number {
  const counts = zones.map((zone) => live.filter((task) => task.zone === zone).length);
  return Math.max(...counts) - Math.min(...counts);
}
