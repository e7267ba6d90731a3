// The entries of one index value, ascending by position: a list of short sorted arrays. Eight bytes per entry, appending is
// O(1), adding, removing and seeking anywhere O(log n + CHUNK_LENGTH_MAX). Measured against Map and Set in docs/design/store.md.
import type { Entry } from './entry.ts';

const CHUNK_LENGTH_MAX = 512;

/** Where an iteration stands. */
export interface Place {
  chunk: number;
  slot: number;
}

export class Bucket {
  readonly #chunks: Entry[][];
  #size: number;

  constructor(first: Entry) {
    this.#chunks = [[first]];
    this.#size = 1;
  }

  get size(): number {
    return this.#size;
  }

  /** No-op when the entry is there already. */
  add(entry: Entry): void {
    const place = this.seek(entry.position);
    const chunk = this.#chunks[place.chunk];
    if (chunk === undefined) {
      this.#append(entry);
      return;
    }
    if (chunk[place.slot] === entry) return;
    chunk.splice(place.slot, 0, entry);
    this.#size++;
    if (chunk.length > CHUNK_LENGTH_MAX) this.#chunks.splice(place.chunk + 1, 0, chunk.splice(chunk.length >> 1));
  }

  /** No-op when the entry is absent. */
  remove(entry: Entry): void {
    const place = this.seek(entry.position);
    const chunk = this.#chunks[place.chunk];
    if (chunk === undefined || chunk[place.slot] !== entry) return;
    chunk.splice(place.slot, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(place.chunk, 1);
  }

  /** The place of the first entry whose position is at least `position`; one past the end when there is none. */
  seek(position: number): Place {
    const chunk = firstAtLeast(this.#chunks.length, position, (i) => last(this.#chunks[i]!).position);
    const entries = this.#chunks[chunk];
    if (entries === undefined) return { chunk, slot: 0 };
    return { chunk, slot: firstAtLeast(entries.length, position, (i) => entries[i]!.position) };
  }

  /** The entry at `place`, moving on to the next chunk where one is used up; undefined at the end. */
  at(place: Place): Entry | undefined {
    let entry = this.#chunks[place.chunk]?.[place.slot];
    if (entry === undefined && place.chunk + 1 < this.#chunks.length) {
      place.chunk++;
      place.slot = 0;
      entry = this.#chunks[place.chunk]?.[0];
    }
    return entry;
  }

  // Rows are mostly created in order: the last chunk is filled to the brim instead of split in half.
  #append(entry: Entry): void {
    const chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.length >= CHUNK_LENGTH_MAX) this.#chunks.push([entry]);
    else chunk.push(entry);
    this.#size++;
  }
}

function last(entries: Entry[]): Entry {
  return entries[entries.length - 1]!;
}

/** The first i in [0, length) with `at(i)` ≥ wanted, else length; `at` ascends. */
function firstAtLeast(length: number, wanted: number, at: (i: number) => number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
