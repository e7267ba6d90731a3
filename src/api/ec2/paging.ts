// Lists and their pages. Without MaxResults everything comes at once, as in EC2; tokens are bound to operation, account and region.
import type { Table } from '#model/table.ts';
import { page } from '#store/page.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { invalidParameter, notFound, type ResourceKind } from './errors.ts';
import { isOwn, scopeOf, type Owned } from './scope.ts';

const MAX_RESULTS_LEAST = 5;
const MAX_RESULTS_MOST = 1000;

export interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  readonly NextToken?: string;
}

export interface Listing<Row> {
  readonly operation: string;
  readonly input: PageInput;
  readonly table: Table<Row>;
  readonly where: (row: Row) => boolean;
  /** Only these, all of which must exist. */
  readonly only?: { readonly kind: ResourceKind; readonly ids: readonly string[] | undefined; readonly find?: (id: string) => Row | undefined } | undefined;
}

/** Rows of the caller's account and region, in the order they were made. A page costs what it returns. */
export function listRows<Row extends Owned>(reader: Reader, ctx: ApiContext, listing: Listing<Row>): PageOf<Row> {
  const { table, only } = listing;
  const { limit, after } = pageRequest(listing.operation, ctx, listing.input);
  const wanted = only?.ids === undefined || only.ids.length === 0 ? undefined : wantedRows(reader, ctx, listing, only.kind, only.ids);
  const where = wanted === undefined ? listing.where : (row: Row): boolean => wanted.has(table.key(row)) && listing.where(row);
  const { rows, next } = page(reader, table, 'scope', scopeOf(ctx), { limit, after: after === undefined ? 0 : Number(after), where });
  return { rows, ...(next !== undefined && { NextToken: makeToken(listing.operation, ctx, String(next)) }) };
}

/** A page of things that are no rows of their own, in the order of a key that each has to itself. */
export function pageByKey<T>(operation: string, ctx: ApiContext, input: PageInput, items: readonly T[], key: (item: T) => string): PageOf<T> {
  const { limit, after } = pageRequest(operation, ctx, input);
  const keyed = items.map((item) => ({ item, at: key(item) })).filter(({ at }) => after === undefined || at > after);
  keyed.sort((a, b) => (a.at < b.at ? -1 : 1));
  const rows = keyed.slice(0, limit);
  const last = rows.at(-1);
  return { rows: rows.map(({ item }) => item), ...(keyed.length > limit && last !== undefined && { NextToken: makeToken(operation, ctx, last.at) }) };
}

function wantedRows<Row extends Owned>(reader: Reader, ctx: ApiContext, { table, only }: Listing<Row>, kind: ResourceKind, ids: readonly string[]): Set<string> {
  const find = only?.find ?? ((id: string): Row | undefined => reader.get(table, id));
  const rows = ids.map((id) => ({ id, row: find(id) }));
  const unknown = rows.filter(({ row }) => row === undefined || !isOwn(row, ctx)).map(({ id }) => id);
  if (unknown.length > 0) throw notFound(kind, unknown);
  return new Set(rows.flatMap(({ row }) => (row === undefined ? [] : [table.key(row)])));
}

function pageRequest(operation: string, ctx: ApiContext, { MaxResults, NextToken }: PageInput): { limit: number; after: string | undefined } {
  const after = NextToken === undefined || NextToken === '' ? undefined : openToken(operation, ctx, NextToken);
  if (MaxResults === undefined) return { limit: Infinity, after };
  if (MaxResults < MAX_RESULTS_LEAST) {
    throw invalidParameter(`Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than ${MAX_RESULTS_LEAST}.`);
  }
  if (MaxResults > MAX_RESULTS_MOST) {
    throw invalidParameter(`Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value less than ${MAX_RESULTS_MOST}.`);
  }
  return { limit: MaxResults, after };
}

function makeToken(operation: string, ctx: ApiContext, after: string): string {
  return Buffer.from(JSON.stringify([operation, scopeOf(ctx), after])).toString('base64url');
}

function openToken(operation: string, ctx: ApiContext, token: string): string {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw invalidToken();
  }
  if (!Array.isArray(content) || content[0] !== operation || content[1] !== scopeOf(ctx) || typeof content[2] !== 'string') throw invalidToken();
  return content[2];
}

function invalidToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The token provided is invalid.');
}
