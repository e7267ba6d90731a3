// The bytes of objects: one file for each object or part, named at random, outside the journal. A file that no row names is garbage: what a
// crash left between the file and its row, or between a row's end and the file's.
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { hexId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { fileSender } from '#base/system/send-file.ts';
import type { BodySource } from '#wire/payload.ts';
import type { PieceSigning } from './chunked-body.ts';
import type { Algorithm } from './digests.ts';
import { openObjectWorkers } from './object-workers.ts';

export interface Segment {
  readonly file: string;
  readonly sizeBytes: number;
}

export interface ReceiveOptions {
  readonly digests: readonly Algorithm[];
  /** The body is aws-chunked. */
  readonly chunked: boolean;
  readonly signing?: PieceSigning | undefined;
  /** Beyond it the body is refused with the code EntityTooLarge. */
  readonly maxBytes: number;
}

/** All of a body, hashed, in a file that nobody sees yet: publish it or discard it. */
export interface ReceivedFile extends Segment {
  /** Base64. */
  readonly digests: Readonly<Partial<Record<Algorithm, string>>>;
  readonly trailers: Readonly<Record<string, string>>;
  /** The file survives a crash afterwards, and is garbage until a row names it. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

export interface ObjectFiles {
  /** Rejects with a `code`: S3's for a body that is none (IncompleteBody, SignatureDoesNotMatch, EntityTooLarge), the system's otherwise. */
  receive(stream: IncomingMessage, options: ReceiveOptions): Promise<ReceivedFile>;
  /** The same bytes under new names, durably, without copying them. */
  duplicate(segments: readonly Segment[]): Promise<Segment[]>;
  /** Bytes `first` to `last` of the segments in a row; the files stay for as long as they are being sent. `status` as in BodySource. */
  read(segments: readonly Segment[], first: number, last: number, status?: number): BodySource;
  /** Removes files as soon as nobody is being sent them. Nothing may name them any more, durably. */
  remove(files: readonly string[]): void;
  /** Removes files older than `graceMs` that `isNamed` does not know. Resolves to how many. */
  sweep(isNamed: (file: string) => boolean, graceMs: number): Promise<number>;
  close(): Promise<void>;
}

const LANES = 2;
const BATCH_BYTES = 1 << 20;
const SHARDS = 256;
const ID_DIGITS = 32;

/** Opens the folder (`<dataDir>/s3`), creating what is missing and removing what was never finished. */
export async function openObjectFiles(folder: string, { clock, random }: { readonly clock: Clock; readonly random: Random }): Promise<ObjectFiles> {
  const scratch = join(folder, 'unfinished');
  await mkdir(scratch, { recursive: true });
  for (const name of await readdir(scratch)) await unlink(join(scratch, name));
  const present = new Set(await readdir(folder));
  for (let shard = 0; shard < SHARDS; shard++) if (!present.has(shardName(shard))) await mkdir(join(folder, shardName(shard)), { recursive: true });
  const workers = openObjectWorkers(LANES);
  const sender = fileSender();
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const path = (file: string): string => join(folder, file.slice(0, 2), file);

  const drop = (file: string): void => {
    doomed.delete(file);
    void unlink(path(file)).catch(() => undefined);
  };
  const lease = (files: readonly string[]): (() => void) => {
    for (const file of files) readers.set(file, (readers.get(file) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const file of files) {
        const left = (readers.get(file) ?? 1) - 1;
        if (left > 0) readers.set(file, left);
        else {
          readers.delete(file);
          if (doomed.has(file)) drop(file);
        }
      }
    };
  };

  return {
    async receive(stream, { digests, chunked, signing, maxBytes }) {
      const file = hexId(random, ID_DIGITS);
      const unfinished = join(scratch, file);
      const lane = workers.choose();
      const discard = async (): Promise<void> => void (await workers.call(lane, { op: 'discard', path: unfinished }).catch(() => undefined));
      try {
        await workers.call(lane, { op: 'open', path: unfinished, digests, chunked, ...(signing !== undefined && { signing }) });
        await pour(stream, maxBytes, async (chunks) => void (await workers.call(lane, { op: 'write', path: unfinished, chunks })));
        const sealed = await workers.call(lane, { op: 'seal', path: unfinished });
        return {
          file,
          sizeBytes: sealed.sizeBytes,
          digests: sealed.digests ?? {},
          trailers: sealed.trailers ?? {},
          publish: async () => void (await workers.call(lane, { op: 'publish', path: unfinished, target: path(file) })),
          discard,
        };
      } catch (error) {
        await discard();
        throw error;
      }
    },
    async duplicate(segments) {
      const release = lease(segments.map(({ file }) => file));
      try {
        const copies = segments.map(({ sizeBytes }) => ({ file: hexId(random, ID_DIGITS), sizeBytes }));
        await workers.call(workers.choose(), { op: 'link', path: '', links: copies.map(({ file }, at) => ({ from: path(segments[at]?.file ?? ''), to: path(file) })) });
        return copies;
      } finally {
        release();
      }
    },
    read(segments, first, last, status) {
      const pieces = piecesOf(segments, first, last);
      const release = lease(pieces.map(({ file }) => file));
      return {
        sizeBytes: last - first + 1,
        ...(status !== undefined && { status }),
        async send(response: ServerResponse) {
          try {
            for (const [at, piece] of pieces.entries()) await sender.send(await open(path(piece.file), 'r'), response, piece.first, piece.last, at < pieces.length - 1);
            if (pieces.length === 0) response.end();
          } finally {
            release();
          }
        },
        close: release,
      };
    },
    remove(files) {
      for (const file of files) {
        if (readers.has(file)) doomed.add(file);
        else drop(file);
      }
    },
    async sweep(isNamed, graceMs) {
      let removed = 0;
      const beforeMs = clock.now() - graceMs;
      for (let shard = 0; shard < SHARDS; shard++) {
        for (const file of await readdir(join(folder, shardName(shard)))) {
          if (isNamed(file) || readers.has(file)) continue;
          // Linked files keep the time of their first name; the time of the change of links is what counts.
          const found = await stat(path(file)).catch(() => undefined);
          if (found === undefined || Math.max(found.mtimeMs, found.ctimeMs) > beforeMs || isNamed(file)) continue;
          drop(file);
          removed++;
        }
      }
      return removed;
    },
    close: () => workers.close(),
  };
}

function shardName(shard: number): string {
  return shard.toString(16).padStart(2, '0');
}

/** One batch is written while the next arrives, so a slow disk slows the sender down. Resolves when all is written; rejects when the sender breaks off. */
async function pour(stream: IncomingMessage, maxBytes: number, write: (chunks: Uint8Array[]) => Promise<void>): Promise<void> {
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  let total = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    if (batch.length === 0) return;
    writing = write(batch);
    // Awaited by the next flush; until then its rejection is nobody's.
    writing.catch(() => undefined);
    batch = [];
    batchBytes = 0;
  };
  // Leaving the loop early must not cut the connection: the client is still to hear why.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    batch.push(ownMemory(chunk));
    batchBytes += chunk.byteLength;
    total += chunk.byteLength;
    if (total > maxBytes) throw Object.assign(new Error('the body is too large'), { code: 'EntityTooLarge' });
    if (batchBytes >= BATCH_BYTES) await flush();
  }
  if (!stream.complete) throw Object.assign(new Error('the client hung up'), { code: 'IncompleteBody' });
  await flush();
  await writing;
}

/** Memory that can be handed to another thread: the chunk's own, unless it shares a pool's. */
function ownMemory(chunk: Buffer): Uint8Array {
  const shared = chunk.byteLength !== chunk.buffer.byteLength;
  return shared || !(chunk.buffer instanceof ArrayBuffer) ? new Uint8Array(chunk) : new Uint8Array(chunk.buffer);
}

interface Piece {
  readonly file: string;
  readonly first: number;
  readonly last: number;
}

function piecesOf(segments: readonly Segment[], first: number, last: number): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const { file, sizeBytes } of segments) {
    const from = Math.max(first, start);
    const to = Math.min(last, start + sizeBytes - 1);
    if (from <= to) pieces.push({ file, first: from - start, last: to - start });
    start += sizeBytes;
  }
  return pieces;
}
