// Pages of lists: maxResults, and tokens that clients cannot take apart. A token is bound to the list it came from.
import { invalidParameter } from './errors.ts';

const MAX_PAGE = 100;

export interface PageRequest {
  readonly limit: number;
  /** What the last page's `token` was made of; undefined at the start. */
  readonly after: string | undefined;
}

/**
 * @param list names the operation and everything that decides which rows are listed, so that a token of another list is refused
 * @param max largest maxResults, and the default
 */
export function pageRequest(
  list: string,
  input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
  max = MAX_PAGE,
): PageRequest {
  const { maxResults, nextToken } = input;
  if (maxResults !== undefined && (maxResults < 1 || maxResults > max)) {
    throw invalidParameter(`maxResults should be between 1 and ${max}`);
  }
  return { limit: maxResults ?? max, after: nextToken === undefined ? undefined : openToken(list, nextToken) };
}

/** As pageRequest for lists by store position. */
export function positionRequest(list: string, input: Parameters<typeof pageRequest>[1], max = MAX_PAGE): { limit: number; after: number } {
  const { limit, after } = pageRequest(list, input, max);
  const position = after === undefined ? 0 : Number(after);
  if (!Number.isSafeInteger(position) || position < 0) throw invalidToken();
  return { limit, after: position };
}

/** `{ nextToken }` that continues behind `last`, or nothing when the list is at its end. */
export function nextToken(list: string, last: string | number | undefined): { nextToken?: string } {
  if (last === undefined) return {};
  return { nextToken: Buffer.from(JSON.stringify([list, String(last)])).toString('base64url') };
}

function openToken(list: string, token: string): string {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw invalidToken();
  }
  if (!Array.isArray(content) || content[0] !== list || typeof content[1] !== 'string') throw invalidToken();
  return content[1];
}

function invalidToken(): Error {
  return invalidParameter('Invalid token.');
}
