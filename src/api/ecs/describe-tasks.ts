// DescribeTasks: up to 100 tasks of one cluster by id or ARN; those that do not exist are failures, not errors.
import { containerInstances } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { Task as TaskRow } from '#model/task.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { taskArnOf } from './find-task.ts';
import type { DescribeTasksRequest, DescribeTasksResponse, Failure, Shape, Task } from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewTask } from './view-task.ts';

const MAX_TASKS = 100;

/** A task whose host's agent is away is DISCONNECTED: nobody hears of it. */
function withConnectivity({ store }: EcsContext, { hostArn, connectivity, lastStatus }: TaskRow, view: Shape<Task>): Shape<Task> {
  if (hostArn === undefined || connectivity === undefined || lastStatus === 'STOPPED') return view;
  const host = store.get(containerInstances, hostArn);
  if (host === undefined || host.agentConnected) return view;
  return { ...view, connectivity: 'DISCONNECTED', ...(host.agentDisconnectedAt !== undefined && { connectivityAt: new Date(host.agentDisconnectedAt) }) };
}

export function describeTasks(input: Shape<DescribeTasksRequest>, ctx: EcsContext): Shape<DescribeTasksResponse> {
  const refs = input.tasks ?? [];
  if (refs.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (refs.length > MAX_TASKS) throw invalidParameter(`Tasks cannot have more than ${MAX_TASKS} elements.`);
  const withTags = (input.include ?? []).map((field) => oneOf('include', field, ['TAGS'])).length > 0;
  const cluster = readCluster(ctx, input.cluster);
  const found: Shape<Task>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const arn of new Set(refs.map((ref) => taskArnOf(ctx, cluster, ref)))) {
    const task = ctx.store.get(tasks, arn);
    if (task) found.push(withConnectivity(ctx, task, viewTask(task, withTags)));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { tasks: found, failures };
}
