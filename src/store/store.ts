// What the rest of the control plane sees of the state store: typed tables, synchronous transactions,
// durability as a promise, and a watch. The engine is store/memory-store.ts; journals are in store/journal/.
import type { Table } from '#model/table.ts';

/** One row that a committed transaction changed. `before` undefined = created, `after` undefined = deleted. */
export interface Change<Row = unknown> {
  readonly table: Table<Row>;
  readonly key: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

export interface Commit {
  readonly revision: number;
  readonly changes: readonly Change[];
}

/**
 * Reads see every committed change at once, durable or not. Rows are frozen: never mutate them.
 *
 * An iteration may go on while rows change, in the same transaction or later: it gives each row at most once, in order, as it is
 * when reached; not those deleted or moved to another index value by then, and not those first put after it began.
 */
export interface Reader {
  get<Row>(table: Table<Row>, key: string): Row | undefined;
  /**
   * Rows whose index entry equals `value`, in the order they were first put into the table (replacing a row keeps its
   * place; so does deleting and putting it again in one transaction). With `after`, only rows whose `position` is greater:
   * O(log n) to begin anywhere, for pages (see store/page.ts).
   */
  by<Row>(table: Table<Row>, index: string, value: string, after?: number): Iterable<Row>;
  /** The row's place in the order of first puts: a positive integer that never changes while the row lives, also over a restart. */
  position<Row>(table: Table<Row>, key: string): number | undefined;
  /** How many rows `by` would give; O(1). */
  count<Row>(table: Table<Row>, index: string, value: string): number;
  /** Every row, in the order they were first put. */
  all<Row>(table: Table<Row>): Iterable<Row>;
  size<Row>(table: Table<Row>): number;
}

export interface Transaction extends Reader {
  /** Creates or replaces the row under its own key. */
  put<Row>(table: Table<Row>, row: Row): void;
  /** No-op when absent. */
  delete<Row>(table: Table<Row>, key: string): void;
}

export interface Store extends Reader {
  /** The revision of the last commit; 0 before any. */
  readonly revision: number;
  /**
   * Runs `decide` synchronously, in one tick, and commits what it put and deleted. If it throws, nothing changed
   * and the error passes through. Must not be nested and must not be async. A transaction without changes makes no revision.
   */
  transact<T>(decide: (tx: Transaction) => T): T;
  /** Resolves once every change up to `revision` survives a crash (at once when it does already). Rejects when the journal has failed for good. */
  durable(revision?: number): Promise<void>;
  /** Whether `durable` would resolve at once: lets the hot path stay synchronous. */
  isDurable(revision?: number): boolean;
  /** `onCommit` is called synchronously after each commit, in order; it must not throw and must not transact (schedule instead). */
  watch(onCommit: (commit: Commit) => void): () => void;
  /** Waits for durability of everything and closes the journal. */
  close(): Promise<void>;
}
