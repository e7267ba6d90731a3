// StopTask: asks for a task's stop. The agent stops the containers; a task that is stopped already is answered as it is.
import { requestStop } from '#core/task/stop.ts';
import { tasks } from '#model/task.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { findTask } from './find-task.ts';
import type { Shape, StopTaskRequest, StopTaskResponse } from './shapes.ts';
import { viewTask } from './view-task.ts';

const DEFAULT_REASON = 'Task stopped by user';
const MAX_REASON = 255;

export function stopTask(input: Shape<StopTaskRequest>, ctx: EcsContext): Shape<StopTaskResponse> {
  if (!input.task) throw invalidParameter('Task can not be blank.');
  const ref = input.task;
  const reason = (input.reason || DEFAULT_REASON).slice(0, MAX_REASON);
  const task = ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, input.cluster);
    const found = findTask(tx, ctx, cluster, ref);
    if (!found) throw invalidParameter('The referenced task was not found.');
    const next = requestStop(found, { stopCode: 'UserInitiated', reason }, ctx.now);
    if (next !== found) tx.put(tasks, next);
    return next;
  });
  return { task: viewTask(task, true) };
}
