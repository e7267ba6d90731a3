// Lists and their pages, by Marker and PageSize.
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { scopeOf } from './find.ts';
import type { Shape } from './shapes.ts';

export interface PageInput {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  readonly NextMarker?: string;
}

const PAGE_MAX = 400;

/** The rows from the marker on. A marker belongs to one operation, account and region. */
export function pageOf<Row>(operation: string, ctx: ApiContext, input: Shape<PageInput>, rows: readonly Row[], key: (row: Row) => string): PageOf<Row> {
  const size = input.PageSize ?? PAGE_MAX;
  if (!Number.isInteger(size) || size < 1 || size > PAGE_MAX) throw validationError(`Page size '${size}' must be between '1' and '${PAGE_MAX}'`);
  const from = input.Marker === undefined ? 0 : rows.findIndex((row) => marker(operation, ctx, key(row)) === input.Marker) + 1;
  if (input.Marker !== undefined && from === 0) throw validationError('Invalid marker');
  const shown = rows.slice(from, from + size);
  const last = shown.at(-1);
  return { rows: shown, ...(last !== undefined && from + size < rows.length ? { NextMarker: marker(operation, ctx, key(last)) } : {}) };
}

function marker(operation: string, ctx: ApiContext, after: string): string {
  return Buffer.from(JSON.stringify([operation, scopeOf(ctx), after])).toString('base64url');
}
