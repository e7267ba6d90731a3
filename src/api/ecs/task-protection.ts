// Scale-in protection of tasks: which tasks can have it, and how it is shown.
import type { Cluster } from '#model/cluster.ts';
import { type Task, tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { Scope } from './arns.ts';
import { findTask, taskArnOf } from './find-task.ts';
import type { Failure, ProtectedTask, Shape } from './shapes.ts';

/** ECS's reasons (API failure reasons in its developer guide). */
const DETAILS = {
  MISSING: 'The specified task was not found. Verify the task and the cluster and try again.',
  TASK_NOT_VALID: 'The specified task is not part of an Amazon ECS service. Only tasks that are part of a service can be protected.',
  DEPLOYMENT_BLOCKED: 'One or more protected tasks are preventing the service deployment from reaching steady state. Unset or let protections expire on older tasks.',
} as const;

export function protectionFailure(arn: string, reason: keyof typeof DETAILS): Shape<Failure> {
  return { arn, reason, detail: DETAILS[reason] };
}

/** The running task of a service, or why it is none. Throws InvalidParameterException for a malformed identifier. */
export function findProtectable(reader: Reader, scope: Scope, cluster: Cluster, ref: string): Task | Shape<Failure> {
  const task = findTask(reader, scope, cluster, ref);
  if (!task || task.lastStatus === 'STOPPED') return protectionFailure(taskArnOf(scope, cluster, ref), 'MISSING');
  return task.serviceName === undefined ? protectionFailure(task.arn, 'TASK_NOT_VALID') : task;
}

/** True for a row, false for a failure. */
export function isTask(found: Task | Shape<Failure>): found is Task {
  return 'desiredStatus' in found;
}

export function viewProtection(task: Task, now: number): Shape<ProtectedTask> {
  const { protectedUntil } = task;
  if (protectedUntil === undefined || protectedUntil <= now) return { taskArn: task.arn, protectionEnabled: false };
  return { taskArn: task.arn, protectionEnabled: true, expirationDate: new Date(protectedUntil) };
}

/** The row with protection until then, or without any. */
export function withProtection(task: Task, protectedUntil: number | undefined): Task {
  const { protectedUntil: _before, ...rest } = task;
  return protectedUntil === undefined ? rest : { ...rest, protectedUntil };
}

/** The tasks of services that are to run, up to `limit`: what GetTaskProtection means when it names none. */
export function serviceTasks(reader: Reader, clusterArn: string, limit: number): Task[] {
  const found: Task[] = [];
  for (const task of reader.by(tasks, 'clusterDesired', `${clusterArn}|RUNNING`)) {
    if (found.length === limit) break;
    if (task.serviceName !== undefined) found.push(task);
  }
  return found;
}
