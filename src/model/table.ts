// How a table of the state store is declared. The tables themselves stand beside their nouns; model/tables.ts lists them all.

export interface Table<Row> {
  /** Unique, stable: it is the name in the journal. */
  readonly name: string;
  /** The primary key of a row; for things that have an ARN, the ARN. */
  readonly key: (row: Row) => string;
  /** Secondary indexes: the value a row is found under, several values, or undefined for not indexed. */
  readonly indexes: Readonly<Record<string, (row: Row) => string | readonly string[] | undefined>>;
}

/** Declares a table. Rows are plain JSON (no undefined-valued semantics, Dates, Maps or classes), replaced, never mutated. */
export function table<Row>(
  name: string,
  key: (row: Row) => string,
  indexes: Table<Row>['indexes'] = {},
): Table<Row> {
  return { name, key, indexes };
}
