// UntagResource: takes tags off a resource by key; keys it does not have are ignored.
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import type { Shape, UntagResourceRequest, UntagResourceResponse } from './shapes.ts';
import { findTagged } from './tagged-resource.ts';
import { validKey } from './validate-tags.ts';

export function untagResource(input: Shape<UntagResourceRequest>, ctx: EcsContext): Shape<UntagResourceResponse> {
  if (!input.tagKeys) throw invalidParameter('Tag keys can not be null.');
  const keys = new Set(input.tagKeys);
  for (const key of keys) validKey(key);
  ctx.store.transact((tx) => {
    const { table, row } = findTagged(tx, ctx, input.resourceArn);
    const tags = row.tags.filter((tag) => !keys.has(tag.key));
    if (tags.length < row.tags.length) tx.put(table, { ...row, tags });
  });
  return {};
}
