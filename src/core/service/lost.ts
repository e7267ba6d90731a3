// Tasks on lost hosts (SV24). They are in nobody's count, so what is missing without them is started as if they were not there; here is
// when they are given up. Not before: a host that comes back first, or the only one there is, goes on with what it has.
import { goalOf } from '../deployment/finish.ts';
import { isDeploymentFinished } from '#model/service.ts';
import { lastSegment } from '#model/arn.ts';
import { liveTasks, stopTasks, wake, wantedTasks } from './draft.ts';
import type { Draft } from './draft.ts';
import { isHealthy, isProtected } from './health.ts';
import type { TaskView } from './snapshot.ts';
import { computedDesiredCount } from './task-sets.ts';

/** Stops what was replaced, and what is of no use any more. */
export function releaseLost(draft: Draft): void {
  const lost = wantedTasks(draft.snapshot.tasks).filter((task) => task.lost);
  if (lost.length === 0) return;
  const stops = lost.filter((task) => !isProtected(task, draft.now) && isReplaced(draft, task));
  stopTasks(draft, stops.map((task) => ({ task, reason: `Host ${lastSegment(task.hostArn ?? '')} is unreachable.` })));
  for (const task of lost) wake(draft, task.protectedUntil);
}

function isReplaced(draft: Draft, task: TaskView): boolean {
  const { snapshot, service, deployment } = draft;
  if (service.schedulingStrategy === 'DAEMON') {
    // Its place is on that host and no other: only another revision takes it.
    return task.origin !== (deployment !== undefined && !isDeploymentFinished(deployment) ? goalOf(deployment) : service.targetRevisionArn);
  }
  const healthy = liveTasks(snapshot.tasks).filter(isHealthy);
  if (service.deploymentController === 'ECS') return healthy.length >= service.desiredCount;
  const set = snapshot.taskSets.find((one) => one.arn === task.origin);
  return set === undefined || healthy.filter((one) => one.origin === set.arn).length >= computedDesiredCount(set, service.desiredCount);
}
