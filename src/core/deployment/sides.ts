// The two sides of a traffic shift: each kept at the desired count, and taken away in the end.
import { stopTasks, wake } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import { isHealthy, isProtected } from '../service/health.ts';
import { scaleTo } from '../service/scale.ts';
import type { TaskView } from '../service/snapshot.ts';
import type { ServiceDeployment } from '#model/service.ts';

/** Keeps a revision at the desired count, whatever the other side has. */
export function keep(draft: Draft, deployment: ServiceDeployment, origin: string, alternate: boolean): void {
  const desired = draft.service.desiredCount;
  scaleTo(draft, { origin, desired, limits: { lower: desired, upper: desired * 2 }, others: [], startedBy: deployment.id, alternate, deploying: false, shared: true });
}

/** Stops tasks that are not protected. */
export function removeTasks(draft: Draft, tasks: readonly TaskView[], deployment: ServiceDeployment): void {
  const reason = `Scaling activity initiated by (deployment ${deployment.id})`;
  for (const task of tasks) wake(draft, task.protectedUntil);
  stopTasks(draft, tasks.filter((task) => !isProtected(task, draft.now)).map((task) => ({ task, reason })));
}

export function healthyOf(draft: Draft, origin: string): number {
  return draft.snapshot.tasks.filter((task) => task.origin === origin && isHealthy(task)).length;
}
