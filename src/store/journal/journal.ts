// Where committed changes become durable. The store hands every commit to one journal and never waits for it;
// implementations: memory-journal.ts (simulation, tests), sqlite-journal.ts. One contract suite: tests/contract/journal.test.ts.

/** A row as it is stored. Rows are found again by table and position; the key is there for people and checks. */
export interface StoredRow {
  readonly table: string;
  /** Store-wide, unique, ascending in the order rows were first put. */
  readonly position: number;
  readonly key: string;
  /** Plain JSON. */
  readonly row: unknown;
}

/** One changed row: `row` undefined = deleted. */
export type JournalWrite = Omit<StoredRow, 'row'> & { readonly row: unknown | undefined };

export interface JournalState {
  /** Of the last durable commit; 0 for a new journal. */
  readonly revision: number;
  /** The highest position ever given out, deleted rows included. */
  readonly lastPosition: number;
  /** Version of the model that the rows are in; 0 for a new journal. */
  readonly schemaVersion: number;
}

/** One commit: all of its writes become durable together with the state after it, or none of them. */
export interface JournalCommit extends JournalState {
  readonly writes: readonly JournalWrite[];
}

export interface JournalListener {
  /** The journal is held: its state, before its first row is given. */
  readonly opened?: (state: JournalState) => void;
  /** Everything up to this revision survives a crash. Ascending; called asynchronously, after `append` has returned. */
  readonly durable: (revision: number) => void;
  /** Nothing that is not durable yet ever will be. Called once, and nothing after it. */
  readonly failed: (error: Error) => void;
}

export interface Journal {
  /**
   * Takes hold of the journal and gives every stored row to `onRow`, table by table, ascending by position within a table.
   * Rejects with StoreOpenError when another process holds it or it cannot be read. Called once.
   */
  open(onRow: (stored: StoredRow) => void, listener: JournalListener): Promise<JournalState>;
  /** Takes a commit for the next group. Never throws for a failing disk: that is reported to the listener. */
  append(commit: JournalCommit): void;
  /** Waits until everything appended is durable (or failed), then lets go of the journal. */
  close(): Promise<void>;
}
