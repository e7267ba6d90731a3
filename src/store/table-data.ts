// The rows of one table in memory with their indexes, and the few primitive changes that transactions are made of.
import { assert, must } from '#base/assert.ts';
import type { Table } from '#model/table.ts';
import type { Entry } from './entry.ts';
import { TableIndex } from './table-index.ts';

export class TableData {
  readonly table: Table<any>;
  // A Map iterates in the order keys were added and a replaced value keeps its place: exactly the order rows were first put.
  readonly #entries = new Map<string, Entry>();
  readonly #indexes: ReadonlyMap<string, TableIndex>;
  #size = 0;

  constructor(table: Table<any>) {
    this.table = table;
    this.#indexes = new Map(Object.entries(table.indexes).map(([name, valuesOf]) => [name, new TableIndex(valuesOf)]));
  }

  get size(): number {
    return this.#size;
  }

  entry(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  row(key: string): unknown {
    return this.#entries.get(key)?.row;
  }

  index(name: string): TableIndex {
    return must(this.#indexes.get(name), `table ${this.table.name} has no index ${name}`);
  }

  /** Every row with position ≤ `through`. */
  *rows(through: number): Generator<unknown> {
    for (const entry of this.#entries.values()) {
      if (entry.position > through) return;
      if (entry.row !== undefined) yield entry.row;
    }
  }

  /** Adds an entry without a row under a key that has none. */
  insert(key: string, position: number): Entry {
    assert(!this.#entries.has(key), `table ${this.table.name} has the key ${key} already`);
    const entry: Entry = { position, row: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Gives the entry another row, or none, and keeps the indexes right. Changes nothing if an index function throws. */
  replace(entry: Entry, row: unknown): void {
    const before = entry.row;
    const moves = [];
    for (const index of this.#indexes.values()) moves.push({ index, from: index.values(before), to: index.values(row) });
    for (const { index, from, to } of moves) index.move(entry, from, to);
    entry.row = row;
    this.#size += (row === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
  }

  /** Drops the key if its entry has no row any more. */
  sweep(key: string): void {
    if (this.#entries.get(key)?.row === undefined) this.#entries.delete(key);
  }
}
