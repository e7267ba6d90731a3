// GetTaskProtection: up to 100 tasks of services; without any named, those of the cluster.
import type { EcsContext } from './context.ts';
import { readCluster } from './find-cluster.ts';
import { requiredCluster, requiredList } from './required.ts';
import type { Failure, GetTaskProtectionRequest, GetTaskProtectionResponse, ProtectedTask, Shape } from './shapes.ts';
import { findProtectable, isTask, serviceTasks, viewProtection } from './task-protection.ts';

const MAX_TASKS = 100;

export function getTaskProtection(input: Shape<GetTaskProtectionRequest>, ctx: EcsContext): Shape<GetTaskProtectionResponse> {
  const cluster = readCluster(ctx, requiredCluster(input.cluster));
  if (!input.tasks?.length) {
    return { protectedTasks: serviceTasks(ctx.store, cluster.arn, MAX_TASKS).map((task) => viewProtection(task, ctx.now)), failures: [] };
  }
  const protectedTasks: Shape<ProtectedTask>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const ref of new Set(requiredList('Tasks', input.tasks, MAX_TASKS))) {
    const found = findProtectable(ctx.store, ctx, cluster, ref);
    if (isTask(found)) protectedTasks.push(viewProtection(found, ctx.now));
    else failures.push(found);
  }
  return { protectedTasks, failures };
}
