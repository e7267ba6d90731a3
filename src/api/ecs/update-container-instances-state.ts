// UpdateContainerInstancesState: up to ten instances become ACTIVE or DRAINING.
import { type ContainerInstance, containerInstances } from '#model/container-instance.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { findInstance, instanceArnOf } from './find-container-instance.ts';
import { mayChangeInstance } from './own-host.ts';
import { requiredList } from './required.ts';
import type { Failure, Shape, UpdateContainerInstancesStateRequest, UpdateContainerInstancesStateResponse } from './shapes.ts';
import { viewContainerInstance } from './view-container-instance.ts';

const MAX_INSTANCES = 10;

export function updateContainerInstancesState(
  input: Shape<UpdateContainerInstancesStateRequest>,
  ctx: EcsContext,
): Shape<UpdateContainerInstancesStateResponse> {
  const refs = requiredList('Container instances', input.containerInstances, MAX_INSTANCES);
  const status = input.status as string | undefined;
  if (status !== 'ACTIVE' && status !== 'DRAINING') throw invalidParameter('Container instance status should be one of [ACTIVE, DRAINING]');
  const updated: ContainerInstance[] = [];
  const failures: Shape<Failure>[] = [];
  ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, input.cluster);
    for (const arn of new Set(refs.map((ref) => instanceArnOf(ctx, cluster, ref)))) {
      const found = findInstance(tx, arn);
      if (!found) {
        failures.push({ arn, reason: 'MISSING' });
        continue;
      }
      mayChangeInstance(ctx, found);
      const next = found.status === status ? found : { ...found, status: status as 'ACTIVE' | 'DRAINING', version: found.version + 1 };
      if (next !== found) tx.put(containerInstances, next);
      updated.push(next);
    }
  });
  return { containerInstances: updated.map((host) => viewContainerInstance(ctx, host)), failures };
}
