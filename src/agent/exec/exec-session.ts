// One session of ECS Exec on its host: greets the client as Amazon's agent does, runs the command, carries its input and output, and
// leaves nothing behind.
//
//   start ─ handshake request → ← response ─ command begins ─ handshake complete → … output, acknowledged ─ ended
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { splitCommand } from '#core/exec/split-command.ts';
import { PAYLOAD } from '#link/exec/agent-message.ts';
import type { BinaryChannel } from '#link/exec/binary-channel.ts';
import { openDataStream, type DataStream } from '#link/exec/data-stream.ts';
import {
  FLAG, jsonBytes, parseObject, parseSize,
  type AgentNote, type ControlNote, type HandshakeComplete, type HandshakeRequest, type HandshakeResponse, type SizeData,
} from '#link/exec/payloads.ts';
import { failureText } from '../runtime.ts';
import type { ExecProcess, Runtime } from '../runtime.ts';
import type { SessionLog } from './session-log.ts';

export interface ExecSessionOptions {
  readonly sessionId: string;
  readonly channel: BinaryChannel;
  readonly runtime: Pick<Runtime, 'exec' | 'killExec'>;
  readonly runtimeId: string;
  readonly command: string;
  readonly owner: string;
  readonly record: SessionLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The command has begun: whoever comes after us can end it by this id. */
  readonly onBegun: (execId: string) => void;
  /** Once, when nothing of it is left. */
  readonly onEnded: () => void;
}

export interface ExecSession {
  /** Ends it, with words for the user. */
  end(reason: string): void;
}

interface Ending {
  readonly reason: string;
  readonly exitCode?: number | undefined;
  /** The command has ended by itself. */
  readonly over: boolean;
}

/** ECS's own, which nobody can change. */
const IDLE_MS = 20 * 60_000;
const HANDSHAKE_MS = 15_000;
/** The client may be slow to read the last words, or away and on its way back. */
const LAST_WORDS_MS = 30_000;
const OUTPUT_BYTES = 16 * 1024;
/** Input that the command does not read: a client that goes on in spite of missing acknowledgements is not Amazon's. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;
/** Amazon's agent runs commands as root, whatever the container's user is. */
const USER = '0:0';
const ENVIRONMENT = { TERM: 'xterm-256color' };
/** A number of Amazon's agent that knows all of this. */
const AGENT_VERSION = '3.3.0.0';

