// How rows written by an older Longshore become rows of this one: applied once, when the store is opened, in one commit.
import { assert } from '#base/assert.ts';
import { StoreOpenError } from './errors.ts';
import type { JournalWrite, StoredRow } from './journal/journal.ts';

export interface Migration {
  /** Of the schema it leads to: 2, 3, 4, … in order. */
  readonly version: number;
  /** One line for the log. */
  readonly about: string;
  /**
   * All stored rows in, all stored rows out. A row given back as the same object is left alone; one with the same table and
   * position is replaced; one with position 0 is new and comes last in its table; those not given back are deleted.
   */
  readonly up: (rows: Iterable<StoredRow>) => Iterable<StoredRow>;
}

/** The schema of a new journal, before any migration existed. */
const BASE_VERSION = 1;

/** Every migration there has been. Append only. */
export const migrations: readonly Migration[] = [];

/** The schema version this program reads and writes. */
export function currentVersion(list: readonly Migration[]): number {
  list.forEach((migration, i) => assert(migration.version === BASE_VERSION + 1 + i, `migration ${migration.version} is out of order`));
  return BASE_VERSION + list.length;
}

/** The migrations a journal of `version` still needs. Throws StoreOpenError when it is newer than this program. */
export function pendingMigrations(list: readonly Migration[], version: number): readonly Migration[] {
  const current = currentVersion(list);
  if (version > current) {
    throw new StoreOpenError(
      `the data was written by a newer Longshore (schema ${version}; this one reads up to ${current}): start that version, or restore a backup made before the upgrade`,
    );
  }
  return list.filter((migration) => migration.version > version);
}

/** Runs the migrations over all rows: the rows afterwards, and what the journal has to write to get there. */
export function migrate(
  stored: readonly StoredRow[],
  pending: readonly Migration[],
  lastPosition: number,
): { rows: StoredRow[]; writes: JournalWrite[]; lastPosition: number } {
  let rows: Iterable<StoredRow> = stored;
  for (const migration of pending) {
    const out: StoredRow[] = [];
    for (const row of migration.up(rows)) out.push(row.position === 0 ? { ...row, position: ++lastPosition } : row);
    rows = out;
  }
  const after = [...rows].sort((a, b) => a.position - b.position);
  const before = new Map(stored.map((row) => [identity(row), row]));
  const writes: JournalWrite[] = [];
  for (const row of after) {
    if (before.get(identity(row)) !== row) writes.push(row);
    before.delete(identity(row));
  }
  for (const gone of before.values()) writes.unshift({ ...gone, row: undefined });
  return { rows: after, writes, lastPosition };
}

function identity(row: StoredRow): string {
  return `${row.table}\n${row.position}`;
}
