// Reads must not show what a crash could take back; but the registry need not wait for the rest of the platform's writes.
import { blobLinks, images, imageTags } from '#model/image.ts';
import { repositories } from '#model/repository.ts';
import type { Change, Store } from '#store/store.ts';

const TABLES: ReadonlySet<unknown> = new Set([blobLinks, images, imageTags, repositories]);

export interface Settled {
  /** Resolves once every change of repositories and images so far is durable: at once, mostly. */
  durable(): Promise<void>;
  close(): void;
}

/** Follows the store's commits. That an image was pulled does not count: it is the one change made to an image that exists. */
export function followSettled(store: Store): Settled {
  let revision = store.revision;
  const counts = ({ table, before, after }: Change): boolean => TABLES.has(table) && !(table === (images as unknown) && before !== undefined && after !== undefined);
  const stop = store.watch((commit) => {
    if (commit.changes.some(counts)) revision = commit.revision;
  });
  return { durable: () => store.durable(revision), close: stop };
}
