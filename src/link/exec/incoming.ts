// The receiving side of a data channel's stream: what is delivered, in order and once, and what is acknowledged.

export interface Incoming<Message> {
  /** Number of the next message to be delivered. */
  readonly expected: number;
  /** Messages that came too early, by number. */
  readonly early: ReadonlyMap<number, Message>;
}

export interface Received<Message> {
  readonly state: Incoming<Message>;
  /** In order; empty when it is to be waited for an earlier one, or when it was there before. */
  readonly deliver: readonly Message[];
  /** Whether to tell the sender that it is here. What is here twice is acknowledged twice: the first answer may be lost. */
  readonly acknowledge: boolean;
}

/** So many early messages are kept; a sender that is further ahead sends again. */
export const EARLY_LIMIT = 256;

export function newIncoming<Message>(): Incoming<Message> {
  return { expected: 0, early: new Map() };
}

export function received<Message>(state: Incoming<Message>, sequenceNumber: number, message: Message): Received<Message> {
  if (sequenceNumber < state.expected) return { state, deliver: [], acknowledge: true };
  if (sequenceNumber > state.expected) {
    if (state.early.has(sequenceNumber)) return { state, deliver: [], acknowledge: true };
    if (state.early.size >= EARLY_LIMIT) return { state, deliver: [], acknowledge: false };
    return { state: { ...state, early: new Map(state.early).set(sequenceNumber, message) }, deliver: [], acknowledge: true };
  }
  const deliver = [message];
  if (state.early.size === 0) return { state: { ...state, expected: sequenceNumber + 1 }, deliver, acknowledge: true };
  const early = new Map(state.early);
  let expected = sequenceNumber + 1;
  for (let next = early.get(expected); next !== undefined; next = early.get(expected)) {
    early.delete(expected++);
    deliver.push(next);
  }
  return { state: { expected, early }, deliver, acknowledge: true };
}
