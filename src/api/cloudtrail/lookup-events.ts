// LookupEvents: the account's calls of the last 90 days in this region, newest first, by at most one attribute.
// Checks, in order: category, number of results, attributes, times, token.
import { parseBoundary, renderBoundary, type Boundary } from '#core/telemetry/log-event.ts';
import { AwsError } from '#wire/aws-error.ts';
import { matchesAttribute, needleOf, viewEvent, ATTRIBUTE_KEYS, type RecordedEvent } from './attributes.ts';
import type { CloudTrailContext } from './context.ts';
import type { Event, LookupAttribute, LookupEventsRequest, LookupEventsResponse } from './shapes.ts';

const DEFAULT_RESULTS = 50;
const HISTORY_MS = 90 * 86_400_000;
/** How often an empty page is followed by the next before the caller is asked to come again. */
const EMPTY_PAGES = 8;

export async function lookupEvents(input: LookupEventsRequest, ctx: CloudTrailContext): Promise<LookupEventsResponse> {
  if (input.EventCategory !== undefined && input.EventCategory !== 'insight') {
    throw new AwsError('InvalidEventCategoryException', `The event category '${String(input.EventCategory)}' is not valid. Valid values are: insight.`);
  }
  const limit = input.MaxResults ?? DEFAULT_RESULTS;
  if (!Number.isInteger(limit) || limit < 1 || limit > DEFAULT_RESULTS) throw new AwsError('InvalidMaxResultsException', `Invalid value for MaxResults: ${limit}. It must be between 1 and ${DEFAULT_RESULTS}.`);
  const attribute = oneAttribute(input.LookupAttributes);
  const [start, end] = times(input, ctx.now);
  let to = input.NextToken === undefined ? { timestamp: end + 1, seq: 0 } : parseToken(input.NextToken, attribute);
  // Nobody has turned Insights on: there is no such thing here.
  if (input.EventCategory === 'insight') return { Events: [] };
  const needle = attribute && needleOf(attribute);
  const where = { account: ctx.account, region: ctx.region, from: { timestamp: start, seq: 0 }, limit, ...(needle !== undefined && { contains: needle }) };
  const events: Event[] = [];
  for (let page = 0; page < EMPTY_PAGES; page++) {
    const found = await ctx.history.read({ ...where, to });
    for (const { message } of found.events) {
      const event = JSON.parse(message) as RecordedEvent;
      if (attribute === undefined || matchesAttribute(event, attribute)) events.push(viewEvent(event, message));
    }
    if (found.next === undefined) return { Events: events };
    to = found.next;
    if (events.length > 0) break;
  }
  return { Events: events, NextToken: renderToken(to, attribute) };
}

function oneAttribute(attributes: readonly LookupAttribute[] | undefined): LookupAttribute | undefined {
  if ((attributes?.length ?? 0) > 1) throw new AwsError('InvalidLookupAttributesException', 'You can only use one lookup attribute in a request.');
  const attribute = attributes?.[0];
  if (attribute === undefined) return undefined;
  if (!ATTRIBUTE_KEYS.has(attribute.AttributeKey ?? '')) throw new AwsError('InvalidLookupAttributesException', `Invalid lookup attribute: ${attribute.AttributeKey}`);
  const value = attribute.AttributeValue ?? '';
  if (value === '' || value.length > 2_000) throw new AwsError('InvalidLookupAttributesException', 'The value of a lookup attribute must have between 1 and 2000 characters.');
  return attribute;
}

function times(input: LookupEventsRequest, now: number): readonly [number, number] {
  const start = input.StartTime?.getTime() ?? 0;
  const end = input.EndTime?.getTime() ?? now;
  if (Number.isNaN(start) || Number.isNaN(end) || start > end) throw new AwsError('InvalidTimeRangeException', 'The start time must be before the end time.');
  return [Math.max(start, now - HISTORY_MS), Math.min(end, now)];
}

/** A page goes on where the last one ended, for the same question only. */
function renderToken(at: Boundary, attribute: LookupAttribute | undefined): string {
  return Buffer.from(JSON.stringify([renderBoundary(at), attribute?.AttributeKey ?? '', attribute?.AttributeValue ?? ''])).toString('base64url');
}

function parseToken(token: string, attribute: LookupAttribute | undefined): Boundary {
  try {
    const [at, key, value] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    const boundary = typeof at === 'string' ? parseBoundary(at) : undefined;
    if (boundary !== undefined && key === (attribute?.AttributeKey ?? '') && value === (attribute?.AttributeValue ?? '')) return boundary;
  } catch {
    // Not one of ours.
  }
  throw new AwsError('InvalidNextTokenException', 'The token that is provided is not valid.');
}
