// DescribeContainerInstances: up to 100 instances of one cluster; those that do not exist are failures.
import { containerInstances as rows } from '#model/container-instance.ts';
import type { EcsContext } from './context.ts';
import { readCluster } from './find-cluster.ts';
import { instanceArnOf } from './find-container-instance.ts';
import { requiredList } from './required.ts';
import type {
  ContainerInstance,
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
  Shape,
} from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewContainerInstance } from './view-container-instance.ts';

const MAX_INSTANCES = 100;

export function describeContainerInstances(
  input: Shape<DescribeContainerInstancesRequest>,
  ctx: EcsContext,
): Shape<DescribeContainerInstancesResponse> {
  const refs = requiredList('Container instances', input.containerInstances, MAX_INSTANCES);
  const include = new Set<string>((input.include ?? []).map((field) => oneOf('include', field, ['TAGS', 'CONTAINER_INSTANCE_HEALTH'])));
  const cluster = readCluster(ctx, input.cluster);
  const containerInstances: Shape<ContainerInstance>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const arn of new Set(refs.map((ref) => instanceArnOf(ctx, cluster, ref)))) {
    // Also INACTIVE ones, as long as they are remembered.
    const found = ctx.store.get(rows, arn);
    if (found?.pool === 'cluster') containerInstances.push(viewContainerInstance(ctx, found, include));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { containerInstances, failures };
}
