// What image decisions read: the synchronous part of a reader of the state store. Any snapshot with these will do.
import type { Table } from '#model/table.ts';

export interface ImageRows {
  get<Row>(table: Table<Row>, key: string): Row | undefined;
  by<Row>(table: Table<Row>, index: string, value: string): Iterable<Row>;
  count<Row>(table: Table<Row>, index: string, value: string): number;
}

/** Rows to write and to remove, in this order, in the transaction that was read. */
export interface RowChange {
  readonly table: Table<any>;
  readonly put?: unknown;
  readonly deleteKey?: string;
}

/** A row to create or replace. */
export function putRow<Row>(table: Table<Row>, row: Row): RowChange {
  return { table, put: row };
}

/** A row to remove. */
export function deleteRow<Row>(table: Table<Row>, row: Row): RowChange {
  return { table, deleteKey: table.key(row) };
}

/** Applies planned changes to a transaction. */
export function applyChanges(
  tx: { put<Row>(table: Table<Row>, row: Row): void; delete<Row>(table: Table<Row>, key: string): void },
  changes: readonly RowChange[],
): void {
  for (const change of changes) {
    if (change.deleteKey === undefined) tx.put(change.table, change.put);
    else tx.delete(change.table, change.deleteKey);
  }
}
