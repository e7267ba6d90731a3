// GetLogEvents: one stream, forwards or backwards. Both tokens name the edges of the page, so a token comes back unchanged when
// there is nothing beyond it (yet), and following the other one from there gives the same events again.
import { after, before, firstBoundary, lastBoundary, parseBoundary, renderBoundary, type Boundary, type LogPage } from '#core/telemetry/log-event.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { invalidToken } from './errors.ts';
import { findStream, groupChecks, namedGroup } from './find-group.ts';
import { expiredBefore } from './retention.ts';
import type { GetLogEventsRequest, GetLogEventsResponse } from './shapes.ts';
import { highest, lowest, maxPageBytes } from './time-range.ts';

export async function getLogEvents(input: GetLogEventsRequest, ctx: LogsContext): Promise<GetLogEventsResponse> {
  const { logStreamName = '', limit = 10_000 } = input;
  validate(
    ...groupChecks(input),
    [logStreamName, 'logStreamName', constraints.streamName],
    [input.startTime, 'startTime', constraints.timestamp],
    [input.endTime, 'endTime', constraints.timestamp],
    [input.nextToken, 'nextToken', constraints.token],
    [limit, 'limit', constraints.eventsLimit],
  );
  const group = namedGroup(input, ctx);
  const stream = findStream(ctx.store, group, logStreamName);
  const token = input.nextToken === undefined ? undefined : openToken(input.nextToken);
  const forward = token ? token.forward : (input.startFromHead ?? false);
  const start = Math.max(input.startTime ?? 0, expiredBefore(group, ctx.now));
  const floor: Boundary = { timestamp: start, seq: 0 };
  // endTime is exclusive here, unlike in FilterLogEvents.
  const ceiling: Boundary = input.endTime === undefined ? lastBoundary : { timestamp: input.endTime, seq: 0 };
  const from = token?.forward ? highest(token.at, floor) : floor;
  const to = token && !token.forward ? lowest(token.at, ceiling) : ceiling;
  const page = await ctx.logs.read({ groupId: group.id, streamIds: [stream.id], from, to, descending: !forward, limit, maxBytes: maxPageBytes });
  const events = forward ? page.events : page.events.toReversed();
  const edges = pageEdges(events, token?.at ?? (forward ? from : firstBoundary));
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${renderBoundary(edges.end)}`,
    nextBackwardToken: `b/${renderBoundary(edges.start)}`,
  };
}

function pageEdges(events: LogPage['events'], whenEmpty: Boundary): { start: Boundary; end: Boundary } {
  const [first, last] = [events[0], events.at(-1)];
  return first && last ? { start: before(first), end: after(last) } : { start: whenEmpty, end: whenEmpty };
}

function openToken(token: string): { forward: boolean; at: Boundary } {
  const at = parseBoundary(token.slice(2));
  if (!at || !/^[fb]\//.test(token)) throw invalidToken();
  return { forward: token.startsWith('f/'), at };
}
