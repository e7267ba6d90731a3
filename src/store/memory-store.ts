// The engine of the state store: typed tables in memory, one revision counter, synchronous transactions; a journal makes commits
// durable behind it. How it works and what was measured: docs/design/store.md.
import { assert } from '#base/assert.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Table } from '#model/table.ts';
import { Durability } from './durability.ts';
import { StoreFailedError } from './errors.ts';
import { freezeRow } from './freeze.ts';
import type { Journal } from './journal/journal.ts';
import { loadTables, type Loaded } from './load.ts';
import { migrations, type Migration } from './migrations.ts';
import type { Commit, Store, Transaction } from './store.ts';
import type { TableData } from './table-data.ts';
import { Changes } from './transaction.ts';

export interface StoreOptions {
  readonly journal: Journal;
  /** Every table of the model. Rows of other tables that are in the journal are kept there, and not read. */
  readonly tables: readonly Table<any>[];
  readonly log: Logger;
  /** Only to say how long opening took. */
  readonly clock?: Clock;
  /** Freeze every row deeply and refuse what JSON would lose. For development and tests: it costs time on every put. */
  readonly freezeRows?: boolean;
  /** For tests; src/store/migrations.ts otherwise. */
  readonly migrations?: readonly Migration[];
}

/** Opens the journal, loads everything and brings it to the current schema. Rejects with StoreOpenError, whose message says what to do. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const startedAt = options.clock?.now();
  let durability: Durability | undefined;
  let failedEarly: Error | undefined;
  const loaded = await loadTables(options.journal, options.tables, options.migrations ?? migrations, options.log, {
    durable: (revision) => durability?.reached(revision),
    failed: (error) => (durability === undefined ? (failedEarly = error) : durability.failed(new StoreFailedError(error))),
  });
  durability = new Durability(loaded.revision);
  if (failedEarly !== undefined) durability.failed(new StoreFailedError(failedEarly));
  const tookMs = startedAt === undefined ? undefined : options.clock!.now() - startedAt;
  options.log.info('store opened', { revision: loaded.revision, rows: loaded.rowCount, tookMs });
  return new MemoryStore(options, loaded, durability);
}

class MemoryStore implements Store {
  readonly #journal: Journal;
  readonly #log: Logger;
  readonly #freezeRows: boolean;
  readonly #schemaVersion: number;
  readonly #durability: Durability;
  readonly #data: ReadonlyMap<Table<any>, TableData>;
  readonly #watchers = new Set<(commit: Commit) => void>();
  #revision: number;
  #lastPosition: number;
  // What must not begin another transaction now, in words for the error.
  #busy: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: StoreOptions, loaded: Loaded, durability: Durability) {
    this.#journal = options.journal;
    this.#log = options.log;
    this.#freezeRows = options.freezeRows ?? false;
    this.#schemaVersion = loaded.schemaVersion;
    this.#durability = durability;
    this.#data = loaded.data;
    this.#revision = loaded.revision;
    this.#lastPosition = loaded.lastPosition;
  }

  get revision(): number {
    return this.#revision;
  }

  get<Row>(table: Table<Row>, key: string): Row | undefined {
    return this.#of(table).row(key) as Row | undefined;
  }

  by<Row>(table: Table<Row>, index: string, value: string, after = 0): Iterable<Row> {
    const found = this.#of(table).index(index);
    return { [Symbol.iterator]: () => found.rows(value, after, this.#lastPosition) as Iterator<Row> };
  }

  position<Row>(table: Table<Row>, key: string): number | undefined {
    const entry = this.#of(table).entry(key);
    return entry?.row === undefined ? undefined : entry.position;
  }

  count<Row>(table: Table<Row>, index: string, value: string): number {
    return this.#of(table).index(index).count(value);
  }

  all<Row>(table: Table<Row>): Iterable<Row> {
    const data = this.#of(table);
    return { [Symbol.iterator]: () => data.rows(this.#lastPosition) as Iterator<Row> };
  }

  size<Row>(table: Table<Row>): number {
    return this.#of(table).size;
  }

  transact<T>(decide: (tx: Transaction) => T): T {
    if (this.#durability.failure !== undefined) throw this.#durability.failure;
    assert(this.#closing === undefined, 'the store is closed');
    assert(this.#busy === undefined, `a transaction cannot begin inside ${this.#busy}`);
    const changes = new Changes();
    const transaction = new OpenTransaction(this, changes, (table) => this.#of(table), () => ++this.#lastPosition, this.#freezeRows);
    this.#busy = 'another transaction';
    try {
      const result = decide(transaction);
      assert(!isPromise(result), 'a transaction must be synchronous');
      this.#commit(changes);
      return result;
    } catch (error) {
      changes.undo();
      throw error;
    } finally {
      transaction.end();
      this.#busy = undefined;
    }
  }

  durable(revision = this.#revision): Promise<void> {
    assert(revision <= this.#revision, `revision ${revision} does not exist yet`);
    return this.#durability.wait(revision);
  }

  isDurable(revision = this.#revision): boolean {
    return this.#durability.has(revision);
  }

  watch(onCommit: (commit: Commit) => void): () => void {
    // A wrapper of its own, so that watching twice with one function is two watches.
    const watcher = (commit: Commit): void => onCommit(commit);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  close(): Promise<void> {
    this.#closing ??= this.#journal.close();
    return this.#closing;
  }

  #of(table: Table<any>): TableData {
    const data = this.#data.get(table);
    assert(data !== undefined, `the store was opened without the table ${table.name}`);
    return data;
  }

  #commit(changes: Changes): void {
    const { changes: net, writes } = changes.settle();
    if (net.length === 0) return;
    this.#revision++;
    const { revision } = this;
    this.#journal.append({ revision, lastPosition: this.#lastPosition, schemaVersion: this.#schemaVersion, writes });
    this.#busy = 'a watch';
    for (const watcher of this.#watchers) this.#tell(watcher, { revision, changes: net });
  }

  // The commit stands whatever a watcher does: its error is a bug to be seen, not the writer's.
  #tell(watcher: (commit: Commit) => void, commit: Commit): void {
    try {
      watcher(commit);
    } catch (error) {
      this.#log.error('a store watcher threw', { error: error instanceof Error ? error.stack : String(error) });
    }
  }
}

// What `decide` gets: the store's own reads, which see changes in place, and the two writes.
class OpenTransaction implements Transaction {
  readonly #store: MemoryStore;
  readonly #changes: Changes;
  readonly #of: (table: Table<any>) => TableData;
  readonly #newPosition: () => number;
  readonly #freezeRows: boolean;
  #ended = false;

  constructor(store: MemoryStore, changes: Changes, of: (table: Table<any>) => TableData, newPosition: () => number, freezeRows: boolean) {
    this.#store = store;
    this.#changes = changes;
    this.#of = of;
    this.#newPosition = newPosition;
    this.#freezeRows = freezeRows;
  }

  get<Row>(table: Table<Row>, key: string): Row | undefined {
    return this.#store.get(table, key);
  }

  by<Row>(table: Table<Row>, index: string, value: string, after?: number): Iterable<Row> {
    return this.#store.by(table, index, value, after);
  }

  position<Row>(table: Table<Row>, key: string): number | undefined {
    return this.#store.position(table, key);
  }

  count<Row>(table: Table<Row>, index: string, value: string): number {
    return this.#store.count(table, index, value);
  }

  all<Row>(table: Table<Row>): Iterable<Row> {
    return this.#store.all(table);
  }

  size<Row>(table: Table<Row>): number {
    return this.#store.size(table);
  }

  put<Row>(table: Table<Row>, row: Row): void {
    assert(!this.#ended, 'the transaction is over');
    this.#changes.put(this.#of(table), this.#freezeRows ? freezeRow(row) : row, this.#newPosition);
  }

  delete<Row>(table: Table<Row>, key: string): void {
    assert(!this.#ended, 'the transaction is over');
    this.#changes.delete(this.#of(table), key);
  }

  /** Writes after this are a bug: the transaction object must not outlive `decide`. */
  end(): void {
    this.#ended = true;
  }
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
