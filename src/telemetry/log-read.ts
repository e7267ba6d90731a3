// Reads events in order out of many blocks that may overlap in time: blocks are opened as late as possible, looked through
// with the filter first, and only what matched takes part in the merge.
import { after, before, compareBoundary, type Boundary, type LogPage, type LogQuery, type StoredLogEvent } from '#core/telemetry/log-event.ts';
import type { EventFilter } from '#core/telemetry/filter-pattern.ts';
import { decodeBlock, type DecodedBlock } from './log-block.ts';
import { readPayload, type Block } from './log-file.ts';
import { MergeHeap } from './merge-heap.ts';

/** The matching events of one opened block, in reading order, and how far the merge has come. */
interface Cursor {
  readonly events: readonly StoredLogEvent[];
  at: number;
}

export interface ReadHooks {
  /** Called after each block; awaited, so that a long scan lets writes through. */
  readonly pause: () => Promise<void> | undefined;
  /** A block that cannot be read any more is left out, and told. */
  readonly damaged: (block: Block, error: unknown) => void;
}

/** One page. `blocks` are those of the streams asked for; they are only read. */
export async function readEvents(blocks: readonly Block[], query: LogQuery, filter: EventFilter | undefined, hooks: ReadHooks): Promise<LogPage> {
  const sign = query.descending ? -1 : 1;
  const wanted = blocks.filter((block) => overlaps(block, query)).sort((a, b) => sign * compareBoundary(edge(a, query), edge(b, query)));
  const heap = new MergeHeap<Cursor>((a, b) => sign * compareBoundary(a.events[a.at]!, b.events[b.at]!) < 0);
  const events: StoredLogEvent[] = [];
  let bytes = 0;
  let scanned = 0;
  let opened = 0;
  const start = query.descending ? query.to : query.from;
  const maxScan = query.maxScanBytes ?? Infinity;
  for (;;) {
    const head = heap.top();
    const closed = wanted[opened];
    // A closed block may hold an event before the top one: open it first.
    if (closed && (!head || sign * (edge(closed, query).timestamp - head.events[head.at]!.timestamp) <= 0)) {
      if (scanned >= maxScan) {
        const next = resumePoint(head, closed, query);
        if (sign * compareBoundary(next, start) > 0) return { events, next };
      }
      // Blocks across the start are opened again for every page: counting them could keep a scan from ever advancing.
      if (sign * compareBoundary(edge(closed, query), start) > 0) scanned += closed.rawBytes;
      opened++;
      const matching = matchingEvents(closed, query, filter, hooks);
      if (matching.length > 0) heap.push({ events: matching, at: 0 });
      await hooks.pause();
      continue;
    }
    if (!head) return { events, next: undefined };
    const event = head.events[head.at]!;
    const size = Buffer.byteLength(event.message);
    if (events.length >= query.limit || (events.length > 0 && bytes + size > query.maxBytes)) {
      return { events, next: resumePoint(head, closed, query) };
    }
    events.push(event);
    bytes += size;
    head.at++;
    if (head.at < head.events.length) heap.sinkTop();
    else heap.pop();
  }
}

function overlaps(block: Block, query: LogQuery): boolean {
  return block.maxTimestamp >= query.from.timestamp && block.minTimestamp <= query.to.timestamp;
}

/** The side of the block that the reader meets first. Its seq is not that event's own: the widest is assumed. */
function edge(block: Block, query: LogQuery): Boundary {
  return query.descending
    ? { timestamp: block.maxTimestamp, seq: block.maxSeq + 1 }
    : { timestamp: block.minTimestamp, seq: block.minSeq };
}

/** Everything beyond this point in reading order is still to come, and nothing before it. */
function resumePoint(head: Cursor | undefined, closed: Block | undefined, query: LogQuery): Boundary {
  const points: Boundary[] = [];
  if (head) points.push(query.descending ? after(head.events[head.at]!) : before(head.events[head.at]!));
  if (closed) points.push(edge(closed, query));
  points.sort((a, b) => (query.descending ? -1 : 1) * compareBoundary(a, b));
  return points[0]!;
}

function matchingEvents(block: Block, query: LogQuery, filter: EventFilter | undefined, hooks: ReadHooks): StoredLogEvent[] {
  try {
    const payload = readPayload(block);
    const needle = filter?.needle === undefined ? undefined : Buffer.from(filter.needle);
    if (needle !== undefined && payload.indexOf(needle, block.textOffset) < 0) return [];
    const decoded = decodeBlock(block, payload);
    const found = needle === undefined ? allEvents(decoded, query, filter) : needleEvents(decoded, query, filter!, needle);
    return query.descending ? found.reverse() : found;
  } catch (error) {
    hooks.damaged(block, error);
    return [];
  }
}

function allEvents(block: DecodedBlock, query: LogQuery, filter: EventFilter | undefined): StoredLogEvent[] {
  const found: StoredLogEvent[] = [];
  // No page takes more than `limit` of one block: the rest is read again for the next page.
  const inRange = rangeOf(block, query);
  const first = query.descending && !filter ? Math.max(inRange.first, inRange.end - query.limit - 1) : inRange.first;
  for (let i = first; i < inRange.end; i++) {
    if (!query.descending && found.length > query.limit) break;
    const event = eventAt(block, i);
    if (!filter || filter.matches(event.message)) found.push(event);
  }
  return found;
}

/** Searches the text of the whole block for bytes that every match must have; only events around a hit become strings. */
function needleEvents(block: DecodedBlock, query: LogQuery, filter: EventFilter, needle: Buffer): StoredLogEvent[] {
  const found: StoredLogEvent[] = [];
  const { first, end } = rangeOf(block, query);
  let i = first;
  let at = block.offsets[first]!;
  for (;;) {
    at = block.text.indexOf(needle, at);
    if (at < 0) return found;
    while (i < end && block.offsets[i + 1]! <= at) i++;
    if (i >= end) return found;
    if (at + needle.length > block.offsets[i + 1]!) {
      at++;
      continue;
    }
    const event = eventAt(block, i);
    if (filter.matches(event.message)) found.push(event);
    at = block.offsets[i + 1]!;
  }
}

/** The events inside the query's bounds; they lie side by side, since a block is in order. */
function rangeOf(block: DecodedBlock, query: LogQuery): { first: number; end: number } {
  return { first: lowerBound(block, query.from), end: lowerBound(block, query.to) };
}

function lowerBound(block: DecodedBlock, at: Boundary): number {
  let low = 0;
  let high = block.head.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = block.timestamps[middle]! - at.timestamp || block.seqs[middle]! - at.seq;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function eventAt(block: DecodedBlock, i: number): StoredLogEvent {
  return {
    streamId: block.head.streamId,
    timestamp: block.timestamps[i]!,
    seq: block.seqs[i]!,
    ingestionTime: block.ingestionTimes[i]!,
    message: block.text.toString('utf8', block.offsets[i], block.offsets[i + 1]),
  };
}
