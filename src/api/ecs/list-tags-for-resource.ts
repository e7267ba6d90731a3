// ListTagsForResource.
import type { EcsContext } from './context.ts';
import type { ListTagsForResourceRequest, ListTagsForResourceResponse, Shape } from './shapes.ts';
import { findTagged } from './tagged-resource.ts';

export function listTagsForResource(input: Shape<ListTagsForResourceRequest>, ctx: EcsContext): Shape<ListTagsForResourceResponse> {
  return { tags: findTagged(ctx.store, ctx, input.resourceArn).row.tags };
}
