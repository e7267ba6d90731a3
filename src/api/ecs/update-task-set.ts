// UpdateTaskSet: another scale.
import { taskSets } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { useCluster } from './find-cluster.ts';
import { useExternalService, useTaskSet } from './find-task-set.ts';
import { requiredCluster } from './required.ts';
import type { Shape, UpdateTaskSetRequest, UpdateTaskSetResponse } from './shapes.ts';
import { validScale } from './task-set-scale.ts';
import { viewTaskSet } from './view-task-set.ts';

export function updateTaskSet(input: Shape<UpdateTaskSetRequest>, ctx: EcsContext): Shape<UpdateTaskSetResponse> {
  const ref = requiredCluster(input.cluster);
  const scale = validScale(input.scale);
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, ref);
    const service = useExternalService(tx, ctx, cluster, input.service);
    const row = useTaskSet(tx, ctx, cluster, service, input.taskSet);
    const changed = { ...row, scale, updatedAt: ctx.now };
    tx.put(taskSets, changed);
    return { taskSet: viewTaskSet(tx, service, changed, true) };
  });
}
