// DescribeClusters: up to 100 clusters by name or ARN, INACTIVE ones too; without any, `default`.
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { clusterArn } from './arns.ts';
import { DEFAULT_CLUSTER, findCluster, useCluster } from './find-cluster.ts';
import { resourcePart } from './identifier.ts';
import type { Cluster, DescribeClustersRequest, DescribeClustersResponse, Failure, Shape } from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewCluster } from './view-cluster.ts';

const MAX_CLUSTERS = 100;

export function describeClusters(input: Shape<DescribeClustersRequest>, ctx: EcsContext): Shape<DescribeClustersResponse> {
  const refs = input.clusters?.length ? input.clusters : [DEFAULT_CLUSTER];
  if (refs.length > MAX_CLUSTERS) throw invalidParameter(`Clusters cannot have more than ${MAX_CLUSTERS} elements.`);
  const fields = ['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'] as const;
  const include = new Set<string>((input.include ?? []).map((field) => oneOf('include', field, fields)));
  const names = new Set(refs.map((ref) => resourcePart(ctx, 'cluster', ref)));
  const clusters: Shape<Cluster>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const name of names) {
    const known = findCluster(ctx.store, ctx, name);
    const cluster = known ?? (name === DEFAULT_CLUSTER ? ctx.store.transact((tx) => useCluster(tx, ctx, name)) : undefined);
    if (cluster) clusters.push(viewCluster(ctx.store, cluster, include));
    else failures.push({ arn: clusterArn(ctx, name), reason: 'MISSING' });
  }
  return { clusters, failures };
}
