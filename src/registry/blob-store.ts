// The blobs: content-addressed files, who may still need one, and how one is added or removed without losing it.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import type { ByteWorkers } from './byte-workers.ts';
import { syncDirectory } from './durable-file.ts';
import { keyedLock } from './keyed-lock.ts';

export interface BlobStore {
  /** Where the blob's bytes are, or will be. */
  path(digest: string): string;
  /** Opens for reading; undefined when the file is not there. */
  open(digest: string): Promise<{ file: FileHandle; sizeBytes: number } | undefined>;
  /** All of a small blob (a manifest). */
  read(digest: string): Promise<Buffer | undefined>;
  /** Writes a small blob durably; idempotent. The caller holds `digest`. */
  write(digest: string, bytes: Uint8Array): Promise<void>;
  /** Runs `work` while nothing adds or removes the file of `digest`, and notes that somebody wants it. */
  hold<T>(digest: string, work: () => Promise<T>): Promise<T>;
  /** Notes that somebody relies on `digest` now: the collector leaves it for its grace period. */
  touch(digest: string): void;
  /** Epoch milliseconds of the last touch; what was touched before the start counts as touched at the start. */
  touchedAt(digest: string): number;
  /** Forgets touches before `beforeMs`. */
  forgetTouches(beforeMs: number): void;
  /** Removes the file if `isGarbage(age of the file)` still says so with the digest held. Resolves to the bytes freed, undefined when it stayed. */
  removeIf(digest: string, isGarbage: (modifiedAtMs: number) => boolean): Promise<number | undefined>;
  /** Digests of the files whose first byte is `shard` (0 to 255). */
  list(shard: number): Promise<string[]>;
}

export const SHARDS = 256;

/** The digest under which we store bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Opens the store in `directory` (`<dataDir>/registry`), creating what is missing. */
export async function openBlobStore(directory: string, { clock, random, workers }: { clock: Clock; random: Random; workers: ByteWorkers }): Promise<BlobStore> {
  const root = join(directory, 'blobs', 'sha256');
  const scratch = join(directory, 'scratch');
  await makeDirectories(root, scratch);
  const openedAt = clock.now();
  const lock = keyedLock();
  const touches = new Map<string, number>();
  const path = (digest: string): string => {
    const hex = digest.slice('sha256:'.length);
    return join(root, hex.slice(0, 2), hex);
  };
  const touch = (digest: string): void => void touches.set(digest, clock.now());
  return {
    path,
    touch,
    async open(digest) {
      const file = await open(path(digest), 'r').catch(absent);
      return file === undefined ? undefined : { file, sizeBytes: (await file.stat()).size };
    },
    read: (digest) => readFile(path(digest)).catch(absent),
    async write(digest, bytes) {
      const lane = workers.borrow();
      try {
        await workers.call(lane, { op: 'store', path: join(scratch, uuid(random)), bytes, target: path(digest) });
      } finally {
        workers.giveBack(lane);
      }
    },
    hold(digest, work) {
      touch(digest);
      return lock.run(digest, work);
    },
    touchedAt: (digest) => touches.get(digest) ?? openedAt,
    forgetTouches(beforeMs) {
      for (const [digest, at] of touches) if (at < beforeMs) touches.delete(digest);
    },
    removeIf: (digest, isGarbage) =>
      lock.run(digest, async () => {
        const found = await stat(path(digest)).catch(absent);
        if (found === undefined || !isGarbage(found.mtimeMs)) return undefined;
        // Nothing can begin to need the file before it is gone: whoever would, waits for the lock.
        await unlink(path(digest));
        return found.size;
      }),
    async list(shard) {
      const names = await readdir(join(root, hexByte(shard)));
      return names.map((name) => `sha256:${name}`);
    },
  };
}

/** All shards are made at once, so that a push only has to make its own name durable. */
async function makeDirectories(root: string, scratch: string): Promise<void> {
  await mkdir(root, { recursive: true });
  await mkdir(scratch, { recursive: true });
  for (const name of await readdir(scratch)) await unlink(join(scratch, name));
  const present = new Set(await readdir(root));
  for (let shard = 0; shard < SHARDS; shard++) {
    if (!present.has(hexByte(shard))) await mkdir(join(root, hexByte(shard)), { recursive: true });
  }
  if (present.size === SHARDS) return;
  for (const directory of [root, dirname(root), dirname(dirname(root)), dirname(dirname(dirname(root)))]) syncDirectory(directory);
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
