// ListTagsForResource.
import type { EcrContext } from './context.ts';
import { findTagged } from './find-tagged.ts';
import type { ListTagsForResourceRequest, ListTagsForResourceResponse, Shape } from './shapes.ts';

export function listTagsForResource(input: Shape<ListTagsForResourceRequest>, ctx: EcrContext): Shape<ListTagsForResourceResponse> {
  const { tags } = findTagged(ctx.store, ctx, input.resourceArn);
  return { tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) };
}
