// One transaction: changes are made in place and remembered, so that reads see them at once and a throw undoes them.
import type { Table } from '#model/table.ts';
import type { Entry } from './entry.ts';
import type { JournalWrite } from './journal/journal.ts';
import type { Change } from './store.ts';
import type { TableData } from './table-data.ts';

interface Touch {
  readonly data: TableData;
  readonly key: string;
  readonly entry: Entry;
  /** The row before this transaction. */
  readonly before: unknown;
}

export class Changes {
  // Keyed by entry: the first touch holds the state to go back to.
  readonly #touches = new Map<Entry, Touch>();

  /** `newPosition` is called only when the key is new. */
  put(data: TableData, row: unknown, newPosition: () => number): void {
    const key = data.table.key(row);
    const entry = data.entry(key) ?? data.insert(key, newPosition());
    this.#touch(data, key, entry);
    data.replace(entry, row);
  }

  delete(data: TableData, key: string): void {
    const entry = data.entry(key);
    if (entry?.row === undefined) return;
    this.#touch(data, key, entry);
    data.replace(entry, undefined);
  }

  /** Everything as it was, iteration order included. */
  undo(): void {
    for (const { data, key, entry, before } of [...this.#touches.values()].reverse()) {
      data.replace(entry, before);
      data.sweep(key);
    }
  }

  /** Makes the changes final and gives the net ones, one per key, in the order keys were first touched. */
  settle(): { changes: Change[]; writes: JournalWrite[] } {
    const changes: Change[] = [];
    const writes: JournalWrite[] = [];
    for (const { data, key, entry, before } of this.#touches.values()) {
      const row = entry.row;
      if (row === undefined) data.sweep(key);
      if (row === before) continue;
      changes.push({ table: data.table as Table<unknown>, key, before, after: row });
      writes.push({ table: data.table.name, position: entry.position, key, row });
    }
    return { changes, writes };
  }

  #touch(data: TableData, key: string, entry: Entry): void {
    if (!this.#touches.has(entry)) this.#touches.set(entry, { data, key, entry, before: entry.row });
  }
}
