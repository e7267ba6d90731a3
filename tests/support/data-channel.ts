// A client of the SSM data channel that shares no line with src/: written from what session-manager-plugin does on the wire, byte by byte.
// It acknowledges, answers the handshake, repeats nothing, and can be told to misbehave.
import { createHash, randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

export interface ChannelMessage {
  readonly type: string;
  readonly sequence: bigint;
  readonly flags: bigint;
  readonly id: string;
  readonly payloadType: number;
  readonly payload: Buffer;
}

export interface DataChannelOptions {
  readonly streamUrl: string;
  readonly token: string;
  /** Sent in the handshake's answer beside what the plugin sends. */
  readonly more?: object;
  /** The plugin's shell is ready only a while after the handshake: the next message that comes until then is dropped without a word. */
  readonly slowHandler?: boolean;
}

export interface DataChannel {
  readonly socket: WebSocket;
  /** Everything received, in order. */
  readonly messages: readonly ChannelMessage[];
  /** Output so far. */
  text(): string;
  readonly output: readonly Buffer[];
  /** The agent's first message, once it came. */
  readonly handshake: any;
  /** True once input may be sent. */
  readonly ready: boolean;
  /** What channel_closed said; undefined before. */
  readonly closed: { readonly Output: string; readonly SessionId: string } | undefined;
  /** Code of the websocket's close; undefined before. */
  readonly closeCode: number | undefined;
  /** Only told to who asks for it: `more: { Longshore: {} }`. */
  readonly exitCode: number | undefined;
  readonly acknowledged: readonly number[];
  onOutput: (data: Buffer) => void;
  onReady: () => void;
  /** The websocket has closed. */
  onClose: () => void;
  send(payloadType: number, payload: Buffer | string, sequence?: number): void;
  /** Next number to send. */
  sequence: number;
  resize(cols: number, rows: number): void;
  /** Keeps nothing of what came so far: for large transfers. */
  forget(): void;
  /** Leaves, and says so. */
  close(): void;
  /** Is gone without a word, as the plugin is when it is killed. */
  cut(): void;
}

const HEADER = 116;

export function frame(type: string, sequence: number | bigint, flags: number, payloadType: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(HEADER + 4 + payload.length);
  let at = bytes.writeUInt32BE(HEADER, 0);
  at += bytes.write(type.padEnd(32, ' '), at, 'latin1');
  at = bytes.writeUInt32BE(1, at);
  at = bytes.writeBigUInt64BE(BigInt(Date.now()), at);
  at = bytes.writeBigInt64BE(BigInt(sequence), at);
  at = bytes.writeBigUInt64BE(BigInt(flags), at);
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  at += id.copy(bytes, at, 8);
  at += id.copy(bytes, at, 0, 8);
  at += createHash('sha256').update(payload).digest().copy(bytes, at);
  at = bytes.writeUInt32BE(payloadType, at);
  at = bytes.writeUInt32BE(payload.length, at);
  payload.copy(bytes, at);
  return bytes;
}

export function parseFrame(bytes: Buffer): ChannelMessage {
  const header = bytes.readUInt32BE(0);
  const payload = bytes.subarray(header + 4);
  if (header !== HEADER || bytes.readUInt32BE(HEADER) !== payload.length) throw new Error(`lengths: header ${header}, payload ${payload.length}`);
  if (payload.length > 0 && !createHash('sha256').update(payload).digest().equals(bytes.subarray(80, 112))) throw new Error('digest');
  if (bytes.readBigUInt64BE(40) === 0n) throw new Error('no date');
  const id = bytes.toString('hex', 72, 80) + bytes.toString('hex', 64, 72);
  return {
    type: bytes.toString('latin1', 4, 36).trim(),
    sequence: bytes.readBigInt64BE(48),
    flags: bytes.readBigUInt64BE(56),
    id: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-'),
    payloadType: bytes.readUInt32BE(112),
    payload,
  };
}

export function openDataChannel(options: DataChannelOptions): DataChannel {
  const socket = new WebSocket(options.streamUrl, { perMessageDeflate: false });
  const messages: ChannelMessage[] = [];
  const output: Buffer[] = [];
  const acknowledged: number[] = [];
  const early = new Map<bigint, ChannelMessage>();
  let expected = 0n;
  let dropped = 0;
  let handshake: any;
  let ready = false;
  let closed: DataChannel['closed'];
  let closeCode: number | undefined;
  let exitCode: number | undefined;

  const acknowledge = (message: ChannelMessage): void => {
    const content = { AcknowledgedMessageType: message.type, AcknowledgedMessageId: message.id, AcknowledgedMessageSequenceNumber: Number(message.sequence), IsSequentialMessage: true };
    socket.send(frame('acknowledge', 0, 3, 0, Buffer.from(JSON.stringify(content))));
  };
  const deliver = (message: ChannelMessage): void => {
    if (message.payloadType === 5) {
      handshake = JSON.parse(message.payload.toString());
      const processed = handshake.RequestedClientActions.map((action: any) => ({ ActionType: action.ActionType, ActionStatus: 1, ActionResult: null, Error: '' }));
      channel.send(6, JSON.stringify({ ClientVersion: '1.2.707.0', ProcessedClientActions: processed, Errors: null, ...options.more }));
    } else if (message.payloadType === 7) {
      ready = true;
      channel.onReady();
    } else if (message.payloadType === 12) {
      exitCode = Number(message.payload.toString());
    } else {
      output.push(message.payload);
      channel.onOutput(message.payload);
    }
  };

  socket.on('open', () => {
    socket.send(JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: randomUUID(), TokenValue: options.token, ClientId: randomUUID(), ClientVersion: '1.2.707.0' }));
  });
  socket.on('error', () => {});
  socket.on('close', (code) => {
    closeCode = code;
    channel.onClose();
  });
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (!binary) throw new Error(`a text frame: ${data.toString()}`);
    const message = parseFrame(data);
    messages.push(message);
    if (message.type === 'acknowledge') return void acknowledged.push(JSON.parse(message.payload.toString()).AcknowledgedMessageSequenceNumber);
    if (message.type === 'channel_closed') {
      closed = JSON.parse(message.payload.toString());
      return socket.close();
    }
    if (message.type !== 'output_stream_data') return;
    // As the plugin: nothing is said to what was there before.
    if (message.sequence < expected) return;
    if (ready && dropped < (options.slowHandler === true ? 2 : 0) && message.sequence === expected) return void dropped++;
    acknowledge(message);
    early.set(message.sequence, message);
    for (let next = early.get(expected); next !== undefined; next = early.get(expected)) {
      early.delete(expected++);
      deliver(next);
    }
  });

  const channel: DataChannel = {
    socket,
    messages,
    output,
    acknowledged,
    text: () => Buffer.concat(output).toString(),
    get handshake() {
      return handshake;
    },
    get ready() {
      return ready;
    },
    get closed() {
      return closed;
    },
    get exitCode() {
      return exitCode;
    },
    get closeCode() {
      return closeCode;
    },
    onOutput: () => {},
    onReady: () => {},
    onClose: () => {},
    sequence: 0,
    send(payloadType, payload, sequence) {
      socket.send(frame('input_stream_data', sequence ?? channel.sequence++, 0, payloadType, Buffer.from(payload)));
    },
    resize: (cols, rows) => channel.send(3, JSON.stringify({ cols, rows })),
    forget() {
      output.length = 0;
      messages.length = 0;
    },
    close: () => socket.close(1000),
    cut: () => socket.terminate(),
  };
  return channel;
}
