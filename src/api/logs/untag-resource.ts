// UntagResource.
import { logGroups } from '#model/log-group.ts';
import type { LogsContext } from './context.ts';
import type { UntagResourceRequest } from './shapes.ts';
import { taggedGroup, withoutTags } from './tags.ts';

export function untagResource(input: UntagResourceRequest, ctx: LogsContext): object {
  ctx.store.transact((tx) => tx.put(logGroups, withoutTags(taggedGroup(tx, ctx, input.resourceArn), input.tagKeys ?? [])));
  return {};
}
