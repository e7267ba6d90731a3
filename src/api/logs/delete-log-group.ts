// DeleteLogGroup: the group, its streams and all they hold.
import { logGroups, logStreams } from '#model/log-group.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { LogsContext } from './context.ts';
import { requiredGroup } from './find-group.ts';
import type { DeleteLogGroupRequest } from './shapes.ts';

export async function deleteLogGroup(input: DeleteLogGroupRequest, ctx: LogsContext): Promise<object> {
  const group = ctx.store.transact((tx) => {
    const found = requiredGroup(tx, ctx, input.logGroupName);
    if (found.deletionProtected) {
      throw new AwsError('ValidationException', 'Log group cannot be deleted while deletion protection is enabled.');
    }
    for (const stream of [...tx.by(logStreams, 'group', found.id)]) tx.delete(logStreams, stream.arn);
    tx.delete(logGroups, found.arn);
    return found;
  });
  // Were we to crash before this, retention would find the events without a group and drop them.
  await ctx.logs.deleteGroup(group.id);
  return {};
}
