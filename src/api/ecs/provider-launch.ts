// RunTask by Auto Scaling group providers: tasks get hosts of their providers, or wait in PROVISIONING for them.
import { spreadLaunch, type SpreadLaunch } from '#core/capacity-provider/spread-launch.ts';
import type { PlacementRequest } from '#core/placement/request.ts';
import { autoScalingGroups } from '#model/auto-scaling-group.ts';
import type { CapacityProviderStrategyItem, Cluster } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { findProvider } from './find-capacity-provider.ts';

/** ECS's quota of tasks in PROVISIONING in a cluster. */
const PROVISIONING_MAX = 500;

/** @param request of one task, without its hosts */
export function launchByProviders(reader: Reader, ctx: EcsContext, cluster: Cluster, strategy: readonly CapacityProviderStrategyItem[], count: number, request: PlacementRequest): SpreadLaunch {
  return spreadLaunch(strategy, count, new Map(), {
    place(provider, wanted) {
      const onlyHosts = [...reader.by(containerInstances, 'provider', `${cluster.arn}|${provider}`)].map((host) => host.arn);
      return onlyHosts.length === 0 ? { placements: [], failures: [] } : ctx.capacity.place({ ...request, count: wanted, onlyHosts });
    },
    canGrow(name) {
      const provider = findProvider(reader, ctx, name);
      const group = provider && reader.get(autoScalingGroups, provider.autoScalingGroupArn);
      return provider?.managedScaling.status === 'ENABLED' && group !== undefined && group.status === undefined && group.desiredCapacity < group.maxSize;
    },
    waitingMax: PROVISIONING_MAX - reader.count(tasks, 'clusterStatus', `${cluster.arn}|PROVISIONING`),
  });
}
