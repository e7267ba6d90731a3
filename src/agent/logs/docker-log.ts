// Reads the Engine API's container log (timestamps=1): stdout and stderr in frames, or one raw stream for a container with a tty.
// Docker keeps long lines in pieces of 16 KiB, each with the line's timestamp before it; here they become one line again.
import type { Readable } from 'node:stream';
import type { LogLine } from '../runtime.ts';

const frameHeadBytes = 8;
const pieceBytes = 16 * 1024;
const newline = 0x0a;
/** `2026-01-01T00:00:00.000000000Z ` */
const stampBytes = 31;
/** A line that never ends is cut here, so that memory stays bounded. */
const maxLineBytes = 4 * 1024 * 1024;

type Stream = LogLine['stream'];

/** Lines as they come. A last line without its newline is a line too, unless the stream breaks. Throws when it breaks. */
export async function* readDockerLog(source: Readable, tty: boolean): AsyncGenerator<LogLine> {
  const lines = new LineAssembler();
  const parse = tty ? new TtyReader(lines) : new FrameReader(lines);
  for await (const chunk of source as AsyncIterable<Buffer>) {
    parse.push(chunk);
    yield* lines.take();
  }
  parse.end();
  lines.end();
  yield* lines.take();
}

/** Puts the pieces of each stream's current line together. */
class LineAssembler {
  #ready: LogLine[] = [];
  readonly #open = new Map<Stream, { timestamp: string; pieces: Buffer[]; bytes: number }>();

  take(): LogLine[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** One piece: a timestamp, a space, and text that ends with a newline when the line ends. */
  piece(stream: Stream, piece: Buffer): void {
    const ended = piece.at(-1) === newline;
    const text = piece.subarray(stampBytes, ended ? -1 : undefined);
    const timestamp = stampOf(piece);
    // The pieces of a line share its time. Docker's `local` driver (20.10) gives the last piece of a long line no newline.
    if (this.#open.has(stream) && this.#open.get(stream)!.timestamp !== timestamp) this.#close(stream);
    const open = this.#open.get(stream);
    if (!open && ended) return void this.#ready.push({ stream, timestamp, text: lineText(text) });
    const line = open ?? { timestamp, pieces: [], bytes: 0 };
    line.pieces.push(text);
    line.bytes += text.length;
    this.#open.set(stream, line);
    if (ended || line.bytes >= maxLineBytes) this.#close(stream);
  }

  end(): void {
    for (const stream of [...this.#open.keys()]) this.#close(stream);
  }

  #close(stream: Stream): void {
    const open = this.#open.get(stream)!;
    this.#open.delete(stream);
    this.#ready.push({ stream, timestamp: open.timestamp, text: lineText(Buffer.concat(open.pieces)) });
  }
}

function stampOf(piece: Buffer): string {
  return piece.toString('latin1', 0, stampBytes - 1);
}

/** A tty ends its lines with CR LF; the CR is not part of the line. */
function lineText(bytes: Buffer): string {
  return bytes.toString('utf8', 0, bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length);
}

interface Parser {
  push(chunk: Buffer): void;
  end(): void;
}

/** Frames: one byte of stream, three of nothing, four of length; each frame is one piece. */
class FrameReader implements Parser {
  #rest: Buffer = Buffer.alloc(0);
  readonly #lines: LineAssembler;

  constructor(lines: LineAssembler) {
    this.#lines = lines;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (at + frameHeadBytes <= bytes.length) {
      const end = at + frameHeadBytes + bytes.readUInt32BE(at + 4);
      if (end > bytes.length) break;
      this.#lines.piece(bytes[at] === 2 ? 'stderr' : 'stdout', bytes.subarray(at + frameHeadBytes, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  end(): void {
    // What is left is half a frame: its line was not whole, so nothing of it is told.
  }
}

/** A raw stream has no frames: pieces are told apart by newlines, and by the repeated timestamp after 16 KiB without one. */
class TtyReader implements Parser {
  #rest: Buffer = Buffer.alloc(0);
  readonly #lines: LineAssembler;

  constructor(lines: LineAssembler) {
    this.#lines = lines;
  }

  push(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (;;) {
      const length = this.#pieceLength(bytes);
      if (length === 0) break;
      this.#lines.piece('stdout', bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes;
  }

  end(): void {
    if (this.#rest.length > stampBytes) this.#lines.piece('stdout', this.#rest);
  }

  /** 0 when the piece is not whole yet. */
  #pieceLength(bytes: Buffer): number {
    const whole = stampBytes + pieceBytes;
    const end = bytes.subarray(0, whole + 1).indexOf(newline, Math.min(stampBytes, bytes.length));
    if (end >= 0) return end + 1;
    if (bytes.length < whole + stampBytes) return 0;
    return bytes.subarray(whole, whole + stampBytes).equals(bytes.subarray(0, stampBytes)) ? whole : whole + this.#lineLeft(bytes.subarray(whole));
  }

  /** A longer piece than Docker makes: up to its newline, or all of it. */
  #lineLeft(bytes: Buffer): number {
    const end = bytes.indexOf(newline);
    return end < 0 ? bytes.length : end + 1;
  }
}
