// DeleteTaskSet: the set is DRAINING from then on; the scheduler stops its tasks and takes it away.
import { type TaskSet, taskSets } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { useExternalService, useTaskSet } from './find-task-set.ts';
import { requiredCluster } from './required.ts';
import type { DeleteTaskSetRequest, DeleteTaskSetResponse, Shape } from './shapes.ts';
import { viewTaskSet } from './view-task-set.ts';

export function deleteTaskSet(input: Shape<DeleteTaskSetRequest>, ctx: EcsContext): Shape<DeleteTaskSetResponse> {
  const ref = requiredCluster(input.cluster);
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, ref);
    const service = useExternalService(tx, ctx, cluster, input.service);
    const row = useTaskSet(tx, ctx, cluster, service, input.taskSet);
    if (!input.force && row.status !== 'DRAINING' && row.scale.value > 0) {
      throw invalidParameter('The task set cannot be deleted while it is scaled above 0.');
    }
    const draining: TaskSet = { ...row, status: 'DRAINING', updatedAt: ctx.now };
    if (row.status !== 'DRAINING') tx.put(taskSets, draining);
    return { taskSet: viewTaskSet(tx, service, draining, true) };
  });
}
