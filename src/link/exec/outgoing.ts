// The sending side of a data channel's stream: what was sent and is not acknowledged yet, when to send again, when to wait.
//
// Messages are numbered from 0 and acknowledged one by one. The peer acknowledges in any order, delivers in order, and passes over
// what it has already without a word. So: the oldest unacknowledged message alone is sent again when its time is over (the others
// are only waiting behind it), and on a new connection everything unacknowledged is.

export interface Sent<Frame> {
  readonly sequenceNumber: number;
  readonly frame: Frame;
  readonly sentAtMs: number;
  /** How often on this connection. */
  readonly times: number;
  /** It was sent on an earlier connection: whether it arrived there is not known. */
  readonly stale: boolean;
}

export interface Outgoing<Frame> {
  readonly next: number;
  /** In order. */
  readonly unacknowledged: readonly Sent<Frame>[];
  /** Smoothed, and its variation. */
  readonly roundTripMs: number;
  readonly variationMs: number;
}

/** As Amazon's agent and plugin begin. */
const FIRST_ROUND_TRIP_MS = 100;
const MIN_VARIATION_MS = 10;
const MIN_TIMEOUT_MS = 200;
const MAX_TIMEOUT_MS = 1_000;
/** A stale message that was repeated so often without an answer had arrived before: the peer says nothing to what it has. */
const STALE_REPEATS = 4;
/** More than this waits for the peer: enough for a megabyte under way. */
export const WINDOW = 64;

export function newOutgoing<Frame>(): Outgoing<Frame> {
  return { next: 0, unacknowledged: [], roundTripMs: FIRST_ROUND_TRIP_MS, variationMs: 0 };
}

export function hasRoom(state: Outgoing<unknown>): boolean {
  return state.unacknowledged.length < WINDOW;
}

/** `frame` goes out now as number `state.next`. */
export function sent<Frame>(state: Outgoing<Frame>, frame: Frame, nowMs: number): Outgoing<Frame> {
  const entry: Sent<Frame> = { sequenceNumber: state.next, frame, sentAtMs: nowMs, times: 1, stale: false };
  return { ...state, next: state.next + 1, unacknowledged: [...state.unacknowledged, entry] };
}

/** The peer has it. What is stale and older had arrived: everything was sent again in order on this connection. */
export function acknowledged<Frame>(state: Outgoing<Frame>, sequenceNumber: number, nowMs: number): Outgoing<Frame> {
  const found = state.unacknowledged.find((one) => one.sequenceNumber === sequenceNumber);
  if (found === undefined) return state;
  const unacknowledged = state.unacknowledged.filter((one) => one !== found && !(one.stale && one.sequenceNumber < sequenceNumber));
  // Of what was sent twice nobody knows which one was answered.
  if (found.times > 1 || found.stale) return { ...state, unacknowledged };
  const tripMs = nowMs - found.sentAtMs;
  return {
    ...state,
    unacknowledged,
    variationMs: state.variationMs * 0.75 + Math.abs(state.roundTripMs - tripMs) * 0.25,
    roundTripMs: state.roundTripMs * 0.875 + tripMs * 0.125,
  };
}

/** How long to wait for an acknowledgement. */
export function timeoutMs(state: Outgoing<unknown>): number {
  const wished = state.roundTripMs + Math.max(MIN_VARIATION_MS, 4 * state.variationMs);
  return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, wished));
}

export interface Repeat<Frame> {
  readonly state: Outgoing<Frame>;
  /** To be sent again now. */
  readonly frames: readonly Frame[];
  /** When to look again; undefined when nothing is waited for. */
  readonly wakeAtMs: number | undefined;
}

/** The time is `nowMs`: what is due again. */
export function due<Frame>(before: Outgoing<Frame>, nowMs: number): Repeat<Frame> {
  let state = before;
  let oldest = state.unacknowledged[0];
  if (oldest?.stale === true && oldest.times > STALE_REPEATS) {
    state = { ...state, unacknowledged: state.unacknowledged.filter((one) => !one.stale) };
    oldest = state.unacknowledged[0];
  }
  if (oldest === undefined) return { state, frames: [], wakeAtMs: undefined };
  const dueAtMs = oldest.sentAtMs + timeoutMs(state);
  if (dueAtMs > nowMs) return { state, frames: [], wakeAtMs: dueAtMs };
  const again = { ...oldest, sentAtMs: nowMs, times: oldest.times + 1 };
  return { state: { ...state, unacknowledged: [again, ...state.unacknowledged.slice(1)] }, frames: [oldest.frame], wakeAtMs: nowMs + timeoutMs(state) };
}

/** The peer is back on a new connection: everything it has not acknowledged goes out again, in order. */
export function reconnected<Frame>(state: Outgoing<Frame>, nowMs: number): Repeat<Frame> {
  const unacknowledged = state.unacknowledged.map((one) => ({ ...one, sentAtMs: nowMs, times: 1, stale: true }));
  return {
    state: { ...state, unacknowledged },
    frames: unacknowledged.map((one) => one.frame),
    wakeAtMs: unacknowledged.length === 0 ? undefined : nowMs + timeoutMs(state),
  };
}
