// A signed request with one byte changed, in each place where a change must be noticed.
import assert from 'node:assert/strict';
import type { Random } from '#base/random.ts';
import type { Signed } from './signed-request.ts';

export type Place = 'method' | 'path' | 'query' | 'signed header' | 'date' | 'scope' | 'signature' | 'body';

export interface Mutant {
  readonly place: Place;
  readonly request: Signed;
}

/** One byte changed, in a place that the request has and that chance picks. */
export function mutate(request: Signed, random: Random): Mutant {
  const places = placesOf(request);
  const [place, change] = places[below(random, places.length)]!;
  return { place, request: change(random) };
}

type Change = (random: Random) => Signed;

function placesOf(request: Signed): [Place, Change][] {
  const places: [Place, Change][] = [['method', () => ({ ...request, method: request.method === 'PATCH' ? 'POST' : `${request.method.slice(0, -1)}${request.method.endsWith('X') ? 'Y' : 'X'}` })]];
  const mark = request.url.indexOf('?');
  const [path, query] = mark < 0 ? [request.url, ''] : [request.url.slice(0, mark), request.url.slice(mark + 1)];
  places.push(['path', (random) => ({ ...request, url: request.url.replace(path, changeByte(path, random) ?? `${path}a`) })]);
  if (query !== '') places.push(['query', (random) => ({ ...request, url: `${path}?${changeByte(query, random) ?? `${query}a`}` })]);
  for (const [name, place] of [['X-Amz-Date', 'date'], ['X-Amz-Credential', 'scope'], ['X-Amz-Signature', 'signature']] as const) {
    const value = new RegExp(`[?&]${name}=([^&]*)`).exec(request.url)?.[1];
    if (value !== undefined) places.push([place, (random) => ({ ...request, url: request.url.replace(`${name}=${value}`, `${name}=${changeByte(value, random)}`) })]);
  }
  const signedNames = signedHeaders(request);
  for (const [index, [name, value]] of request.headers.entries()) {
    const lower = name.toLowerCase();
    const replaced = (next: string): Signed => ({ ...request, headers: request.headers.map((pair, i) => (i === index ? [name, next] : pair)) });
    if (lower === 'authorization') {
      for (const [part, place] of [['Credential', 'scope'], ['SignedHeaders', 'signed header'], ['Signature', 'signature']] as const) {
        const own = new RegExp(`${part}=([^, ]*)`).exec(value)?.[1];
        if (own !== undefined) places.push([place, (random) => replaced(value.replace(`${part}=${own}`, `${part}=${changeByte(own, random)}`))]);
      }
      places.push(['signature', (random) => replaced(changeByte(value, random) as string)]);
    } else if (signedNames.has(lower)) {
      places.push([lower === 'x-amz-date' || lower === 'date' ? 'date' : 'signed header', (random) => replaced(changeByte(value, random) ?? `${value}a`)]);
    }
  }
  // The body of a presigned S3 request is nobody's promise.
  if (request.kind !== 's3-query') places.push(['body', (random) => ({ ...request, body: changeBody(request.body, random) })]);
  return places;
}

function signedHeaders(request: Signed): Set<string> {
  const authorization = request.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  const list = authorization === undefined ? /X-Amz-SignedHeaders=([^&]*)/.exec(request.url)?.[1] : /SignedHeaders=([^,]*)/.exec(authorization)?.[1];
  const names = new Set(decodeURIComponent(list ?? '').split(';'));
  assert.ok(names.has('host'));
  return names;
}

function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

/** Another letter or digit in place of one; case alone does not count, percent-encoding does not know it. */
function changeByte(text: string, random: Random): string | undefined {
  const places = [...text.matchAll(/[A-Za-z0-9]/g)].map((match) => match.index);
  if (places.length === 0) return undefined;
  const at = places[below(random, places.length)] as number;
  const old = (text[at] as string).toLowerCase();
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'].filter((letter) => letter !== old);
  return text.slice(0, at) + letters[below(random, letters.length)] + text.slice(at + 1);
}

function changeBody(body: string, random: Random): string {
  const bytes = Buffer.from(body, 'base64');
  if (bytes.length === 0) return Buffer.from('x').toString('base64');
  const at = below(random, bytes.length);
  bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
  return bytes.toString('base64');
}
