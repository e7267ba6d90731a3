// Which files the rows name: the others are garbage that a crash has left.
import { setImmediate } from 'node:timers/promises';
import { objectParts, storedObjects } from '#model/object.ts';
import type { Reader } from '#store/store.ts';

/** So many rows are looked at before others get a turn. */
const SLICE_ROWS = 5_000;

/** Parts come first: completing an upload moves their files to an object, never back. */
export async function namedFiles(reader: Reader): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  let seen = 0;
  for (const part of reader.all(objectParts)) {
    named.add(part.file);
    if (++seen % SLICE_ROWS === 0) await setImmediate();
  }
  for (const { segments } of reader.all(storedObjects)) {
    for (const { file } of segments) named.add(file);
    if (++seen % SLICE_ROWS === 0) await setImmediate();
  }
  return named;
}
