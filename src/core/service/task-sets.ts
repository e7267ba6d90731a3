// EXTERNAL services: each task set has its share of the desired count, and says when it is there (SV18).
import { scaleTo } from './scale.ts';
import { say, stopTasks, remember, wantedTasks } from './draft.ts';
import type { Draft } from './draft.ts';
import { isHealthy } from './health.ts';
import { limitsOf } from './limits.ts';
import { forgiveFailures, noteFailures } from './throttle.ts';
import type { TaskSet } from '#model/service.ts';

/** Tasks that a set is to have: its share, rounded up. */
export function computedDesiredCount(set: Pick<TaskSet, 'scale' | 'status'>, desired: number): number {
  return set.status === 'DRAINING' ? 0 : Math.ceil((desired * set.scale.value) / 100);
}

export function planTaskSets(draft: Draft): void {
  const { snapshot, service } = draft;
  noteFailures(draft, undefined);
  forgiveFailures(draft);
  const known = new Set(snapshot.taskSets.map((set) => set.arn));
  const reason = 'Task stopped because its task set was deleted';
  stopTasks(draft, wantedTasks(snapshot.tasks).filter((task) => !known.has(task.origin)).map((task) => ({ task, reason })));
  let steady = true;
  for (const set of snapshot.taskSets) {
    const desired = computedDesiredCount(set, service.desiredCount);
    const limits = limitsOf({ minimumHealthyPercent: 100, maximumPercent: 200 }, desired);
    scaleTo(draft, { origin: set.arn, desired, limits, others: [], startedBy: set.id, alternate: false, deploying: false, shared: true });
    steady = settle(draft, set, desired) && steady;
  }
  if (steady === draft.scheduler.steady) return;
  remember(draft, { steady });
  if (steady && snapshot.taskSets.length > 0) say(draft, 'has reached a steady state.');
}

/** Writes a set's stability; deletes a draining one whose tasks are gone. True when it is steady. */
function settle(draft: Draft, set: TaskSet, desired: number): boolean {
  const own = draft.snapshot.tasks.filter((task) => task.origin === set.arn);
  if (set.status === 'DRAINING' && own.length === 0) {
    draft.actions.push({ kind: 'deleteTaskSet', taskSetArn: set.arn });
    return true;
  }
  const stabilityStatus = own.length === desired && own.every(isHealthy) ? 'STEADY_STATE' : 'STABILIZING';
  if (stabilityStatus !== set.stabilityStatus) {
    draft.actions.push({ kind: 'putTaskSet', taskSet: { ...set, stabilityStatus, stabilityStatusAt: draft.now, updatedAt: draft.now } });
  }
  return stabilityStatus === 'STEADY_STATE';
}
