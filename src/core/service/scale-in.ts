// Which tasks go first when there are too many: those that do not serve, then those of the fullest zone, then the newest.
import { isHealthy, isProtected } from './health.ts';
import type { TaskView } from './snapshot.ts';

/** The tasks that may go, in the order they should. Protected ones are left out. O(n log n): it is asked at every look of a deployment. */
export function scaleInOrder(tasks: readonly TaskView[], now: number): TaskView[] {
  const zones = new Map<string, { count: number; readonly serving: TaskView[] }>();
  const order: TaskView[] = [];
  for (const task of tasks) {
    const zone = zones.get(task.zone ?? '') ?? { count: 0, serving: [] };
    zones.set(task.zone ?? '', zone);
    const serves = isHealthy(task);
    const kept = isProtected(task, now);
    if (serves || kept) zone.count += 1;
    if (kept) continue;
    if (serves) zone.serving.push(task);
    else order.push(task);
  }
  order.sort(leastProgress);
  for (const zone of zones.values()) zone.serving.sort((a, b) => newestFirst(b, a));
  for (;;) {
    let next: { count: number; readonly serving: TaskView[] } | undefined;
    for (const zone of zones.values()) if (zone.serving.length > 0 && (next === undefined || isSooner(zone, next))) next = zone;
    const task = next?.serving.pop();
    if (next === undefined || task === undefined) return order;
    next.count -= 1;
    order.push(task);
  }
}

/** Of two zones with as many tasks, the one with the newest task gives first. */
function isSooner(a: { readonly count: number; readonly serving: readonly TaskView[] }, b: typeof a): boolean {
  if (a.count !== b.count) return a.count > b.count;
  const [x, y] = [a.serving.at(-1), b.serving.at(-1)];
  return x !== undefined && y !== undefined && newestFirst(x, y) < 0;
}

function newestFirst(a: TaskView, b: TaskView): number {
  return b.createdAt - a.createdAt || (a.arn < b.arn ? 1 : -1);
}

function leastProgress(a: TaskView, b: TaskView): number {
  return Number(a.lastStatus === 'RUNNING') - Number(b.lastStatus === 'RUNNING') || newestFirst(a, b);
}
