// DescribeTaskSets: those named, or all of a service; those that do not exist are failures.
import { taskSets } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, serviceNotActive } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { useService } from './find-service.ts';
import { taskSetArnOf } from './find-task-set.ts';
import { requiredCluster } from './required.ts';
import type { DescribeTaskSetsRequest, DescribeTaskSetsResponse, Failure, Shape, TaskSet } from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewTaskSet } from './view-task-set.ts';

const MAX_TASK_SETS = 10;

export function describeTaskSets(input: Shape<DescribeTaskSetsRequest>, ctx: EcsContext): Shape<DescribeTaskSetsResponse> {
  const withTags = (input.include ?? []).map((field) => oneOf('include', field, ['TAGS'])).includes('TAGS');
  const cluster = readCluster(ctx, requiredCluster(input.cluster));
  const service = useService(ctx.store, ctx, cluster, input.service);
  if (service.status === 'INACTIVE') throw serviceNotActive();
  const refs = input.taskSets ?? [];
  if (refs.length > MAX_TASK_SETS) throw invalidParameter(`Task sets cannot have more than ${MAX_TASK_SETS} elements.`);
  const own = [...ctx.store.by(taskSets, 'service', service.arn)].map((row) => row.arn);
  const arns = refs.length > 0 ? refs.map((ref) => taskSetArnOf(ctx, cluster, service, ref)) : own;
  const found: Shape<TaskSet>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const arn of new Set(arns)) {
    const row = ctx.store.get(taskSets, arn);
    if (row) found.push(viewTaskSet(ctx.store, service, row, withTags));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { taskSets: found, failures };
}
