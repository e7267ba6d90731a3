// When rows may go: stopped tasks after an hour (as ECS forgets them), client tokens after a day, task definitions that are
// to be deleted once nothing uses them.
import type { ClientToken } from '#model/account.ts';
import type { Task } from '#model/task.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { Plan } from './plan.ts';

export const STOPPED_TASK_KEPT_MS = 3_600_000;
export const CLIENT_TOKEN_KEPT_MS = 86_400_000;

export interface ForgetAction {
  readonly kind: 'forget';
  readonly key: string;
}

export function planForgetTask(task: Task, now: number): Plan<ForgetAction> {
  if (task.lastStatus !== 'STOPPED') return { actions: [], why: 'the task has not ended' };
  return forgetAt(task.arn, (task.stoppedAt ?? task.createdAt) + STOPPED_TASK_KEPT_MS, now, 'it stopped an hour ago');
}

export function planForgetToken(token: ClientToken, now: number): Plan<ForgetAction> {
  return forgetAt(token.id, token.createdAt + CLIENT_TOKEN_KEPT_MS, now, 'a client token is remembered for a day');
}

/** @param users unfinished tasks and live services of the definition */
export function planDeleteDefinition(definition: TaskDefinition, users: number): Plan<ForgetAction> {
  if (definition.status !== 'DELETE_IN_PROGRESS') return { actions: [], why: 'it is not to be deleted' };
  if (users > 0) return { actions: [], why: `${users} tasks or services use it` };
  return { actions: [{ kind: 'forget', key: definition.arn }], why: 'nothing uses it' };
}

function forgetAt(key: string, at: number, now: number, why: string): Plan<ForgetAction> {
  return now < at ? { actions: [], wakeAt: at, why: 'kept for now' } : { actions: [{ kind: 'forget', key }], why };
}
