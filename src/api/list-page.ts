// Pages of lists whose rows have a key of their own: the token holds the key that the last page ended with, and what list it is of.

export interface ListPage<Row> {
  readonly rows: Row[];
  readonly nextToken: string | undefined;
}

/** Up to `limit` rows behind the token's, in the order of `keyOf`. Throws `invalid()` for a token of another list. */
export function listPage<Row>(list: string, rows: Iterable<Row>, keyOf: (row: Row) => string, limit: number, token: string | undefined, invalid: () => Error): ListPage<Row> {
  const after = token === undefined ? undefined : position(list, token, invalid);
  const behind = [...rows].map((row) => ({ row, key: keyOf(row) })).filter(({ key }) => after === undefined || key > after);
  behind.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const taken = behind.slice(0, limit);
  const last = behind.length > limit ? taken.at(-1) : undefined;
  return { rows: taken.map(({ row }) => row), nextToken: last && Buffer.from(JSON.stringify([list, last.key])).toString('base64url') };
}

function position(list: string, token: string, invalid: () => Error): string {
  try {
    const [of, key] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    if (of === list && typeof key === 'string') return key;
  } catch {
    // Not one of ours.
  }
  throw invalid();
}
