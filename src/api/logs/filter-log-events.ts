// FilterLogEvents: many streams of a group as one list in order of time, with a filter pattern. A page may end early, or be
// empty, after looking at much: the token then goes on where it stopped.
import { lastBoundary, parseBoundary, renderBoundary, type Boundary, type LogQuery, type StoredLogEvent } from '#core/telemetry/log-event.ts';
import { logStreams, type LogGroup } from '#model/log-group.ts';
import { constraints, validate, validateCount } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter, invalidToken } from './errors.ts';
import { checkFilterPattern } from './filter-pattern.ts';
import { findStream, groupChecks, namedGroup } from './find-group.ts';
import { openToken, sealToken } from './paginate.ts';
import { expiredBefore } from './retention.ts';
import type { FilterLogEventsRequest, FilterLogEventsResponse } from './shapes.ts';
import { maxPageBytes } from './time-range.ts';

const maxStreams = 100;
/** About a tenth of a second of work: keeps one search from holding a connection for long. */
const maxScanBytes = 64 * 1024 * 1024;

export async function filterLogEvents(input: FilterLogEventsRequest, ctx: LogsContext): Promise<FilterLogEventsResponse> {
  const { limit = 10_000, logStreamNames, logStreamNamePrefix: prefix } = input;
  validate(
    ...groupChecks(input),
    [prefix, 'logStreamNamePrefix', constraints.streamName],
    [input.startTime, 'startTime', constraints.timestamp],
    [input.endTime, 'endTime', constraints.timestamp],
    [input.filterPattern, 'filterPattern', constraints.filterPattern],
    [input.nextToken, 'nextToken', constraints.token],
    [limit, 'limit', constraints.eventsLimit],
  );
  if (logStreamNames !== undefined) validateCount(logStreamNames.length, 'logStreamNames', 1, maxStreams);
  if (logStreamNames !== undefined && prefix !== undefined) {
    throw invalidParameter('LogStream names and LogStream name prefix are mutually exclusive parameters.');
  }
  const group = namedGroup(input, ctx);
  const streamIds = wantedStreams(group, logStreamNames, prefix, ctx);
  checkFilterPattern(input.filterPattern);
  const descending = input.startFromHead === false;
  const list = `filter/${group.id}/${descending}/${input.filterPattern ?? ''}`;
  const at = input.nextToken === undefined ? undefined : positionOf(openToken(list, input.nextToken));
  const start = Math.max(input.startTime ?? 0, expiredBefore(group, ctx.now));
  // endTime is inclusive here, unlike in GetLogEvents.
  const end: Boundary = input.endTime === undefined ? lastBoundary : { timestamp: input.endTime + 1, seq: 0 };
  const query: LogQuery = {
    groupId: group.id,
    ...(streamIds && { streamIds }),
    from: !descending && at ? at : { timestamp: start, seq: 0 },
    to: descending && at ? at : end,
    descending,
    limit,
    maxBytes: maxPageBytes,
    ...(input.filterPattern && { filterPattern: input.filterPattern }),
    maxScanBytes,
  };
  const page = await ctx.logs.read(query);
  const events = page.events.map((event) => viewEvent(event, ctx)).filter((event) => event !== undefined);
  return { events, searchedLogStreams: [], ...(page.next && { nextToken: sealToken(list, renderBoundary(page.next)) }) };
}

function positionOf(text: string): Boundary {
  const at = parseBoundary(text);
  if (!at) throw invalidToken();
  return at;
}

/** Undefined for all of the group's. */
function wantedStreams(group: LogGroup, names: readonly string[] | undefined, prefix: string | undefined, ctx: LogsContext): string[] | undefined {
  if (names !== undefined) return names.map((name) => findStream(ctx.store, group, name).id);
  if (prefix === undefined) return undefined;
  return [...ctx.store.by(logStreams, 'group', group.id)].filter((stream) => stream.name.startsWith(prefix)).map((stream) => stream.id);
}

/** Undefined for an event whose stream was deleted while it was read. */
function viewEvent(event: StoredLogEvent, ctx: LogsContext): NonNullable<FilterLogEventsResponse['events']>[number] | undefined {
  const [stream] = ctx.store.by(logStreams, 'id', event.streamId);
  if (!stream) return undefined;
  const { timestamp, message, ingestionTime } = event;
  return { logStreamName: stream.name, timestamp, message, ingestionTime, eventId: renderBoundary(event) };
}
