// DeregisterContainerInstance: the instance leaves the cluster. With tasks on it only by force; those tasks end with it.
import { endWithHost } from '#core/task/stop.ts';
import { type ContainerInstance, containerInstances } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { useInstance } from './find-container-instance.ts';
import { mayChangeInstance } from './own-host.ts';
import type { DeregisterContainerInstanceRequest, DeregisterContainerInstanceResponse, Shape } from './shapes.ts';
import { viewContainerInstance } from './view-container-instance.ts';

export function deregisterContainerInstance(
  input: Shape<DeregisterContainerInstanceRequest>,
  ctx: EcsContext,
): Shape<DeregisterContainerInstanceResponse> {
  const host = ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, input.cluster);
    const found = useInstance(tx, ctx, cluster, input.containerInstance);
    mayChangeInstance(ctx, found);
    const running = [...tx.by(tasks, 'host', found.arn)];
    if (running.length > 0 && !input.force) throw invalidParameter('Found running tasks on the instance.');
    const reason = 'Container instance deregistration forced by user';
    for (const task of running) tx.put(tasks, endWithHost(task, { stopCode: 'TerminationNotice', reason }, ctx.now));
    const gone: ContainerInstance = { ...found, status: 'INACTIVE', agentConnected: false, version: found.version + 1 };
    tx.put(containerInstances, gone);
    return gone;
  });
  return { containerInstance: viewContainerInstance(ctx, host) };
}
