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
  const move = scheduler.rebalancing;
  const settled = live.length >= desired && live.every((task) => isHealthy(task) && !task.leaving);
  const { spread, unevenness } = unevennessOf(live, snapshot.zones);
  if (move !== undefined && live.length > desired) return settled ? 0 : 1;
  if (!settled) return 0;
  if (spread <= 1) return end(draft, live);
  // A move that evened nothing out is not made again at once: the emptiest zone may have no room.
  if (move !== undefined && unevenness >= move.unevenness && now < move.since + RETRY_MS) {
    wake(draft, move.since + RETRY_MS);
    return 0;
  }
  if (move === undefined) say(draft, `is not AZ balanced with ${counted(live, snapshot.zones)}. AZ Rebalancing in progress.`);
  remember(draft, { rebalancing: { since: now, unevenness } });
  return 1;
}

function end(draft: Draft, live: readonly TaskView[]): 0 {
  const { rebalancing, ...rest } = draft.scheduler;
  if (rebalancing === undefined) return 0;
  draft.scheduler = rest;
  say(draft, `is AZ balanced with ${counted(live, draft.snapshot.zones)}.`);
  return 0;
}

function counted(live: readonly TaskView[], zones: readonly string[]): string {
  return zones.map((zone) => `${live.filter((task) => task.zone === zone).length} tasks in ${zone}`).join(', ');
}

/** Every useful move lowers the unevenness (the sum of squares), also where the spread stays as it is. */
function unevennessOf(live: readonly TaskView[], zones: readonly string[]): { readonly spread: number; readonly unevenness: number } {
  const counts = zones.map((zone) => live.filter((task) => task.zone === zone).length);
  return { spread: Math.max(...counts) - Math.min(...counts), unevenness: counts.reduce((sum, count) => sum + count * count, 0) };
}
