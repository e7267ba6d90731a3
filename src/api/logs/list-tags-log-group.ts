// ListTagsLogGroup: the older form, by name.
import type { LogsContext } from './context.ts';
import { requiredGroup } from './find-group.ts';
import type { ListTagsLogGroupRequest, ListTagsLogGroupResponse } from './shapes.ts';

export function listTagsLogGroup(input: ListTagsLogGroupRequest, ctx: LogsContext): ListTagsLogGroupResponse {
  return { tags: { ...requiredGroup(ctx.store, ctx, input.logGroupName).tags } };
}
