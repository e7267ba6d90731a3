// Which cluster a request means. Without a name it is `default`, and `default` appears the first time it is used.
import { type Cluster, clusters } from '#model/cluster.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { clusterArn, type Scope } from './arns.ts';
import type { EcsContext } from './context.ts';
import { clusterInactive, clusterNotFound } from './errors.ts';
import { resourcePart } from './identifier.ts';

export const DEFAULT_CLUSTER = 'default';

/** The cluster as it is, also when INACTIVE; undefined when it never existed. */
export function findCluster(reader: Reader, scope: Scope, ref: string | undefined): Cluster | undefined {
  return reader.get(clusters, clusterArn(scope, clusterName(scope, ref)));
}

/** The ACTIVE cluster a request works in, `default` being made if it never existed. Throws ClusterNotFoundException. */
export function useCluster(tx: Transaction, ctx: EcsContext, ref: string | undefined): Cluster {
  const found = findCluster(tx, ctx, ref);
  if (found) return active(found);
  const name = clusterName(ctx, ref);
  if (name !== DEFAULT_CLUSTER) throw clusterNotFound();
  const made = newCluster(ctx, name, ctx.now);
  tx.put(clusters, made);
  return made;
}

/**
 * As useCluster, for requests that only read: before its first use `default` is answered as it will be, and not made.
 * Throws ClusterNotFoundException.
 */
export function readCluster(ctx: EcsContext, ref: string | undefined): Cluster {
  const found = findCluster(ctx.store, ctx, ref);
  if (found) return active(found);
  const name = clusterName(ctx, ref);
  if (name !== DEFAULT_CLUSTER) throw clusterNotFound();
  return newCluster(ctx, name, ctx.now);
}

/** A cluster with nothing set. */
export function newCluster(scope: Scope, name: string, now: number): Cluster {
  return {
    arn: clusterArn(scope, name),
    name,
    account: scope.account,
    region: scope.region,
    status: 'ACTIVE',
    createdAt: now,
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags: [],
  };
}

function clusterName(scope: Scope, ref: string | undefined): string {
  return ref === undefined || ref === '' ? DEFAULT_CLUSTER : resourcePart(scope, 'cluster', ref);
}

function active(cluster: Cluster): Cluster {
  if (cluster.status !== 'ACTIVE') throw clusterInactive();
  return cluster;
}
