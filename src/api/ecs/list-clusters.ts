// ListClusters: the ACTIVE clusters of the account and region, in the order they were made.
import { clusters } from '#model/cluster.ts';
import { page } from '#store/page.ts';
import { scopeKey } from './arns.ts';
import type { EcsContext } from './context.ts';
import { nextToken, positionRequest } from './paginate.ts';
import type { ListClustersRequest, ListClustersResponse, Shape } from './shapes.ts';

export function listClusters(input: Shape<ListClustersRequest>, ctx: EcsContext): Shape<ListClustersResponse> {
  const { limit, after } = positionRequest('clusters', input);
  const found = page(ctx.store, clusters, 'scope', scopeKey(ctx), { limit, after, where: (c) => c.status === 'ACTIVE' });
  return { clusterArns: found.rows.map((c) => c.arn), ...nextToken('clusters', found.next) };
}
