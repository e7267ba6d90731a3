// A page of a bucket's listing: keys below a prefix, those with a delimiter behind it rolled up. Source: ListObjectsV2, S3's API reference.

export interface ListQuery {
  readonly prefix: string;
  /** '' = none. */
  readonly delimiter: string;
  /** Keys and rolled-up prefixes up to here are left out; '' = none. */
  readonly after: string;
  readonly maxKeys: number;
}

export interface ListedKeys {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** The last key or prefix of the page when there are more behind it. */
  readonly next: string | undefined;
}

/** Behind every key that begins with what stands before it. */
const LAST = '\u{10FFFF}';

/** @param keysFrom keys in order, from the first that is not before `start` */
export function listKeys(keysFrom: (start: string) => Iterable<string>, { prefix, delimiter, after, maxKeys }: ListQuery): ListedKeys {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let start = compareKeys(after, prefix) > 0 ? after : prefix;
  const page = (more: boolean): ListedKeys => ({ keys, prefixes, next: more ? last : undefined });
  if (maxKeys === 0) return page(false);
  for (;;) {
    let skipTo: string | undefined;
    for (const key of keysFrom(start)) {
      if (!key.startsWith(prefix)) return page(false);
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const item = cut < 0 ? key : key.slice(0, cut + delimiter.length);
      if (cut >= 0) skipTo = item + LAST;
      if (after === '' || compareKeys(item, after) > 0) {
        if (keys.length + prefixes.length === maxKeys) return page(true);
        (cut < 0 ? keys : prefixes).push(item);
        last = item;
      }
      // All that rolls up into the same prefix is stepped over, however much it is.
      if (skipTo !== undefined) break;
    }
    if (skipTo === undefined) return page(false);
    start = skipTo;
  }
}

/** The order of keys: of their UTF-8 bytes, which is that of code points, not of JavaScript's UTF-16 units. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
