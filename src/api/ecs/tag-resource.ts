// TagResource: adds tags to a resource, replacing those of the same keys.
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import type { Shape, TagResourceRequest, TagResourceResponse } from './shapes.ts';
import { findTagged } from './tagged-resource.ts';
import { mergedTags, validTags } from './validate-tags.ts';

export function tagResource(input: Shape<TagResourceRequest>, ctx: EcsContext): Shape<TagResourceResponse> {
  if (!input.tags) throw invalidParameter('Tags can not be null.');
  const tags = validTags(input.tags);
  ctx.store.transact((tx) => {
    const { table, row } = findTagged(tx, ctx, input.resourceArn);
    if (tags.length > 0) tx.put(table, { ...row, tags: mergedTags(row.tags, tags) });
  });
  return {};
}
