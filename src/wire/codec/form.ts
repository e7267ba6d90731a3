// `application/x-www-form-urlencoded`: the parameters of the query protocols, from the URL and the body alike.
import { isUtf8 } from 'node:buffer';
import { UnreadableInput } from './unreadable-input.ts';

/** Names to values, the first of each name winning. Throws UnreadableInput on bad percent-encoding. */
export function parseForm(query: string, body: Buffer): Map<string, string> {
  const out = new Map<string, string>();
  if (query !== '') addPairs(out, query);
  if (body.length > 0) {
    if (!isUtf8(body)) throw new UnreadableInput('The request body is not valid UTF-8.');
    addPairs(out, body.toString('utf8'));
  }
  return out;
}

function addPairs(out: Map<string, string>, text: string): void {
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    if (end > start) {
      let equals = text.indexOf('=', start);
      if (equals < 0 || equals > end) equals = end;
      const name = decode(text.slice(start, equals));
      if (!out.has(name)) out.set(name, decode(text.slice(equals + 1, Math.max(end, equals + 1))));
    }
    start = end + 1;
  }
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new UnreadableInput('The request contains a parameter that is not correctly percent-encoded.');
  }
}
