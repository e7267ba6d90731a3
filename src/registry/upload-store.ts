// Uploads in progress: one file each, invisible until its digest has been checked, resumable over connections and restarts.
import { createHash } from 'node:crypto';
import { mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import type { BlobStore } from './blob-store.ts';
import type { ByteWorkers } from './byte-workers.ts';
import { keyedLock } from './keyed-lock.ts';

/** A started upload that the caller has to itself. */
export interface Upload {
  readonly sizeBytes: number;
  /** Appends; takes the chunks' memory. */
  write(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<void>;
  /**
   * Ends the upload. When its bytes have the digest, they are durable as the blob before `publish` runs; nothing removes
   * the blob meanwhile. Otherwise the upload is removed and the answer is false.
   */
  finish(digest: string, publish: (sizeBytes: number) => Promise<void>): Promise<boolean>;
  discard(): Promise<void>;
}

export interface UploadStore {
  /** A new upload's id, a UUID. */
  begin(repositoryArn: string): string;
  /** Runs `work` with the upload, after earlier work on it; undefined when the repository has no such upload. */
  use<T>(repositoryArn: string, id: string, work: (upload: Upload) => Promise<T>): Promise<{ result: T } | undefined>;
  /** Closes files of uploads that nobody has used for `idleMs` and removes those untouched for `maxAgeMs`. Resolves to how many were removed. */
  sweep(limits: { idleMs: number; maxAgeMs: number }): Promise<number>;
}

interface State {
  readonly path: string;
  readonly lane: number;
  sizeBytes: number;
  usedAt: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface UploadStoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly workers: ByteWorkers;
  readonly blobs: BlobStore;
}

/** Opens the uploads in `directory` (`<dataDir>/registry`). */
export async function openUploadStore(directory: string, options: UploadStoreOptions): Promise<UploadStore> {
  const { clock, random, workers, blobs } = options;
  const root = join(directory, 'uploads');
  await mkdir(root, { recursive: true });
  const lock = keyedLock();
  const states = new Map<string, State>();

  const remember = (path: string, sizeBytes: number): State => {
    const state: State = { path, lane: workers.borrow(), sizeBytes, usedAt: clock.now() };
    states.set(path, state);
    return state;
  };

  const forget = (state: State): void => {
    if (states.delete(state.path)) workers.giveBack(state.lane);
  };

  /** After a restart, or when it was idle: what the file holds is hashed again by the next write. */
  const recall = async (path: string): Promise<State | undefined> => {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    const state = remember(path, found.size);
    state.sizeBytes = (await workers.call(state.lane, { op: 'open', path })).sizeBytes;
    return state;
  };

  const upload = (state: State): Upload => ({
    get sizeBytes() {
      return state.sizeBytes;
    },
    async write(chunks) {
      try {
        state.sizeBytes = (await workers.call(state.lane, { op: 'write', path: state.path, chunks })).sizeBytes;
      } catch (error) {
        forget(state);
        throw error;
      }
    },
    finish: (digest, publish) =>
      blobs.hold(digest, async () => {
        const sha256 = digest.slice('sha256:'.length);
        forget(state);
        const reply = await workers.call(state.lane, { op: 'finish', path: state.path, sha256, target: blobs.path(digest) });
        if (reply.matched !== true) return false;
        await publish(reply.sizeBytes);
        return true;
      }),
    async discard() {
      forget(state);
      await workers.call(state.lane, { op: 'discard', path: state.path });
    },
  });

  return {
    begin(repositoryArn) {
      const id = uuid(random);
      remember(uploadPath(root, repositoryArn, id), 0);
      return id;
    },
    async use(repositoryArn, id, work) {
      if (!UUID.test(id)) return undefined;
      const path = uploadPath(root, repositoryArn, id);
      return lock.run(path, async () => {
        const state = states.get(path) ?? (await recall(path));
        if (state === undefined) return undefined;
        state.usedAt = clock.now();
        const result = await work(upload(state));
        state.usedAt = clock.now();
        return { result };
      });
    },
    async sweep({ idleMs, maxAgeMs }) {
      const now = clock.now();
      for (const state of [...states.values()]) {
        if (state.usedAt + idleMs > now || lock.busy(state.path)) continue;
        await lock.run(state.path, async () => {
          forget(state);
          await workers.call(state.lane, { op: 'release', path: state.path });
        });
      }
      return removeOld(root, now - maxAgeMs, (path) => states.has(path) || lock.busy(path));
    },
  };
}

async function removeOld(root: string, beforeMs: number, isUsed: (path: string) => boolean): Promise<number> {
  let removed = 0;
  for (const name of await readdir(root)) {
    const path = join(root, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || found.mtimeMs > beforeMs || isUsed(path)) continue;
    await unlink(path).catch(() => undefined);
    removed++;
  }
  return removed;
}

/** The name carries the repository, so an upload can only be continued where it was begun, with no record beside the file. */
function uploadPath(root: string, repositoryArn: string, id: string): string {
  const owner = createHash('sha256').update(repositoryArn).digest('hex').slice(0, 16);
  return join(root, `${id}.${owner}`);
}
