// PutLogEvents. Order of checks: constraints, group and stream, size of events, order, size of the batch, then age; only events
// that are neither too old nor too new are stored, and must span at most a day. Answers once they are on disk.
import type { InputLogEvent } from '#core/telemetry/log-event.ts';
import { constraints, validate, validateCount } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter, unavailable } from './errors.ts';
import { findGroup, findStream } from './find-group.ts';
import { dayMs, expiredBefore } from './retention.ts';
import type { PutLogEventsRequest, PutLogEventsResponse } from './shapes.ts';

const maxBatchBytes = 1_048_576;
const maxEvents = 10_000;
const perEventBytes = 26;
const tooOldMs = 14 * dayMs;
const tooNewMs = 2 * 60 * 60 * 1000;

/** Sequence tokens mean nothing any more; clients that still pass one on get one of the usual shape. */
export const uploadSequenceToken = '49590302316009270577654213464700000000000000000000000001';

export async function putLogEvents(input: PutLogEventsRequest, ctx: LogsContext): Promise<PutLogEventsResponse> {
  const { logGroupName = '', logStreamName = '' } = input;
  const events = (input.logEvents ?? []) as InputLogEvent[];
  validate([logGroupName, 'logGroupName', constraints.groupName], [logStreamName, 'logStreamName', constraints.streamName]);
  validateCount(events.length, 'logEvents', 1, maxEvents);
  const group = findGroup(ctx.store, ctx, logGroupName);
  const stream = findStream(ctx.store, group, logStreamName);
  validateEvents(events);
  const oldest = ctx.now - tooOldMs;
  const expired = expiredBefore(group, ctx.now);
  const { first, end, rejected } = acceptable(events, { oldest, expired, newest: ctx.now + tooNewMs });
  const accepted = first === 0 && end === events.length ? events : events.slice(first, end);
  if (accepted.length > 0) {
    if (accepted.at(-1)!.timestamp - accepted[0]!.timestamp > dayMs) {
      throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
    }
    try {
      await ctx.logs.append({ groupId: group.id, streamId: stream.id, ingestionTime: ctx.now }, accepted);
    } catch (error) {
      ctx.log.error('log events could not be stored', { group: logGroupName, stream: logStreamName, error: String(error) });
      throw unavailable();
    }
  }
  return { nextSequenceToken: uploadSequenceToken, ...(rejected && { rejectedLogEventsInfo: rejected }) };
}

function validateEvents(events: readonly InputLogEvent[]): void {
  let bytes = 0;
  let previous = 0;
  let ordered = true;
  for (let i = 0; i < events.length; i++) {
    const { timestamp, message } = events[i]!;
    if (message === '' || timestamp < 0) {
      const path = `logEvents.${i + 1}.member.`;
      validate([timestamp, `${path}timestamp`, constraints.timestamp], [message, `${path}message`, { minLength: 1 }]);
    }
    const size = Buffer.byteLength(message) + perEventBytes;
    if (size > maxBatchBytes) throw invalidParameter(`Log event too large: ${size} bytes exceeds limit of ${maxBatchBytes}`);
    bytes += size;
    ordered &&= timestamp >= previous;
    previous = timestamp;
  }
  if (!ordered) throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  if (bytes > maxBatchBytes) throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${maxBatchBytes}`);
}

/** The events that are stored, as a range, since they are in order; and what CloudWatch tells of the others (ends exclusive, start inclusive). */
function acceptable(
  events: readonly InputLogEvent[],
  bounds: { oldest: number; expired: number; newest: number },
): { first: number; end: number; rejected: PutLogEventsResponse['rejectedLogEventsInfo'] } {
  const countBefore = (limit: number): number => {
    const found = events.findIndex((event) => event.timestamp >= limit);
    return found < 0 ? events.length : found;
  };
  const tooOld = countBefore(bounds.oldest);
  const expired = countBefore(bounds.expired);
  const end = countBefore(bounds.newest + 1);
  const rejected = {
    ...(end < events.length && { tooNewLogEventStartIndex: end }),
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > tooOld && { expiredLogEventEndIndex: expired }),
  };
  return { first: Math.max(tooOld, expired), end, rejected: Object.keys(rejected).length > 0 ? rejected : undefined };
}
