// What the SQLite journal and its writer thread say to one another.
import type { JournalState } from './journal.ts';

export interface SqliteJournalFiles {
  readonly directory: string;
}

/** The net writes of all commits of a group, one per row. Rows are JSON text: the writer never parses them. */
export interface WriteGroup {
  readonly state: JournalState;
  readonly tables: readonly TableWrites[];
}

export interface TableWrites {
  readonly table: string;
  readonly writes: readonly RowWrite[];
}

/** `row` undefined = delete. */
export interface RowWrite {
  readonly position: number;
  readonly key: string;
  readonly row: string | undefined;
}

export type ToWriter =
  /** Send the next chunk of stored rows. */
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly group: WriteGroup }
  | { readonly kind: 'close' };

export type FromWriter =
  | { readonly kind: 'opened'; readonly state: JournalState }
  /** Someone else has it, or it is not ours: a StoreOpenError. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'rows'; readonly chunk: RowChunk | undefined }
  | { readonly kind: 'committed'; readonly revision: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closed' };

/** Part of one table, in order; `rows` is one JSON array, parsed at once. */
export interface RowChunk {
  readonly table: string;
  readonly positions: readonly number[];
  readonly keys: readonly string[];
  readonly rows: string;
}
