// A container's output as lines with the engine's own timestamps.
import type { IncomingMessage } from 'node:http';
import type { LogLine, LogOptions } from '../runtime.ts';
import type { EngineInspect } from './containers.ts';
import { EngineUnreachable } from './engine-client.ts';
import type { EngineClient } from './engine-client.ts';

/** json-file cuts a long line into pieces of 16 KiB; they are put together again up to this size. */
const MAX_LINE_BYTES = 1 << 20;

/** Ends with the container (follow) or with what there is. A container that is gone has no lines. */
export async function* readLogs(client: EngineClient, id: string, options: LogOptions): AsyncGenerator<LogLine> {
  const inspected = await client.call({ method: 'GET', path: `/containers/${id}/json` });
  if (inspected.status === 404) return;
  const closed = new AbortController();
  const stream = await client.stream({
    method: 'GET',
    path: `/containers/${id}/logs`,
    query: { stdout: 1, stderr: 1, timestamps: 1, follow: options.follow ? 1 : 0, since: options.since },
  }, closed.signal);
  if (stream.statusCode !== 200) {
    stream.resume();
    if (stream.statusCode === 404) return;
    throw new EngineUnreachable(`logs of ${id}: HTTP ${stream.statusCode}`);
  }
  try {
    const { Config } = inspected.body as EngineInspect;
    yield* Config.Tty ? rawLines(stream) : multiplexedLines(stream);
  } finally {
    closed.abort();
  }
}

/** Frames of eight bytes of header (stream, 0, 0, 0, length) and an entry: `<timestamp> <text>\n`. */
async function* multiplexedLines(stream: IncomingMessage): AsyncGenerator<LogLine> {
  const open = { stdout: undefined as LogLine | undefined, stderr: undefined as LogLine | undefined };
  let buffer: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    buffer = buffer.length === 0 ? (chunk as Buffer) : Buffer.concat([buffer, chunk as Buffer]);
    let at = 0;
    while (buffer.length - at >= 8) {
      const length = buffer.readUInt32BE(at + 4);
      if (buffer.length - at - 8 < length) break;
      const name = buffer[at] === 2 ? ('stderr' as const) : ('stdout' as const);
      const entry = buffer.toString('utf8', at + 8, at + 8 + length);
      at += 8 + length;
      const line = joined(open[name], name, entry);
      const complete = entry.endsWith('\n') || line.text.length >= MAX_LINE_BYTES;
      open[name] = complete ? undefined : line;
      if (complete) yield line;
    }
    buffer = buffer.subarray(at);
  }
  for (const line of [open.stdout, open.stderr]) if (line !== undefined) yield line;
}

/** A terminal's output has no frames: entries are told apart by their line ends alone. */
async function* rawLines(stream: IncomingMessage): AsyncGenerator<LogLine> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const entries = (rest + String(chunk)).split('\n');
    rest = entries.pop() ?? '';
    for (const entry of entries) yield joined(undefined, 'stdout', `${entry.replace(/\r$/, '')}\n`);
  }
  if (rest !== '') yield joined(undefined, 'stdout', rest);
}

function joined(before: LogLine | undefined, stream: LogLine['stream'], entry: string): LogLine {
  const space = entry.indexOf(' ');
  const text = entry.slice(space + 1, entry.endsWith('\n') ? -1 : undefined);
  return before === undefined ? { stream, timestamp: entry.slice(0, space), text } : { ...before, text: before.text + text };
}
