// What a host must be told about one of its tasks.
import type { DesiredStatus } from '#model/task-status.ts';
import type { Task } from '#model/task.ts';
import { isDraining } from './stop.ts';

export interface OrderPlan {
  /** Absent: the agent has nothing to hear. */
  readonly order?: DesiredStatus;
  readonly why: string;
}

/**
 * The order that is due for a task of a connected host.
 * @param sent what this connection was told about the task already (its session repeats that until it is acknowledged)
 */
export function planOrder(task: Task, sent: DesiredStatus | undefined): OrderPlan {
  if (task.lastStatus === 'STOPPED' || task.lastStatus === 'DEPROVISIONING') return { why: 'its containers have stopped' };
  if (isDraining(task)) return { why: 'its targets drain first' };
  if (task.desiredStatus === 'STOPPED') {
    return sent === 'STOPPED' ? { why: 'told to stop on this connection' } : { order: 'STOPPED', why: task.stoppedReason ?? 'it is to stop' };
  }
  if (task.lastStatus !== 'PROVISIONING') return { why: 'the agent has it' };
  return sent === 'RUNNING' ? { why: 'sent on this connection' } : { order: 'RUNNING', why: 'placed here' };
}

/** Whether the agent, which still runs a task, must stop it. @param task its row, if there is one on this very host */
export function mustStop(task: Task | undefined): boolean {
  if (task === undefined) return true;
  if (isDraining(task)) return false;
  return task.desiredStatus === 'STOPPED' || task.lastStatus === 'STOPPED' || task.lastStatus === 'DEPROVISIONING';
}

/** What the agent's full list says of a task: a draining one still is to run. */
export function listedStatus(task: Task): DesiredStatus {
  return isDraining(task) ? 'RUNNING' : task.desiredStatus;
}
