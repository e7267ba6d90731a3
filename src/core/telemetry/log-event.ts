// What a log event is to the API, to the log store and to the agent: plain data, and the order events have.

/** One event as a client sends it: epoch milliseconds and UTF-8 text. */
export interface InputLogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** One event as it is kept. (timestamp, seq) is unique in a store and is the order in which events are read. */
export interface StoredLogEvent extends InputLogEvent {
  readonly streamId: string;
  /** Epoch milliseconds at which the batch was accepted. */
  readonly ingestionTime: number;
  /** Position in the order of arrival, over the whole store. */
  readonly seq: number;
}

/** A point between events: everything with a smaller (timestamp, seq) lies before it. */
export interface Boundary {
  readonly timestamp: number;
  readonly seq: number;
}

export const firstBoundary: Boundary = { timestamp: 0, seq: 0 };
export const lastBoundary: Boundary = { timestamp: Number.MAX_SAFE_INTEGER, seq: 0 };

/** Negative when a lies before b. */
export function compareBoundary(a: Boundary, b: Boundary): number {
  return a.timestamp - b.timestamp || a.seq - b.seq;
}

/** The point just before this event. */
export function before(event: Boundary): Boundary {
  return { timestamp: event.timestamp, seq: event.seq };
}

/** The point just after this event. */
export function after(event: Boundary): Boundary {
  return { timestamp: event.timestamp, seq: event.seq + 1 };
}

const digits = 56;

/** 56 decimal digits, the form of CloudWatch's event ids and page tokens; sorts like the boundary itself. */
export function renderBoundary(at: Boundary): string {
  return ((BigInt(at.timestamp) << 64n) | BigInt(at.seq)).toString().padStart(digits, '0');
}

/** The boundary of 56 digits, or undefined when they are no such thing. */
export function parseBoundary(text: string): Boundary | undefined {
  if (text.length !== digits || !/^\d+$/.test(text)) return undefined;
  const value = BigInt(text);
  const timestamp = Number(value >> 64n);
  const seq = Number(value & 0xffffffffffffffffn);
  return Number.isSafeInteger(timestamp) && Number.isSafeInteger(seq) ? { timestamp, seq } : undefined;
}

/** What reads need to know: which events, in which order, and when a page is full. */
export interface LogQuery {
  readonly groupId: string;
  /** Only these streams; undefined = every stream of the group. */
  readonly streamIds?: readonly string[];
  /** Inclusive. */
  readonly from: Boundary;
  /** Exclusive. */
  readonly to: Boundary;
  /** True: newest first, starting below `to`. */
  readonly descending: boolean;
  readonly limit: number;
  /** A page ends before the event whose message would take it over this, but has at least one event. */
  readonly maxBytes: number;
  /** CloudWatch's filter pattern language; already known to parse. */
  readonly filterPattern?: string;
  /** Only events that contain this text, as it is; in place of a filter pattern. */
  readonly contains?: string;
  /** A page may end early after looking at about this many uncompressed bytes. */
  readonly maxScanBytes?: number;
}

export interface LogPage {
  /** In the order asked for. */
  readonly events: readonly StoredLogEvent[];
  /** Where the next page starts (ascending: its `from`; descending: its `to`); undefined when there is nothing more. */
  readonly next: Boundary | undefined;
}

/** What the log store knows of one stream that has events. */
export interface LogStreamStats {
  readonly streamId: string;
  readonly firstEventTimestamp: number;
  readonly lastEventTimestamp: number;
  readonly lastIngestionTime: number;
  readonly events: number;
  /** Bytes of the messages plus 26 for each event, as CloudWatch counts. */
  readonly bytes: number;
}
