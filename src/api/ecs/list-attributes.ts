// ListAttributes: every attribute of every container instance of a cluster that passes the filters.
import { containerInstances } from '#model/container-instance.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { nextToken, pageRequest } from './paginate.ts';
import type { Attribute, ListAttributesRequest, ListAttributesResponse, Shape } from './shapes.ts';
import { oneOf } from './validate-enum.ts';

export function listAttributes(input: Shape<ListAttributesRequest>, ctx: EcsContext): Shape<ListAttributesResponse> {
  oneOf('targetType', input.targetType ?? '', ['container-instance']);
  const { attributeName, attributeValue } = input;
  if (attributeValue !== undefined && attributeName === undefined) throw invalidParameter('An attribute name is required to filter by value.');
  const cluster = readCluster(ctx, input.cluster);
  const list = JSON.stringify(['attributes', cluster.arn, attributeName ?? null, attributeValue ?? null]);
  const { limit, after } = pageRequest(list, input);
  const attributes: Shape<Attribute>[] = [];
  let behind = after === undefined;
  let last: string | undefined;
  for (const { name, value, targetId } of attributesOf(ctx, cluster.arn)) {
    const place = `${targetId}|${name}`;
    if (!behind) {
      behind = place === after;
      continue;
    }
    if (attributeName !== undefined && name !== attributeName) continue;
    if (attributeValue !== undefined && value !== attributeValue) continue;
    if (attributes.length === limit) return { attributes, ...nextToken(list, last) };
    attributes.push({ name, ...(value === undefined ? {} : { value }), targetId });
    last = place;
  }
  return { attributes };
}

function* attributesOf(ctx: EcsContext, clusterArn: string): Generator<{ name: string; value: string | undefined; targetId: string }> {
  for (const status of ['ACTIVE', 'DRAINING']) {
    for (const host of ctx.store.by(containerInstances, 'cluster', `${clusterArn}|${status}`)) {
      for (const { name, value } of host.attributes) yield { name, value, targetId: host.arn };
    }
  }
}
