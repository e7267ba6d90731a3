// CreateCluster: a new cluster, the ACTIVE one of that name as it is, or an INACTIVE one made anew.
import { clusters } from '#model/cluster.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { DEFAULT_CLUSTER, findCluster, newCluster } from './find-cluster.ts';
import type { CreateClusterRequest, CreateClusterResponse, Shape } from './shapes.ts';
import { validConfiguration, validNamespace, validSettings } from './validate-cluster.ts';
import { validProviders, validStrategy } from './validate-strategy.ts';
import { validTags } from './validate-tags.ts';
import { viewCluster } from './view-cluster.ts';

const NAME = /^[a-zA-Z0-9_-]{1,255}$/;

export function createCluster(input: Shape<CreateClusterRequest>, ctx: EcsContext): Shape<CreateClusterResponse> {
  const name = input.clusterName || DEFAULT_CLUSTER;
  if (name.length > 255) throw invalidParameter('Cluster name must be at most 255 characters in length.');
  if (!NAME.test(name)) throw invalidParameter('Invalid cluster name');
  const tags = validTags(input.tags);
  const settings = validSettings(input.settings);
  const capacityProviders = validProviders(ctx.store, ctx, input.capacityProviders ?? []);
  const defaultCapacityProviderStrategy = validStrategy(input.defaultCapacityProviderStrategy ?? [], capacityProviders);
  const configuration = validConfiguration(input.configuration);
  const serviceConnectDefaults = validNamespace(input.serviceConnectDefaults);
  return ctx.store.transact((tx) => {
    const known = findCluster(tx, ctx, name);
    if (known?.status === 'ACTIVE') return { cluster: viewCluster(tx, known) };
    const base = newCluster(ctx, name, ctx.now);
    const made = {
      ...base,
      settings: settings ?? base.settings,
      capacityProviders,
      defaultCapacityProviderStrategy,
      ...(configuration === undefined ? {} : { configuration }),
      ...(serviceConnectDefaults === undefined ? {} : { serviceConnectDefaults }),
      tags,
    };
    tx.put(clusters, made);
    return { cluster: viewCluster(tx, made) };
  });
}
