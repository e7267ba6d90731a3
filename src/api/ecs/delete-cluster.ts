// DeleteCluster: an empty cluster becomes INACTIVE; it can still be described, and made anew.
import { clusters } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { services } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import { TASK_STATUSES } from '#model/task-status.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { clusterContains } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { requiredCluster } from './required.ts';
import type { DeleteClusterRequest, DeleteClusterResponse, Shape } from './shapes.ts';
import { viewCluster } from './view-cluster.ts';

export function deleteCluster(input: Shape<DeleteClusterRequest>, ctx: EcsContext): Shape<DeleteClusterResponse> {
  const ref = requiredCluster(input.cluster);
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, ref);
    refuseWhenUsed(tx, cluster.arn);
    const deleted = { ...cluster, status: 'INACTIVE' as const };
    tx.put(clusters, deleted);
    return { cluster: viewCluster(tx, deleted) };
  });
}

/** In this order: container instances, services, tasks. */
function refuseWhenUsed(reader: Reader, arn: string): void {
  const hosts = (status: string): number => reader.count(containerInstances, 'cluster', `${arn}|${status}`);
  if (['ACTIVE', 'DRAINING', 'REGISTERING', 'DEREGISTERING'].some((status) => hosts(status) > 0)) throw clusterContains('ContainerInstances');
  if (['ACTIVE', 'DRAINING'].some((status) => reader.count(services, 'cluster', `${arn}|${status}`) > 0)) throw clusterContains('Services');
  if (TASK_STATUSES.some((status) => reader.count(tasks, 'clusterStatus', `${arn}|${status}`) > 0)) throw clusterContains('Tasks');
}
