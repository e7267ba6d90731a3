// A client's end of a session: what session-manager-plugin does, for `./longshore exec`. Terminal and pipes are the caller's.
import type { Clock } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import type { BinaryChannel } from './binary-channel.ts';
import { PAYLOAD } from './agent-message.ts';
import { openDataStream, type DataStream } from './data-stream.ts';
import { FLAG, jsonBytes, parseObject, type ChannelClosed, type HandshakeRequest, type HandshakeResponse, type OpenDataChannel, type SizeData } from './payloads.ts';

export interface ExecClientOptions {
  readonly channel: BinaryChannel;
  readonly token: string;
  readonly clock: Clock;
  readonly random: Random;
  /** False: plain bytes, standard error apart. */
  readonly tty: boolean;
  /** The command runs: input and sizes may be sent. */
  readonly onReady: () => void;
  readonly onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void;
  /** Once. Without an exit code when the session ended otherwise; `output` says why. */
  readonly onEnd: (end: { readonly exitCode: number | undefined; readonly output: string }) => void;
}

export interface ExecClient {
  /** Resolves when there is room for more. */
  input(data: Uint8Array): Promise<void>;
  /** The command's output is to wait, or to come again. */
  hold(): void;
  release(): void;
  endInput(): void;
  resize(size: SizeData): void;
  close(): void;
}

/** What is sent in one message, as Amazon's plugin does. */
const INPUT_BYTES = 1024;
const CLIENT_VERSION = 'longshore';

export function openExecClient(options: ExecClientOptions): ExecClient {
  const { channel, clock, random } = options;
  let exitCode: number | undefined;
  let ended = false;

  const end = (output: string): void => {
    if (ended) return;
    ended = true;
    stream.close();
    channel.close();
    options.onEnd({ exitCode, output });
  };

  const stream: DataStream = openDataStream({
    sends: 'input_stream_data',
    transmit: (frame) => channel.send(frame),
    isBusy: () => channel.buffered > 0,
    clock,
    random,
    onData(type, payload) {
      if (type === PAYLOAD.handshakeRequest) stream.send(PAYLOAD.handshakeResponse, jsonBytes(answerTo(parseObject<HandshakeRequest>(payload), options.tty)));
      else if (type === PAYLOAD.handshakeComplete) options.onReady();
      else if (type === PAYLOAD.output) options.onOutput('stdout', payload);
      else if (type === PAYLOAD.stderr) options.onOutput('stderr', payload);
      else if (type === PAYLOAD.exitCode) exitCode = Number(Buffer.from(payload).toString());
    },
    onControl(message) {
      if (message.messageType === 'channel_closed') end(parseObject<ChannelClosed>(message.payload)?.Output ?? '');
    },
    onMalformed: (error) => end(`the control plane sent what is no frame: ${error}`),
  });

  channel.onMessage = (data, isText) => {
    if (!isText) stream.take(data);
  };
  channel.onClose = (code, reason) => end(reason === '' ? `the connection was lost (${code})` : reason);
  channel.send(JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: uuid(random), TokenValue: options.token, ClientId: uuid(random), ClientVersion: CLIENT_VERSION } satisfies OpenDataChannel));

  return {
    async input(data) {
      for (let at = 0; at < data.length; at += INPUT_BYTES) {
        stream.send(PAYLOAD.output, data.subarray(at, at + INPUT_BYTES));
        await stream.room();
      }
    },
    hold: () => stream.hold(),
    release: () => stream.release(),
    endInput: () => stream.send(PAYLOAD.flag, flagBytes(FLAG.endOfInput)),
    resize: (size) => stream.send(PAYLOAD.size, jsonBytes(size)),
    close: () => end(''),
  };
}

function answerTo(request: Partial<HandshakeRequest> | undefined, tty: boolean): HandshakeResponse {
  const processed = (request?.RequestedClientActions ?? []).map(({ ActionType }) =>
    ActionType === 'SessionType'
      ? { ActionType, ActionStatus: 1, ActionResult: null, Error: '' }
      : { ActionType, ActionStatus: 3, ActionResult: null, Error: `Unsupported action ${String(ActionType)}` });
  return { ClientVersion: CLIENT_VERSION, ProcessedClientActions: processed, Errors: [], Longshore: { Tty: tty } };
}

function flagBytes(flag: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(flag, 0);
  return bytes;
}
