// Pages of lists: maxResults, and tokens that clients cannot take apart. A token is bound to the list it came from.
import { invalidAt, invalidParameter } from './errors.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;

export interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface PageRequest {
  readonly limit: number;
  /** What the last page's token was made of; undefined at the start. */
  readonly after: string | undefined;
}

/**
 * @param list names the operation and everything that decides which rows are listed, so that a token of another list is refused
 */
export function pageRequest(list: string, { maxResults, nextToken }: PageInput, limits = { standard: DEFAULT_PAGE, max: MAX_PAGE }): PageRequest {
  if (maxResults !== undefined && maxResults < 1) throw invalidAt('maxResults', 'must have value greater than or equal to 1');
  if (maxResults !== undefined && maxResults > limits.max) throw invalidAt('maxResults', `must have value less than or equal to ${limits.max}`);
  return { limit: maxResults ?? limits.standard, after: nextToken === undefined ? undefined : openToken(list, nextToken) };
}

/** A page of items that have a stable key each; they are put in its order first. */
export function pageByKey<T>(list: string, input: PageInput, items: readonly T[], key: (item: T) => string, limits?: { standard: number; max: number }): { items: T[]; nextToken?: string } {
  const { limit, after } = pageRequest(list, input, limits);
  const keyed = items.map((item) => ({ item, at: key(item) })).filter(({ at }) => after === undefined || at > after);
  keyed.sort((a, b) => (a.at < b.at ? -1 : 1));
  const page = keyed.slice(0, limit);
  return { items: page.map(({ item }) => item), ...(keyed.length > limit && nextToken(list, page.at(-1)?.at)) };
}

/** `{ nextToken }` that continues behind `last`, or nothing when the list is at its end. */
export function nextToken(list: string, last: string | number | undefined): { nextToken?: string } {
  if (last === undefined) return {};
  return { nextToken: Buffer.from(JSON.stringify([list, String(last)])).toString('base64url') };
}

/** Paging makes no sense with explicit ids. */
export function refusePaging(other: string, { maxResults, nextToken: token }: PageInput): void {
  if (maxResults !== undefined) throw invalidAt('maxResults', `must be null when ${other} is specified`);
  if (token !== undefined) throw invalidAt('nextToken', `must be null when ${other} is specified`);
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
  return invalidParameter('Invalid parameter: NextToken is invalid.');
}
