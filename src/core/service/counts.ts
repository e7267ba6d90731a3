// How many tasks to start and which to stop so that one revision has the wanted number and the others none, within the
// limits (SPEC.md SV5 to SV12). The heart of the rolling update, of scaling and of replacing what failed.
import { isHealthy, isProtected, unhealthyBecause } from './health.ts';
import type { Unhealthy } from './health.ts';
import type { Limits } from './limits.ts';
import { scaleInOrder } from './scale-in.ts';
import type { TaskView } from './snapshot.ts';

export interface CountInput {
  /** Tasks that are to run, of the revision that is wanted. */
  readonly own: readonly TaskView[];
  /** Tasks that are to run, of all others. */
  readonly others: readonly TaskView[];
  readonly desired: number;
  readonly limits: Limits;
  readonly graceMs: number;
  readonly now: number;
  /** A deployment is in progress: an unhealthy task of either side is stopped at once, its replacement is on its way. */
  readonly deploying: boolean;
  /** False while launches are held back after failures. */
  readonly mayLaunch: boolean;
  /** False while tasks that serve must not go ahead of their successors: those keep failing. */
  readonly mayMakeRoom: boolean;
  /** The last launch found no place: room has to be made. */
  readonly noPlace: boolean;
  readonly scalingReason: string;
}

export interface CountPlan {
  /** Tasks that are missing; not all of them may be started now. */
  readonly needed: number;
  readonly launch: number;
  readonly stops: readonly { readonly task: TaskView; readonly reason: string; readonly unhealthy?: Unhealthy }[];
  /** Nothing can be done, although not all is as wanted: the percentages leave no room. */
  readonly stuck: boolean;
}

interface Tally {
  readonly stops: { task: TaskView; reason: string; unhealthy?: Unhealthy }[];
  live: number;
  healthy: number;
}

export function planCounts(input: CountInput): CountPlan {
  const { own, others, desired, limits, now } = input;
  const leaving = own.filter((task) => task.leaving);
  const staying = own.filter((task) => !task.leaving);
  const bad = staying.filter((task) => unhealthyBecause(task, input.graceMs, now) !== undefined);
  const isBad = new Set(bad);
  const good = staying.filter((task) => !isBad.has(task));
  const all = [...own, ...others];
  const tally: Tally = { stops: [], live: all.length, healthy: all.filter(isHealthy).length };

  const kept = good.length - stopSurplus(input, good, tally);
  const needed = Math.max(0, desired - kept);
  stopUnhealthy(input, { bad, serving: good.filter(isHealthy).length, needed }, tally);
  stopOthers(input, [...others, ...leaving], needed, tally);
  const room = Math.max(0, limits.upper - tally.live);
  const launch = input.mayLaunch ? Math.min(needed, room) : 0;
  const idle = launch === 0 && tally.stops.length === 0;
  const starting = all.some((task) => !isHealthy(task) && !isBad.has(task));
  const free = others.some((task) => !isProtected(task, now));
  return { needed, launch, stops: tally.stops, stuck: idle && input.mayLaunch && !input.noPlace && needed > 0 && room === 0 && !starting && free };
}

/** SV8: more than wanted. Those that serve go only while enough others do. Returns how many went. */
function stopSurplus({ desired, now, scalingReason }: CountInput, good: readonly TaskView[], tally: Tally): number {
  let stopped = 0;
  for (const task of scaleInOrder(good, now)) {
    if (good.length - stopped <= desired) break;
    if (isHealthy(task) && tally.healthy <= desired) break;
    drop(tally, task, scalingReason);
    stopped += 1;
  }
  return stopped;
}

/** SV9: the replacement first where there is room for it, otherwise the unhealthy task first. */
function stopUnhealthy(input: CountInput, { bad, serving, needed }: { bad: readonly TaskView[]; serving: number; needed: number }, tally: Tally): void {
  const replaced = Math.max(0, serving + bad.length - input.desired);
  const lacking = input.noPlace ? needed : Math.max(0, needed - Math.max(0, input.limits.upper - tally.live));
  const count = input.deploying ? bad.length : Math.min(bad.length, Math.max(replaced, lacking));
  for (const task of bad.slice(0, count)) {
    const unhealthy = unhealthyBecause(task, input.graceMs, input.now);
    if (unhealthy === undefined) continue;
    tally.stops.push({ task, reason: unhealthy.reason, unhealthy });
    tally.live -= 1;
  }
}

/**
 * SV10: what does not serve goes at once; what serves goes as new tasks take its place, and ahead of them, down to the
 * minimum, only when they have no room otherwise.
 */
function stopOthers(input: CountInput, others: readonly TaskView[], needed: number, tally: Tally): void {
  const { desired, limits, now, scalingReason } = input;
  const room = limits.upper - tally.live;
  const dip = input.noPlace ? needed : Math.max(0, needed - Math.max(0, room));
  let stopped = 0;
  for (const task of scaleInOrder(others, now)) {
    if (isHealthy(task)) {
      const spare = tally.healthy > desired;
      const ahead = input.mayMakeRoom && stopped < dip && tally.healthy > limits.lower;
      if (!spare && !ahead) break;
      stopped += 1;
    }
    drop(tally, task, scalingReason);
  }
}

function drop(tally: Tally, task: TaskView, reason: string): void {
  tally.stops.push({ task, reason });
  tally.live -= 1;
  if (isHealthy(task)) tally.healthy -= 1;
}
