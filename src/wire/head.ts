// The head of one HTTP request, read once: method, target and headers as they came, in order and with duplicates.
import type { IncomingMessage } from 'node:http';

export interface RequestHead {
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark; '' when there is none. */
  readonly query: string;
  /** Lower-case names, parallel to `values`. */
  readonly names: readonly string[];
  /** Trimmed, otherwise as sent; bytes above 127 are latin-1. */
  readonly values: readonly string[];
}

/** The head of a node:http request. */
export function readHead(request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>): RequestHead {
  return parseHead(request.method ?? 'GET', request.url ?? '/', request.rawHeaders);
}

/** A head out of its parts; `rawHeaders` alternates names and values as in node:http. */
export function parseHead(method: string, url: string, rawHeaders: readonly string[]): RequestHead {
  const target = originForm(url);
  const mark = target.indexOf('?');
  const count = rawHeaders.length >> 1;
  const names = new Array<string>(count);
  const values = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    names[i] = (rawHeaders[2 * i] as string).toLowerCase();
    values[i] = rawHeaders[2 * i + 1] as string;
  }
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    names,
    values,
  };
}

/** Proxies send the absolute form (`GET http://host/path`); the rest of us want the path. */
function originForm(url: string): string {
  if (url.charCodeAt(0) === 47) return url;
  const authority = url.indexOf('://');
  if (authority < 0) return `/${url}`;
  const slash = url.indexOf('/', authority + 3);
  return slash < 0 ? '/' : url.slice(slash);
}

/** The first value of a header, by its lower-case name. */
export function header(head: RequestHead, name: string): string | undefined {
  const index = head.names.indexOf(name);
  return index < 0 ? undefined : head.values[index];
}

/** Every value of a header joined with commas, in the order sent, as signatures see it; undefined when absent. */
export function joinedHeader(head: RequestHead, name: string): string | undefined {
  const first = head.names.indexOf(name);
  if (first < 0) return undefined;
  let joined = canonicalSpaces(head.values[first] as string);
  for (let i = head.names.indexOf(name, first + 1); i >= 0; i = head.names.indexOf(name, i + 1)) {
    joined += `,${canonicalSpaces(head.values[i] as string)}`;
  }
  return joined;
}

function canonicalSpaces(value: string): string {
  // node:http has trimmed it already.
  if (!value.includes('  ') && !value.includes('\t')) return value;
  return value.trim().replace(/\s+/g, ' ');
}

/** The raw value of a query parameter, percent-decoded; undefined when absent. */
export function queryParameter(query: string, name: string): string | undefined {
  if (query === '') return undefined;
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    const key = equals < 0 ? part : part.slice(0, equals);
    if (key === name || percentDecode(key) === name) return equals < 0 ? '' : percentDecode(part.slice(equals + 1));
  }
  return undefined;
}

/** Percent-decoded UTF-8; text that is no valid encoding comes back as it is. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
