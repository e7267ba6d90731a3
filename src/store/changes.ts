// Reading commits by table.
import type { Table } from '#model/table.ts';
import type { Change, Commit } from './store.ts';

/** The changes of one table in a commit, with its row type. */
export function changesOf<Row>(commit: Commit, table: Table<Row>): Change<Row>[] {
  return commit.changes.filter((change) => (change.table as Table<any>) === table) as unknown as Change<Row>[];
}
