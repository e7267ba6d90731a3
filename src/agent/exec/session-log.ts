// The record of a session in CloudWatch Logs: who ran what, its output line by line, how it ended. Sent in the background; when the
// service does not keep up, `isFull` stops the session's output: a session that is to be recorded is not to go unrecorded.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { InputLogEvent } from '#core/telemetry/log-event.ts';
import { errorName, fateOf, type LogSink } from '../logs/log-sink.ts';

export interface SessionLog {
  /** Makes the stream. Resolves with what is wrong, or undefined. */
  open(firstLine: string): Promise<string | undefined>;
  write(data: Uint8Array): void;
  readonly isFull: boolean;
  /** Resolves when it is not full. */
  room(): Promise<void>;
  /** Sends the rest; resolves when it is stored, or after a while. */
  close(lastLine: string): Promise<void>;
}

/** For sessions that are not recorded. */
export const noSessionLog: SessionLog = { open: () => Promise.resolve(undefined), write() {}, isFull: false, room: () => Promise.resolve(), close: () => Promise.resolve() };

export interface SessionLogOptions {
  readonly sink: LogSink;
  readonly group: string;
  readonly stream: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const SEND_MS = 500;
const RETRY_MS = 1_000;
const FULL_BYTES = 1024 * 1024;
/** CloudWatch takes 1 MiB and 10,000 events in a call, each counted with 26 bytes more. */
const BATCH_BYTES = 512 * 1024;
const BATCH_EVENTS = 5_000;
/** A line that does not end becomes an event all the same. */
const LINE_CHARS = 16 * 1024;
const CLOSE_MS = 10_000;

export function openSessionLog({ sink, group, stream, clock, log }: SessionLogOptions): SessionLog {
  const decoder = new TextDecoder();
  let line = '';
  let events: InputLogEvent[] = [];
  let bytes = 0;
  let timer: Timer | undefined;
  let sending: Promise<void> | undefined;
  let closed = false;
  const waiting: (() => void)[] = [];

  const add = (text: string): void => {
    const message = text.replace(/\r+$/, '');
    if (message === '') return;
    events.push({ timestamp: clock.now(), message });
    bytes += Buffer.byteLength(message) + 26;
    timer ??= clock.after(SEND_MS, send);
  };
  const addText = (text: string): void => {
    line += text;
    for (let end = line.indexOf('\n'); end >= 0 || line.length > LINE_CHARS; end = line.indexOf('\n')) {
      const cut = end >= 0 && end <= LINE_CHARS ? end : LINE_CHARS;
      add(line.slice(0, cut));
      line = line.slice(cut === end ? cut + 1 : cut);
    }
  };

  const takeBatch = (): InputLogEvent[] => {
    let size = 0;
    let count = 0;
    while (count < events.length && count < BATCH_EVENTS && size < BATCH_BYTES) size += Buffer.byteLength(events[count++]!.message) + 26;
    return events.slice(0, count);
  };
  const drop = (batch: readonly InputLogEvent[]): void => {
    events = events.slice(batch.length);
    for (const { message } of batch) bytes -= Buffer.byteLength(message) + 26;
    if (bytes < FULL_BYTES) for (const resolve of waiting.splice(0)) resolve();
  };

  const send = (): void => {
    timer?.cancel();
    timer = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
      if (events.length > 0 && !closed) timer ??= clock.after(RETRY_MS, send);
    });
  };
  const sendAll = async (): Promise<void> => {
    while (events.length > 0) {
      const batch = takeBatch();
      try {
        await sink.putLogEvents(group, stream, batch);
      } catch (error) {
        const fate = fateOf(error);
        if (fate === 'later') return;
        if (fate !== 'stored') log.error('part of a session is not recorded', { group, stream, error: String(error) });
      }
      drop(batch);
    }
  };

  return {
    async open(firstLine) {
      try {
        await sink.createLogStream(group, stream);
      } catch (error) {
        if (errorName(error) !== 'ResourceAlreadyExistsException') return `The session cannot be recorded in the log group ${group}: ${errorName(error) || String(error)}`;
      }
      add(firstLine);
      return undefined;
    },
    write(data) {
      if (!closed) addText(decoder.decode(data, { stream: true }));
    },
    get isFull() {
      return bytes >= FULL_BYTES;
    },
    room: () => (bytes < FULL_BYTES ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async close(lastLine) {
      if (closed) return;
      addText(decoder.decode());
      add(line);
      line = '';
      add(lastLine);
      const until = clock.now() + CLOSE_MS;
      while (events.length > 0 && clock.now() < until) {
        send();
        await sending;
        if (events.length > 0) await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
      }
      closed = true;
      timer?.cancel();
      if (events.length > 0) log.error('the end of a session is not recorded', { group, stream, events: events.length });
    },
  };
}
