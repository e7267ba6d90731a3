// PutClusterCapacityProviders: replaces the cluster's providers and its default strategy.
import { clusters } from '#model/cluster.ts';
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
  const capacityProviders = validProviders(input.capacityProviders);
  const defaultCapacityProviderStrategy = validStrategy(input.defaultCapacityProviderStrategy, capacityProviders);
  return ctx.store.transact((tx) => {
    const updated = { ...useCluster(tx, ctx, ref), capacityProviders, defaultCapacityProviderStrategy };
    tx.put(clusters, updated);
    return { cluster: viewCluster(tx, updated) };
  });
}
