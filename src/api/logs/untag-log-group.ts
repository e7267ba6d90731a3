// UntagLogGroup: the older form, by name.
import { logGroups } from '#model/log-group.ts';
import type { LogsContext } from './context.ts';
import { requiredGroup } from './find-group.ts';
import type { UntagLogGroupRequest } from './shapes.ts';
import { withoutTags } from './tags.ts';

export function untagLogGroup(input: UntagLogGroupRequest, ctx: LogsContext): object {
  ctx.store.transact((tx) => tx.put(logGroups, withoutTags(requiredGroup(tx, ctx, input.logGroupName), input.tags ?? [])));
  return {};
}
