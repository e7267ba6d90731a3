// DescribeLogStreams: by name, or by the time of the newest event.
import { logStreams, type LogStream } from '#model/log-group.ts';
import type { LogStreamStats } from '#core/telemetry/log-event.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { groupChecks, namedGroup } from './find-group.ts';
import { pageBy } from './paginate.ts';
import { uploadSequenceToken } from './put-log-events.ts';
import type { DescribeLogStreamsRequest, DescribeLogStreamsResponse } from './shapes.ts';

export async function describeLogStreams(input: DescribeLogStreamsRequest, ctx: LogsContext): Promise<DescribeLogStreamsResponse> {
  const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false, limit = 50 } = input;
  validate(
    ...groupChecks(input),
    [prefix, 'logStreamNamePrefix', constraints.streamName],
    [orderBy, 'orderBy', constraints.orderBy],
    [input.nextToken, 'nextToken', constraints.token],
    [limit, 'limit', constraints.describeLimit],
  );
  if (orderBy === 'LastEventTime' && prefix !== undefined) throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const group = namedGroup(input, ctx);
  const all = [...ctx.store.by(logStreams, 'group', group.id)];
  const wanted = prefix === undefined ? all : all.filter((stream) => stream.name.startsWith(prefix));
  const stats = new Map((await ctx.logs.stats(group.id)).map((one) => [one.streamId, one]));
  const keyOf = (stream: LogStream): string => (orderBy === 'LogStreamName' ? stream.name : timeKey(stream, stats.get(stream.id)));
  const { rows, nextToken } = pageBy(`streams/${group.id}/${orderBy}/${descending}/${prefix ?? ''}`, wanted, keyOf, limit, input.nextToken, descending);
  return { logStreams: rows.map((stream) => viewLogStream(stream, stats.get(stream.id))), ...(nextToken && { nextToken }) };
}

/** Streams without events come before all others; the name decides between equals. */
function timeKey(stream: LogStream, stats: LogStreamStats | undefined): string {
  return `${String(stats?.lastEventTimestamp ?? 0).padStart(16, '0')}/${stream.name}`;
}

function viewLogStream(stream: LogStream, stats: LogStreamStats | undefined): NonNullable<DescribeLogStreamsResponse['logStreams']>[number] {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(stats && {
      firstEventTimestamp: stats.firstEventTimestamp,
      lastEventTimestamp: stats.lastEventTimestamp,
      lastIngestionTime: stats.lastIngestionTime,
    }),
    uploadSequenceToken: uploadSequenceToken,
    arn: stream.arn,
    // CloudWatch reports 0 for every stream since 2019; the group has the bytes.
    storedBytes: 0,
  };
}
