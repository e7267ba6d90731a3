// Which tasks go first when there are too many: those that do not serve, then those of the fullest zone, then the newest.
import { isHealthy, isProtected } from './health.ts';
import type { TaskView } from './snapshot.ts';

/** The tasks that may go, in the order they should. Protected ones are left out. */
export function scaleInOrder(tasks: readonly TaskView[], now: number): TaskView[] {
  const left = tasks.filter((task) => !isProtected(task, now));
  const zones = new Map<string, number>();
  for (const task of tasks) count(zones, task, 1);
  const order: TaskView[] = [];
  const serving = left.filter((task) => isHealthy(task)).sort(newestFirst);
  for (const task of left.filter((task) => !isHealthy(task)).sort(leastProgress)) {
    order.push(task);
    count(zones, task, -1);
  }
  while (serving.length > 0) {
    const fullest = serving.reduce((best, task) => (inZone(zones, task) > inZone(zones, best) ? task : best));
    serving.splice(serving.indexOf(fullest), 1);
    order.push(fullest);
    count(zones, fullest, -1);
  }
  return order;
}

function newestFirst(a: TaskView, b: TaskView): number {
  return b.createdAt - a.createdAt || (a.arn < b.arn ? 1 : -1);
}

function leastProgress(a: TaskView, b: TaskView): number {
  return Number(a.lastStatus === 'RUNNING') - Number(b.lastStatus === 'RUNNING') || newestFirst(a, b);
}

function inZone(zones: ReadonlyMap<string, number>, task: TaskView): number {
  return zones.get(task.zone ?? '') ?? 0;
}

function count(zones: Map<string, number>, task: TaskView, by: number): void {
  zones.set(task.zone ?? '', inZone(zones, task) + by);
}