export function openExecSession(options: ExecSessionOptions): ExecSession {
  const { channel, runtime, record, clock, random, log, sessionId } = options;
  const beganAt = clock.now();
  let greeted = false;
  let ended = false;
  let ours = false;
  let process: ExecProcess | undefined;
  let size: SizeData | undefined;
  let backlog = 0;
  let stalled = false;
  let timer: Timer | undefined;

  /** Nothing happening for so long ends it. */
  const within = (ms: number, reason: string): void => {
    timer?.cancel();
    timer = clock.after(ms, () => end(reason));
  };
  const busy = (): void => within(IDLE_MS, 'The session timed out: it was idle for 20 minutes.');
  const tell = (note: AgentNote): void => channel.send(JSON.stringify(note));

  const end = (reason: string): void => conclude({ reason, over: false });
  const conclude = (how: Ending): void => {
    if (ended) return;
    ended = true;
    timer?.cancel();
    stream.close();
    process?.detach();
    tell({ kind: 'ended', output: how.reason, ...(how.exitCode !== undefined && { exitCode: how.exitCode }) });
    void leave(how);
  };
  const leave = async ({ reason, exitCode, over }: Ending): Promise<void> => {
    if (process !== undefined && !over) await runtime.killExec(process.id);
    await record.close(over ? `Session ended with exit code ${exitCode ?? 'unknown'}` : `Session ended: ${reason}`);
    channel.close();
    log.info('exec session ended', { session: sessionId, reason, exitCode });
    options.onEnded();
  };

  const greet = async (): Promise<void> => {
    greeted = true;
    within(HANDSHAKE_MS, 'The client did not answer the handshake.');
    const trouble = await record.open(`Session ${sessionId}: ${options.owner} runs ${options.command}`);
    if (trouble !== undefined) return end(trouble);
    const request: HandshakeRequest = {
      AgentVersion: AGENT_VERSION,
      RequestedClientActions: [{ ActionType: 'SessionType', ActionParameters: { SessionType: 'InteractiveCommands', Properties: null } }],
    };
    stream.send(PAYLOAD.handshakeRequest, jsonBytes(request));
  };

  const begin = async (response: Partial<HandshakeResponse> | undefined): Promise<void> => {
    const failed = response?.ProcessedClientActions?.find?.((action) => action?.ActionStatus !== 1);
    if (failed !== undefined) return end(`${String(failed.ActionType)} failed on client with status ${String(failed.ActionStatus)} error: ${String(failed.Error)}`);
    const words = splitCommand(options.command);
    if (!words.ok) return end(`The command cannot be run: ${words.error}.`);
    ours = response?.Longshore !== undefined;
    const tty = response?.Longshore?.Tty !== false;
    const begun = await runtime.exec(options.runtimeId, { command: words.words, user: USER, environment: tty ? ENVIRONMENT : {}, tty });
    if (!begun.ok) return end(failureText(begun.failure));
    process = begun.value;
    options.onBegun(process.id);
    if (ended) return void leave({ reason: 'it ended before the command began', over: false });
    stream.send(PAYLOAD.handshakeComplete, jsonBytes({ HandshakeTimeToComplete: Math.round(clock.now() - beganAt) * 1_000_000, CustomerMessage: '' } satisfies HandshakeComplete));
    busy();
    attach(process);
  };

  const attach = (command: ExecProcess): void => {
    command.onOutput = (from, data) => {
      if (ended) return;
      busy();
      record.write(data);
      for (let at = 0; at < data.length; at += OUTPUT_BYTES) stream.send(from === 'stderr' && ours ? PAYLOAD.stderr : PAYLOAD.output, data.subarray(at, at + OUTPUT_BYTES));
      if (stalled || (stream.hasRoom && !record.isFull)) return;
      stalled = true;
      command.pause();
      void Promise.all([stream.room(), record.room()]).then(() => {
        stalled = false;
        command.resume();
      });
    };
    command.onDrain = () => {
      backlog = 0;
      stream.release();
    };
    command.onEnd = (exitCode) => void finish(exitCode);
    if (size !== undefined) command.resize(size);
    command.begin();
  };

  /** What was said last must have been read: Amazon's plugin ends at once when it is told that the session is over. */
  const finish = async (exitCode: number | undefined): Promise<void> => {
    if (ended) return;
    if (ours && exitCode !== undefined) stream.send(PAYLOAD.exitCode, Buffer.from(String(exitCode)));
    within(LAST_WORDS_MS, '');
    await stream.drained();
    conclude({ reason: '', exitCode, over: true });
  };

  const takeInput = (payload: Uint8Array): void => {
    if (process === undefined) return;
    busy();
    if (process.write(payload)) return;
    backlog += payload.length;
    stream.hold();
    if (backlog > MAX_BACKLOG_BYTES) end('The command does not read its input.');
  };

  const stream: DataStream = openDataStream({
    sends: 'output_stream_data',
    transmit: (frame) => channel.send(frame),
    isBusy: () => channel.buffered > 0,
    clock,
    random,
    onData(type, payload) {
      if (type === PAYLOAD.handshakeResponse && process === undefined) void begin(parseObject<HandshakeResponse>(payload));
      else if (type === PAYLOAD.output) takeInput(payload);
      else if (type === PAYLOAD.size) {
        size = parseSize(payload) ?? size;
        if (size !== undefined) process?.resize(size);
      } else if (type === PAYLOAD.flag && payload.length === 4) takeFlag(Buffer.from(payload).readUInt32BE(0));
    },
    onControl: () => {},
    onMalformed: (error) => end(`The client sent what is no frame: ${error}.`),
  });
  const takeFlag = (flag: number): void => {
    if (flag === FLAG.terminateSession) end('The session was terminated.');
    else if (flag === FLAG.endOfInput) process?.endInput();
  };

  channel.onMessage = (data, isText) => {
    if (!isText) return stream.take(data);
    const note = parseObject<ControlNote>(data);
    if (note?.kind === 'pause') stream.pause();
    else if (note?.kind === 'end') end('reason' in note ? String(note.reason) : '');
    else if (note?.kind === 'start') {
      if (greeted) stream.restart();
      else void greet();
    }
  };
  channel.onClose = () => end('The connection to the control plane was lost.');
  within(HANDSHAKE_MS, 'The control plane did not begin.');
  return { end: (reason) => end(reason) };
}
