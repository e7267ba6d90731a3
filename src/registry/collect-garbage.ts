// Garbage collection beside running pushes: mark by reading rows, sweep in two steps with durable rows between them.
//
// 1. A link that no image of its repository needs, and that nobody has touched for the grace period, is removed; the check and
//    the removal are one transaction, so a manifest put before sees it gone and one put after keeps it.
// 2. Once that is durable, a file that no link and no image names is removed while its digest is held: a push of the same
//    bytes either comes before, and its link keeps the file, or after, and writes the file anew.
import { blobLinks, images } from '#model/image.ts';
import type { Clock } from '#base/clock.ts';
import type { Store } from '#store/store.ts';
import { SHARDS, type BlobStore } from './blob-store.ts';
import type { UploadStore } from './upload-store.ts';

export interface GarbageReport {
  readonly linksRemoved: number;
  readonly blobsRemoved: number;
  readonly bytesFreed: number;
  readonly uploadsRemoved: number;
}

export interface GarbageOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly uploads: UploadStore;
  readonly clock: Clock;
  /** How long a blob without an image is kept: longer than any push takes. */
  readonly graceMs: number;
  readonly uploadMaxAgeMs: number;
  readonly uploadIdleMs: number;
}

const ROWS_PER_TURN = 500;

/** One collection. May run at any time; not twice at once. */
export async function collectGarbage(options: GarbageOptions): Promise<GarbageReport> {
  const { store, blobs, uploads, clock, graceMs } = options;
  const uploadsRemoved = await uploads.sweep({ idleMs: options.uploadIdleMs, maxAgeMs: options.uploadMaxAgeMs });
  const linksRemoved = await sweepLinks(options);
  let blobsRemoved = 0;
  let bytesFreed = 0;
  const isNeeded = (digest: string): boolean => store.count(blobLinks, 'digest', digest) > 0 || store.count(images, 'digest', digest) > 0;
  for (let shard = 0; shard < SHARDS; shard++) {
    for (const digest of await blobs.list(shard)) {
      if (isNeeded(digest)) continue;
      // A crash must not bring a row back whose file is gone.
      await store.durable();
      const freed = await blobs.removeIf(digest, (modifiedAtMs) => {
        const usedAt = Math.max(modifiedAtMs, blobs.touchedAt(digest));
        return !isNeeded(digest) && usedAt + graceMs <= clock.now();
      });
      if (freed === undefined) continue;
      blobsRemoved++;
      bytesFreed += freed;
    }
  }
  blobs.forgetTouches(clock.now() - graceMs);
  return { linksRemoved, blobsRemoved, bytesFreed, uploadsRemoved };
}

async function sweepLinks({ store, blobs, clock, graceMs }: GarbageOptions): Promise<number> {
  const candidates = [...store.all(blobLinks)].filter((link) => store.count(images, 'reference', blobLinks.key(link)) === 0);
  let removed = 0;
  for (let from = 0; from < candidates.length; from += ROWS_PER_TURN) {
    removed += store.transact((tx) => {
      let count = 0;
      for (const candidate of candidates.slice(from, from + ROWS_PER_TURN)) {
        const link = tx.get(blobLinks, blobLinks.key(candidate));
        if (link === undefined || tx.count(images, 'reference', blobLinks.key(link)) > 0) continue;
        if (Math.max(link.linkedAt, blobs.touchedAt(link.digest)) + graceMs > clock.now()) continue;
        tx.delete(blobLinks, blobLinks.key(link));
        count++;
      }
      return count;
    });
    // Other requests have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return removed;
}
