// DescribeTasks: up to 100 tasks of one cluster by id or ARN; those that do not exist are failures, not errors.
import { tasks } from '#model/task.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { taskArnOf } from './find-task.ts';
import type { DescribeTasksRequest, DescribeTasksResponse, Failure, Shape, Task } from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewTask } from './view-task.ts';

const MAX_TASKS = 100;

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
    if (task) found.push(viewTask(task, withTags));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { tasks: found, failures };
}
