// The canonical request of Signature Version 4: the text both sides hash.
import { hash } from 'node:crypto';
import { joinedHeader, percentDecode, type RequestHead } from '../head.ts';

/** Every byte that RFC 3986 does not leave alone, as %XX. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The path as signatures see it. Services encode it twice (the path as sent is encoded again, dot segments removed);
 * S3 alone takes it as it is (`singleEncoded`).
 */
export function canonicalPath(path: string, singleEncoded: boolean): string {
  if (path === '/' || path === '') return '/';
  if (singleEncoded) return path.split('/').map((segment) => encode(percentDecode(segment))).join('/');
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(encode(segment));
  }
  const trailing = kept.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${kept.join('/')}${trailing}`;
}

/** The query sorted by encoded name, then value; the signature of a presigned request is not part of itself. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = encode(percentDecode(equals < 0 ? part : part.slice(0, equals)));
    if (name === 'X-Amz-Signature') continue;
    pairs.push([name, equals < 0 ? '' : encode(percentDecode(part.slice(equals + 1)))]);
  }
  pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

/** `name:value\n` for each signed header, in the order of `signedHeaders`; undefined when one is not in the request. */
export function canonicalHeaders(head: RequestHead, signedHeaders: string): string | undefined {
  let text = '';
  let start = 0;
  while (start <= signedHeaders.length) {
    let end = signedHeaders.indexOf(';', start);
    if (end < 0) end = signedHeaders.length;
    const name = signedHeaders.slice(start, end);
    const value = joinedHeader(head, name);
    if (value === undefined) return undefined;
    text += `${name}:${value}\n`;
    start = end + 1;
  }
  return text;
}

export interface CanonicalInput {
  readonly head: RequestHead;
  readonly signedHeaders: string;
  /** Hex SHA-256 of the body, or the literal that stands for it. */
  readonly payloadHash: string;
  readonly singleEncodedPath: boolean;
}

/** The canonical request; undefined when a signed header is missing. */
export function canonicalRequest(input: CanonicalInput): string | undefined {
  const { head, signedHeaders } = input;
  const headers = canonicalHeaders(head, signedHeaders);
  if (headers === undefined) return undefined;
  return `${head.method}\n${canonicalPath(head.path, input.singleEncodedPath)}\n${canonicalQuery(head.query)}\n${headers}\n${signedHeaders}\n${input.payloadHash}`;
}

/** Hex SHA-256 of text whose characters above 127 are latin-1 bytes, as node:http hands headers out. */
export function hashText(text: string): string {
  // As many bytes in UTF-8 as characters: plain ASCII, which needs no buffer of its own.
  return Buffer.byteLength(text) === text.length ? hash('sha256', text, 'hex') : hash('sha256', Buffer.from(text, 'latin1'), 'hex');
}
