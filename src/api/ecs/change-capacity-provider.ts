// UpdateCapacityProvider and DeleteCapacityProvider.
import { autoScalingGroups } from '#model/auto-scaling-group.ts';
import { capacityProviders, providerScalings } from '#model/capacity-provider.ts';
import { clusters } from '#model/cluster.ts';
import { parseProviderSettings } from './capacity-provider-input.ts';
import { keepDrainingHook } from './create-capacity-provider.ts';
import type { EcsContext } from './context.ts';
import { clientException, invalidParameter } from './errors.ts';
import { getProvider } from './find-capacity-provider.ts';
import type { DeleteCapacityProviderRequest, DeleteCapacityProviderResponse, Shape, UpdateCapacityProviderRequest, UpdateCapacityProviderResponse } from './shapes.ts';
import { viewProvider } from './view-capacity-provider.ts';

export function updateCapacityProvider(input: Shape<UpdateCapacityProviderRequest>, ctx: EcsContext): Shape<UpdateCapacityProviderResponse> {
  const given = input.autoScalingGroupProvider;
  if (given === undefined) throw invalidParameter('autoScalingGroupProvider can not be null.');
  return ctx.store.transact((tx) => {
    const provider = getProvider(tx, ctx, input.name);
    const settings = parseProviderSettings(given, tx.get(autoScalingGroups, provider.autoScalingGroupArn), provider);
    const updated = { ...provider, ...settings, updateStatus: 'UPDATE_COMPLETE' as const };
    tx.put(capacityProviders, updated);
    keepDrainingHook(tx, updated);
    return { capacityProvider: viewProvider(updated, true) };
  });
}

/** The provider is INACTIVE at once; its group and instances stay as they are. */
export function deleteCapacityProvider(input: Shape<DeleteCapacityProviderRequest>, ctx: EcsContext): Shape<DeleteCapacityProviderResponse> {
  return ctx.store.transact((tx) => {
    const provider = getProvider(tx, ctx, input.capacityProvider);
    for (const cluster of tx.by(clusters, 'scope', `${ctx.account}/${ctx.region}`)) {
      if (cluster.status !== 'ACTIVE' || !cluster.capacityProviders.includes(provider.name)) continue;
      throw clientException(`The capacity provider cannot be deleted because it is associated with cluster: ${cluster.name}. Remove the capacity provider from the cluster and try again.`);
    }
    const gone = { ...provider, status: 'INACTIVE' as const, updateStatus: 'DELETE_COMPLETE' as const };
    tx.put(capacityProviders, gone);
    tx.delete(providerScalings, provider.arn);
    keepDrainingHook(tx, gone);
    return { capacityProvider: viewProvider(gone, true) };
  });
}
