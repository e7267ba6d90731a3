// TagLogGroup: the older form, by name.
import { logGroups } from '#model/log-group.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { requiredGroup } from './find-group.ts';
import type { TagLogGroupRequest } from './shapes.ts';
import { validTags, withTags } from './tags.ts';

export function tagLogGroup(input: TagLogGroupRequest, ctx: LogsContext): object {
  const tags = validTags(input.tags);
  ctx.store.transact((tx) => {
    const group = requiredGroup(tx, ctx, input.logGroupName);
    tx.put(logGroups, withTags(group, tags, () => invalidParameter('A log group can have no more than 50 tags.')));
  });
  return {};
}
