// Pages over an index that cost what they return: a page begins where the last one ended, however long the list is.
import type { Table } from '#model/table.ts';
import type { Reader } from './store.ts';

export interface Page<Row> {
  readonly rows: Row[];
  /** `after` of the next page; undefined when nothing is left. A number to be put into an opaque token; valid over a restart. */
  readonly next: number | undefined;
}

/**
 * Up to `limit` rows of `by(table, index, value)` that `where` accepts, beginning behind the position `after` (0 = at the
 * start). Rows that live through the whole listing come exactly once, whatever is put or deleted between pages.
 */
export function page<Row>(
  reader: Reader,
  table: Table<Row>,
  index: string,
  value: string,
  options: { limit: number; after?: number; where?: (row: Row) => boolean },
): Page<Row> {
  const { limit, after = 0, where = () => true } = options;
  const rows: Row[] = [];
  for (const row of reader.by(table, index, value, after)) {
    if (!where(row)) continue;
    if (rows.length === limit) return { rows, next: reader.position(table, table.key(rows[limit - 1] as Row)) };
    rows.push(row);
  }
  return { rows, next: undefined };
}
