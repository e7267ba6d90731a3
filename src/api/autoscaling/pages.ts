// Lists and their pages, by NextToken and MaxRecords.
import type { ApiContext } from '../context.ts';
import { AwsError } from '#wire/aws-error.ts';
import { validationError } from './errors.ts';
import { scopeOf } from './find.ts';

export interface PageInput {
  readonly NextToken?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  readonly NextToken?: string;
}

const PAGE_MAX = 100;

/** The rows from the token on. A token belongs to one operation, account and region. */
export function pageOf<Row>(operation: string, ctx: ApiContext, input: PageInput, rows: readonly Row[], key: (row: Row) => string): PageOf<Row> {
  const size = input.MaxRecords ?? PAGE_MAX;
  if (!Number.isInteger(size) || size < 1 || size > PAGE_MAX) throw validationError(`Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must be between 1 and ${PAGE_MAX}`);
  const token = (row: Row): string => Buffer.from(JSON.stringify([operation, scopeOf(ctx), key(row)])).toString('base64url');
  const from = input.NextToken === undefined ? 0 : rows.findIndex((row) => token(row) === input.NextToken) + 1;
  if (input.NextToken !== undefined && from === 0) throw new AwsError('InvalidNextToken', 'The token provided is invalid.');
  const shown = rows.slice(from, from + size);
  const last = shown.at(-1);
  return { rows: shown, ...(last !== undefined && from + size < rows.length ? { NextToken: token(last) } : {}) };
}
