// ListTagsForResource.
import type { LogsContext } from './context.ts';
import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from './shapes.ts';
import { taggedGroup } from './tags.ts';

export function listTagsForResource(input: ListTagsForResourceRequest, ctx: LogsContext): ListTagsForResourceResponse {
  return { tags: { ...taggedGroup(ctx.store, ctx, input.resourceArn).tags } };
}
