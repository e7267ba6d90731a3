// From a journal to tables in memory, through the migrations it still needs.
import type { Logger } from '#base/logger.ts';
import type { Table } from '#model/table.ts';
import { assert } from '#base/assert.ts';
import { StoreOpenError } from './errors.ts';
import type { Journal, JournalListener, JournalState, StoredRow } from './journal/journal.ts';
import { currentVersion, migrate, pendingMigrations, type Migration } from './migrations.ts';
import { RowSharer } from './share-rows.ts';
import { TableData } from './table-data.ts';

export interface Loaded extends JournalState {
  readonly data: ReadonlyMap<Table<any>, TableData>;
  readonly rowCount: number;
}

/** Opens the journal and fills the tables. Rejects with StoreOpenError, having let go of the journal. */
export async function loadTables(
  journal: Journal,
  tables: readonly Table<any>[],
  migrations: readonly Migration[],
  log: Logger,
  listener: JournalListener,
): Promise<Loaded> {
  const data = new Map(tables.map((table) => [table, new TableData(table)]));
  const byName = new Map([...data.values()].map((each) => [each.table.name, each]));
  assert(byName.size === tables.length, 'two tables have the same name');
  const unknown = new Map<string, number>();
  const sharers = new Map<string, RowSharer>();
  let rowCount = 0;
  const take = (row: StoredRow): void => {
    rowCount++;
    fill(byName.get(row.table), shared(sharers, row), unknown);
  };
  // Rows go straight into the tables unless a migration is pending: then all of them are kept until it has run.
  let direct = false;
  let failure: unknown;
  const stored: StoredRow[] = [];
  const migrated = watchDurable(listener);
  const opened = ({ revision, schemaVersion }: JournalState): void => void (direct = revision === 0 || schemaVersion === currentVersion(migrations));
  const state = await journal.open((row) => {
    if (!direct) return void stored.push(row);
    try {
      if (failure === undefined) take(row);
    } catch (error) {
      failure = error;
    }
  }, { ...migrated.listener, opened });
  try {
    if (failure !== undefined) throw failure;
    const { rows, ...after } = await bringUpToDate(journal, stored, state, migrations, log, migrated.durable);
    for (const row of rows) take(row);
    for (const [table, count] of unknown) log.warn('the journal holds rows of a table this version does not know; they are kept', { table, count });
    return { ...after, data, rowCount };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function shared(sharers: Map<string, RowSharer>, stored: StoredRow): StoredRow {
  let sharer = sharers.get(stored.table);
  if (sharer === undefined) sharers.set(stored.table, (sharer = new RowSharer()));
  sharer.share(stored.row);
  return stored;
}

async function bringUpToDate(
  journal: Journal,
  stored: StoredRow[],
  state: JournalState,
  migrations: readonly Migration[],
  log: Logger,
  durable: (revision: number) => Promise<void>,
): Promise<JournalState & { rows: readonly StoredRow[] }> {
  const schemaVersion = currentVersion(migrations);
  if (state.revision === 0) return { ...state, schemaVersion, rows: stored };
  const pending = pendingMigrations(migrations, state.schemaVersion);
  if (pending.length === 0) return { ...state, rows: stored };
  for (const { version, about } of pending) log.info('migrating the store', { version, about });
  const { rows, writes, lastPosition } = migrate(stored, pending, state.lastPosition);
  const revision = state.revision + 1;
  journal.append({ revision, lastPosition, schemaVersion, writes });
  await durable(revision);
  return { revision, lastPosition, schemaVersion, rows };
}

function fill(data: TableData | undefined, stored: StoredRow, unknown: Map<string, number>): void {
  if (data === undefined) {
    unknown.set(stored.table, (unknown.get(stored.table) ?? 0) + 1);
    return;
  }
  const key = data.table.key(stored.row);
  if (key !== stored.key || data.entry(key) !== undefined) {
    throw new StoreOpenError(
      `the journal is damaged: row ${stored.position} of table ${stored.table} has the key ${key}, expected ${stored.key} once; restore a backup`,
    );
  }
  data.replace(data.insert(key, stored.position), stored.row);
}

/** Passes everything on, and lets one wait for a revision while opening. */
function watchDurable(listener: JournalListener): { listener: JournalListener; durable: (revision: number) => Promise<void> } {
  const waiting = Promise.withResolvers<void>();
  waiting.promise.catch(() => {});
  let wanted = Infinity;
  return {
    listener: {
      durable(revision) {
        if (revision >= wanted) waiting.resolve();
        listener.durable(revision);
      },
      failed(error) {
        waiting.reject(new StoreOpenError(`the store could not be migrated: ${error.message}`, { cause: error }));
        listener.failed(error);
      },
    },
    durable(revision) {
      wanted = revision;
      return waiting.promise;
    },
  };
}
