// What stops a task from outside: a request, or the end of its host.
import type { Task } from '#model/task.ts';
import { enterEnd, markStopping, release } from './ending.ts';
import type { StopCause } from './ending.ts';
import { nextStatus } from './transitions.ts';

/**
 * The task after somebody asked for its stop. With a host only the desired status changes: the agent stops the
 * containers and reports (TS11); if the task serves behind a load balancer, its targets drain before the agent hears of
 * it (TS17). Without a host there is nothing to wait for. The same task when a stop is already under way.
 */
export function requestStop(task: Task, cause: StopCause, now: number): Task {
  if (task.desiredStatus === 'STOPPED') return task;
  const marked = { ...markStopping(task, cause, now), version: task.version + 1 };
  if (task.hostArn === undefined) return enterEnd(marked, nextStatus(task.lastStatus, 'stoppedUnplaced'), now);
  const drained = nextStatus(task.lastStatus, 'drains');
  return task.loadBalancers === undefined || drained === task.lastStatus ? marked : { ...marked, lastStatus: drained, drainingSince: now };
}

/** True while a task that is to stop still serves out its connections: nobody may tell its agent. */
export function isDraining(task: Task): boolean {
  return task.drainingSince !== undefined && task.lastStatus === 'DEACTIVATING';
}

/** The task after its targets have drained (TS18): STOPPING, and its agent's to stop. The same task unless it was draining. */
export function endDraining(task: Task): Task {
  return isDraining(task) ? { ...task, lastStatus: nextStatus(task.lastStatus, 'drained'), version: task.version + 1 } : task;
}

/** The task after its host was deregistered or given up: it ends without a report (TS13). The same task when it has ended. */
export function endWithHost(task: Task, cause: StopCause, now: number): Task {
  const status = nextStatus(task.lastStatus, 'hostGone');
  if (status === task.lastStatus) return task;
  return { ...enterEnd(markStopping(task, cause, now), status, now), version: task.version + 1 };
}

/** The task after its network interface was deleted (TS10). The same task unless it was DEPROVISIONING. */
export function releaseTask(task: Task, now: number): Task {
  if (nextStatus(task.lastStatus, 'released') === task.lastStatus) return task;
  return { ...release(task, now), version: task.version + 1 };
}
