// UpdateClusterSettings.
import { clusters } from '#model/cluster.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { requiredCluster } from './required.ts';
import type { Shape, UpdateClusterSettingsRequest, UpdateClusterSettingsResponse } from './shapes.ts';
import { validSettings } from './validate-cluster.ts';
import { viewCluster } from './view-cluster.ts';

export function updateClusterSettings(
  input: Shape<UpdateClusterSettingsRequest>,
  ctx: EcsContext,
): Shape<UpdateClusterSettingsResponse> {
  const ref = requiredCluster(input.cluster);
  const settings = validSettings(input.settings);
  if (!settings) throw invalidParameter('Settings cannot be empty.');
  return ctx.store.transact((tx) => {
    const updated = { ...useCluster(tx, ctx, ref), settings };
    tx.put(clusters, updated);
    return { cluster: viewCluster(tx, updated) };
  });
}
