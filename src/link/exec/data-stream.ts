// One end of a session's stream over a channel that may be exchanged for another: numbers and acknowledges messages, repeats what is not
// acknowledged, delivers in order and once. The agent sends `output_stream_data` and a client `input_stream_data`; else both are alike.
import type { Clock, Timer } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { decodeAgentMessage, encodeAgentMessage, PAYLOAD, type AgentMessage, type MessageType } from './agent-message.ts';
import { newIncoming, received } from './incoming.ts';
import { acknowledged, due, hasRoom, newOutgoing, reconnected, sent, type Repeat } from './outgoing.ts';
import { jsonBytes, parseObject, type Acknowledgement } from './payloads.ts';

export interface DataStreamOptions {
  readonly sends: 'input_stream_data' | 'output_stream_data';
  /** Sends a frame now, or loses it. */
  readonly transmit: (frame: Buffer) => void;
  /** Frames have been sent that have not left yet: nothing is repeated meanwhile. */
  readonly isBusy: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** In order, once. */
  readonly onData: (payloadType: number, payload: Uint8Array) => void;
  /** Of any other type than stream data and acknowledgements. */
  readonly onControl: (message: AgentMessage) => void;
  /** The peer does not speak the protocol. */
  readonly onMalformed: (error: string) => void;
}

export interface DataStream {
  /** On its way at once; whoever has more asks for room first. */
  send(payloadType: number, payload: Uint8Array): void;
  /** Resolves when the peer keeps up: now, or after acknowledgements. */
  room(): Promise<void>;
  readonly hasRoom: boolean;
  /** What arrives is delivered and not acknowledged for now: the sender is to wait. */
  hold(): void;
  release(): void;
  /** A frame has arrived. */
  take(frame: Buffer): void;
  /** Nothing can be delivered for now: nothing is repeated until `restart`. */
  pause(): void;
  /** The peer is back on a new connection. */
  restart(): void;
  /** Resolves when the peer has acknowledged everything sent so far, or when the stream is closed. */
  drained(): Promise<void>;
  close(): void;
}

export function openDataStream(options: DataStreamOptions): DataStream {
  const { clock, random } = options;
  const receives: MessageType = options.sends === 'input_stream_data' ? 'output_stream_data' : 'input_stream_data';
  let outgoing = newOutgoing<Buffer>();
  let incoming = newIncoming<AgentMessage>();
  let timer: Timer | undefined;
  let paused = false;
  let closed = false;
  /** Unanswered for now, by number. */
  let held: Map<number, AgentMessage> | undefined;
  let waiting: { readonly fact: () => boolean; readonly resolve: () => void }[] = [];

  const until = (fact: () => boolean): Promise<void> =>
    closed || fact() ? Promise.resolve() : new Promise((resolve) => waiting.push({ fact, resolve }));
  const settle = (): void => {
    const over = waiting.filter(({ fact }) => closed || fact());
    waiting = waiting.filter((one) => !over.includes(one));
    for (const { resolve } of over) resolve();
  };

  const frameOf = (messageType: MessageType, payloadType: number, payload: Uint8Array, sequenceNumber: number, flags: number): Buffer =>
    encodeAgentMessage({ messageType, schemaVersion: 1, createdDate: clock.now(), sequenceNumber, flags, messageId: uuid(random), payloadType, payload });

  const follow = (repeat: Repeat<Buffer>): void => {
    outgoing = repeat.state;
    for (const frame of repeat.frames) options.transmit(frame);
    timer?.cancel();
    timer = repeat.wakeAtMs === undefined || closed || paused ? undefined : clock.after(Math.max(0, repeat.wakeAtMs - clock.now()), look);
    settle();
  };
  const look = (): void => {
    timer = undefined;
    if (closed || paused) return;
    if (options.isBusy()) timer = clock.after(BUSY_LOOK_MS, look);
    else follow(due(outgoing, clock.now()));
  };

  const acknowledge = (message: AgentMessage): void => {
    const content: Acknowledgement = {
      AcknowledgedMessageType: message.messageType,
      AcknowledgedMessageId: message.messageId,
      AcknowledgedMessageSequenceNumber: message.sequenceNumber,
      IsSequentialMessage: true,
    };
    options.transmit(frameOf('acknowledge', PAYLOAD.none, jsonBytes(content), 0, SYN_FIN));
  };

  const takeData = (message: AgentMessage): void => {
    // The payload is a view of the frame, which is not used again.
    const taken = received(incoming, message.sequenceNumber, message);
    incoming = taken.state;
    if (taken.acknowledge && held === undefined) acknowledge(message);
    else if (taken.acknowledge) held?.set(message.sequenceNumber, message);
    for (const { payloadType, payload } of taken.deliver) if (!closed) options.onData(payloadType, payload);
  };

  return {
    send(payloadType, payload) {
      if (closed) return;
      const frame = frameOf(options.sends, payloadType, payload, outgoing.next, outgoing.next === 0 && options.sends === 'output_stream_data' ? SYN : 0);
      outgoing = sent(outgoing, frame, clock.now());
      if (!paused) {
        options.transmit(frame);
        if (timer === undefined) look();
      }
    },
    room: () => until(() => hasRoom(outgoing)),
    get hasRoom() {
      return hasRoom(outgoing);
    },
    hold() {
      held ??= new Map();
    },
    release() {
      const due = held;
      held = undefined;
      for (const message of due?.values() ?? []) acknowledge(message);
    },
    take(frame) {
      if (closed) return;
      const decoded = decodeAgentMessage(frame);
      if (!decoded.ok) {
        if (decoded.kind === 'malformed') options.onMalformed(decoded.error);
        return;
      }
      const { message } = decoded;
      if (message.messageType === receives) return takeData(message);
      if (message.messageType !== 'acknowledge') return options.onControl(message);
      const number = parseObject<Acknowledgement>(message.payload)?.AcknowledgedMessageSequenceNumber;
      if (typeof number !== 'number') return;
      outgoing = acknowledged(outgoing, number, clock.now());
      settle();
    },
    pause() {
      paused = true;
      timer?.cancel();
      timer = undefined;
    },
    restart() {
      paused = false;
      if (!closed) follow(reconnected(outgoing, clock.now()));
    },
    drained: () => until(() => outgoing.unacknowledged.length === 0),
    close() {
      closed = true;
      timer?.cancel();
      settle();
    },
  };
}

const SYN = 1;
const SYN_FIN = 3;
const BUSY_LOOK_MS = 100;
