// One secondary index of one table: index value → the entries found under it, in the order their rows were first put.
import { Bucket } from './bucket.ts';
import type { Entry } from './entry.ts';

export class TableIndex {
  readonly #valuesOf: (row: any) => string | readonly string[] | undefined;
  // Many indexes are nearly unique (one ENI per task): a lone entry stands for itself and gets no bucket.
  readonly #buckets = new Map<string, Entry | Bucket>();
  // Raised by every change, so that an iteration under way knows when to find its place again.
  #version = 0;

  constructor(valuesOf: (row: any) => string | readonly string[] | undefined) {
    this.#valuesOf = valuesOf;
  }

  /** What the row is to be found under. Called before anything is changed, since it is the table's code and may throw. */
  values(row: unknown): string | readonly string[] | undefined {
    return row === undefined ? undefined : this.#valuesOf(row);
  }

  /** Moves the entry from the values of its old row to those of its new one. */
  move(entry: Entry, from: string | readonly string[] | undefined, to: string | readonly string[] | undefined): void {
    if (from === to) return;
    for (const value of list(from)) if (!has(to, value)) this.#remove(value, entry);
    for (const value of list(to)) if (!has(from, value)) this.#add(value, entry);
  }

  count(value: string): number {
    const found = this.#buckets.get(value);
    if (found === undefined) return 0;
    return found instanceof Bucket ? found.size : 1;
  }

  /** Rows with `after` < position ≤ `through`. The index may change meanwhile: see Reader.by for what is then given. */
  *rows(value: string, after: number, through: number): Generator<unknown> {
    let reached = after;
    for (;;) {
      const found = this.#buckets.get(value);
      if (found === undefined) return;
      if (!(found instanceof Bucket)) {
        if (found.position <= reached || found.position > through) return;
        reached = found.position;
        yield found.row;
        continue;
      }
      const version = this.#version;
      const place = found.seek(reached + 1);
      while (version === this.#version) {
        const entry = found.at(place);
        if (entry === undefined || entry.position > through) return;
        reached = entry.position;
        place.slot++;
        yield entry.row;
      }
    }
  }

  #add(value: string, entry: Entry): void {
    this.#version++;
    const found = this.#buckets.get(value);
    if (found === undefined) {
      this.#buckets.set(value, entry);
    } else if (found instanceof Bucket) {
      found.add(entry);
    } else if (found !== entry) {
      const bucket = new Bucket(found);
      bucket.add(entry);
      this.#buckets.set(value, bucket);
    }
  }

  #remove(value: string, entry: Entry): void {
    this.#version++;
    const found = this.#buckets.get(value);
    if (found instanceof Bucket) {
      found.remove(entry);
      if (found.size === 0) this.#buckets.delete(value);
    } else if (found === entry) {
      this.#buckets.delete(value);
    }
  }
}

function list(values: string | readonly string[] | undefined): readonly string[] {
  if (values === undefined) return [];
  return typeof values === 'string' ? [values] : values;
}

function has(values: string | readonly string[] | undefined, value: string): boolean {
  return typeof values === 'string' ? values === value : (values?.includes(value) ?? false);
}
