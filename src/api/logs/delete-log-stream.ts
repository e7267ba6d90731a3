// DeleteLogStream: the stream and all it holds.
import { logStreams } from '#model/log-group.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { findGroup, findStream } from './find-group.ts';
import type { DeleteLogStreamRequest } from './shapes.ts';

export async function deleteLogStream(input: DeleteLogStreamRequest, ctx: LogsContext): Promise<object> {
  const { logGroupName = '', logStreamName = '' } = input;
  validate([logGroupName, 'logGroupName', constraints.groupName], [logStreamName, 'logStreamName', constraints.streamName]);
  const stream = ctx.store.transact((tx) => {
    const found = findStream(tx, findGroup(tx, ctx, logGroupName), logStreamName);
    tx.delete(logStreams, found.arn);
    return found;
  });
  await ctx.logs.deleteStream(stream.groupId, stream.id);
  return {};
}
