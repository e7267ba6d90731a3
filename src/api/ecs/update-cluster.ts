// UpdateCluster: replaces the settings, the configuration and the Service Connect default that are given, and nothing else.
import { type Cluster, clusters } from '#model/cluster.ts';
import type { EcsContext } from './context.ts';
import { useCluster } from './find-cluster.ts';
import { requiredCluster } from './required.ts';
import type { Shape, UpdateClusterRequest, UpdateClusterResponse } from './shapes.ts';
import { validConfiguration, validNamespace, validSettings } from './validate-cluster.ts';
import { viewCluster } from './view-cluster.ts';

export function updateCluster(input: Shape<UpdateClusterRequest>, ctx: EcsContext): Shape<UpdateClusterResponse> {
  const ref = requiredCluster(input.cluster);
  const settings = validSettings(input.settings);
  const configuration = validConfiguration(input.configuration);
  const serviceConnectDefaults = validNamespace(input.serviceConnectDefaults);
  return ctx.store.transact((tx) => {
    const { serviceConnectDefaults: connectedBefore, ...cluster } = useCluster(tx, ctx, ref);
    const connected = input.serviceConnectDefaults === undefined ? connectedBefore : serviceConnectDefaults;
    const updated: Cluster = {
      ...cluster,
      ...(settings === undefined ? {} : { settings }),
      ...(configuration === undefined ? {} : { configuration }),
      ...(connected === undefined ? {} : { serviceConnectDefaults: connected }),
    };
    tx.put(clusters, updated);
    return { cluster: viewCluster(tx, updated) };
  });
}
