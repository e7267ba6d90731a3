// The keys of each bucket in the order of a listing. The store keeps rows in the order they came; this follows its commits. A bucket's keys
// are sorted at its first listing.
import { compareKeys } from '#core/objects/list-keys.ts';
import { storedObjects, type StoredObject } from '#model/object.ts';
import type { Store } from '#store/store.ts';

export interface KeyOrder {
  /** Keys of the bucket (`<account>/<name>`) that are not before `start`, in order. Not to be kept over a change. */
  from(bucket: string, start: string): Iterable<string>;
}

export function openKeyOrder(store: Store): KeyOrder {
  const sorted = new Map<string, string[]>();

  store.watch(({ changes }) => {
    for (const { table, before, after } of changes) {
      if (table !== (storedObjects as unknown) || (before === undefined) === (after === undefined)) continue;
      const { account, bucket, key } = (after ?? before) as StoredObject;
      const keys = sorted.get(`${account}/${bucket}`);
      if (keys === undefined) continue;
      const at = seek(keys, key);
      if (after !== undefined) keys.splice(at, 0, key);
      else if (keys[at] === key) keys.splice(at, 1);
    }
  });

  return {
    *from(bucket, start) {
      let keys = sorted.get(bucket);
      if (keys === undefined) {
        keys = [...store.by(storedObjects, 'bucket', bucket)].map(({ key }) => key).sort(compareKeys);
        sorted.set(bucket, keys);
      }
      for (let at = seek(keys, start); at < keys.length; at++) yield keys[at] as string;
    },
  };
}

/** The place of the first key that is not before `key`. */
function seek(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] as string, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
