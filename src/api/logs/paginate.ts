// Pages of lists that are sorted by name: the token holds the name that the last page ended with, and what list it is of.
import { invalidToken } from './errors.ts';

/** Up to `limit` rows behind the token's name. Throws InvalidParameterException for a token of another list. */
export function pageByName<Row extends { readonly name: string }>(
  list: string,
  rows: readonly Row[],
  limit: number,
  token: string | undefined,
): { rows: Row[]; nextToken: string | undefined } {
  return pageBy(list, rows, (row) => row.name, limit, token);
}

/** As pageByName, by any key that orders the rows. */
export function pageBy<Row>(
  list: string,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  limit: number,
  token: string | undefined,
  descending = false,
): { rows: Row[]; nextToken: string | undefined } {
  const after = token === undefined ? undefined : openToken(list, token);
  const sign = descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  const behind = after === undefined ? keyed : keyed.filter(({ key }) => sign * compareText(key, after) > 0);
  behind.sort((a, b) => sign * compareText(a.key, b.key));
  const taken = behind.slice(0, limit);
  const more = behind.length > limit;
  return { rows: taken.map(({ row }) => row), nextToken: more ? sealToken(list, taken.at(-1)!.key) : undefined };
}

/** By code unit, which is ASCII order for the names CloudWatch allows in groups. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An opaque token that only the same list accepts. */
export function sealToken(list: string, position: string): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/** The position in a token. Throws InvalidParameterException. */
export function openToken(list: string, token: string): string {
  try {
    const [of, position] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    if (of === list && typeof position === 'string') return position;
  } catch {
    // Not one of ours.
  }
  throw invalidToken();
}
