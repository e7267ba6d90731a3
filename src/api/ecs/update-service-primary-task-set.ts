// UpdateServicePrimaryTaskSet: which of a service's task sets serves production; the one that did is ACTIVE again.
import { sameValue } from '#core/service-definition/starts-deployment.ts';
import { services, type TaskSet, taskSets } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { useExternalService, useTaskSet } from './find-task-set.ts';
import { requiredCluster } from './required.ts';
import type { Shape, UpdateServicePrimaryTaskSetRequest, UpdateServicePrimaryTaskSetResponse } from './shapes.ts';
import { viewTaskSet } from './view-task-set.ts';

export function updateServicePrimaryTaskSet(
  input: Shape<UpdateServicePrimaryTaskSetRequest>,
  ctx: EcsContext,
): Shape<UpdateServicePrimaryTaskSetResponse> {
  const ref = requiredCluster(input.cluster);
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, ref);
    const service = useExternalService(tx, ctx, cluster, input.service);
    const row = useTaskSet(tx, ctx, cluster, service, input.primaryTaskSet);
    if (row.status === 'DRAINING') throw invalidParameter('A task set that is DRAINING cannot be the primary task set.');
    for (const other of tx.by(taskSets, 'service', service.arn)) {
      if (other.status === 'PRIMARY' && other.arn !== row.arn) tx.put(taskSets, { ...other, status: 'ACTIVE', updatedAt: ctx.now });
    }
    const primary: TaskSet = { ...row, status: 'PRIMARY', updatedAt: ctx.now };
    if (row.status !== 'PRIMARY') tx.put(taskSets, primary);
    // What the primary task set is made of is what the service shows as its own.
    if (!sameValue(service.spec, row.spec)) tx.put(services, { ...service, spec: row.spec });
    return { taskSet: viewTaskSet(tx, service, primary, true) };
  });
}
