// PutClusterCapacityProviders: replaces the cluster's providers and its default strategy.
import { clusters, type Cluster } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { services } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { requiredCluster } from './required.ts';
import type { PutClusterCapacityProvidersRequest, PutClusterCapacityProvidersResponse, Shape } from './shapes.ts';
import { validProviders, validStrategy } from './validate-strategy.ts';
import { viewCluster } from './view-cluster.ts';

export function putClusterCapacityProviders(
  input: Shape<PutClusterCapacityProvidersRequest>,
  ctx: EcsContext,
): Shape<PutClusterCapacityProvidersResponse> {
  const ref = requiredCluster(input.cluster);
  if (!input.capacityProviders) throw invalidParameter('capacityProviders can not be null.');
  if (!input.defaultCapacityProviderStrategy) throw invalidParameter('defaultCapacityProviderStrategy can not be null.');
  const capacityProviders = validProviders(ctx.store, ctx, input.capacityProviders);
  const defaultCapacityProviderStrategy = validStrategy(input.defaultCapacityProviderStrategy, capacityProviders);
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, ref);
    for (const name of cluster.capacityProviders) if (!capacityProviders.includes(name) && isUsed(tx, cluster, name)) throw inUse();
    const updated = { ...cluster, capacityProviders, defaultCapacityProviderStrategy };
    tx.put(clusters, updated);
    return { cluster: viewCluster(tx, updated) };
  });
}

/** By a service, a task that waits for it, or tasks on its hosts. */
function isUsed(reader: Reader, cluster: Cluster, name: string): boolean {
  for (const service of reader.by(services, 'cluster', `${cluster.arn}|ACTIVE`)) {
    if (service.spec.capacityProviderStrategy.some((item) => item.capacityProvider === name)) return true;
  }
  if (reader.count(tasks, 'waiting', `${cluster.arn}|${name}`) > 0) return true;
  for (const host of reader.by(containerInstances, 'provider', `${cluster.arn}|${name}`)) if (reader.count(tasks, 'host', host.arn) > 0) return true;
  return false;
}

function inUse(): AwsError {
  return new AwsError('ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.');
}
