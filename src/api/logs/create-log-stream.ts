// CreateLogStream.
import { hexId } from '#base/ids.ts';
import { logStreamArn, logStreams } from '#model/log-group.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { streamExists } from './errors.ts';
import { findGroup } from './find-group.ts';
import type { CreateLogStreamRequest } from './shapes.ts';

export function createLogStream(input: CreateLogStreamRequest, ctx: LogsContext): object {
  const { logGroupName = '', logStreamName = '' } = input;
  validate([logGroupName, 'logGroupName', constraints.groupName], [logStreamName, 'logStreamName', constraints.streamName]);
  ctx.store.transact((tx) => {
    const group = findGroup(tx, ctx, logGroupName);
    const arn = logStreamArn(group.arn, logStreamName);
    if (tx.get(logStreams, arn)) throw streamExists();
    tx.put(logStreams, { arn, id: hexId(ctx.random, 16), groupId: group.id, name: logStreamName, createdAt: ctx.now });
  });
  return {};
}
