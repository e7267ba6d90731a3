// Ranges, conditions, listings, names and combined checksums of objects.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { isBucketName } from './bucket-name.ts';
import { combineCrcs } from './combine-crc.ts';
import { judgeRead, judgeWrite } from './conditions.ts';
import { compareKeys, listKeys, type ListQuery } from './list-keys.ts';
import { parseRange } from './range.ts';

test('ranges: from, to, the last bytes, behind the end, and what is none', () => {
  assert.deepEqual(parseRange('bytes=0-3', 10), { first: 0, last: 3 });
  assert.deepEqual(parseRange('bytes=5-', 10), { first: 5, last: 9 });
  assert.deepEqual(parseRange('bytes=5-100', 10), { first: 5, last: 9 });
  assert.deepEqual(parseRange('bytes=-3', 10), { first: 7, last: 9 });
  assert.deepEqual(parseRange('bytes=-30', 10), { first: 0, last: 9 });
  for (const text of ['bytes=10-', 'bytes=-0', 'bytes=11-12']) assert.equal(parseRange(text, 10), 'unsatisfiable', text);
  assert.equal(parseRange('bytes=0-0', 0), 'unsatisfiable');
  for (const text of [undefined, 'bytes=3-1', 'bytes=-', 'items=0-1', 'bytes=0-1,3-4', 'bytes=a-b']) assert.equal(parseRange(text, 10), undefined, String(text));
});

test('conditions: the first pair of each kind decides', () => {
  const version = { etag: 'abc', modifiedAt: 10_500 };
  assert.equal(judgeRead({}, version), 'ok');
  assert.equal(judgeRead({ ifMatch: '"abc"', ifUnmodifiedSinceMs: 0 }, version), 'ok');
  assert.equal(judgeRead({ ifMatch: '"x", "y"' }, version), 'failed');
  assert.equal(judgeRead({ ifUnmodifiedSinceMs: 10_000 }, version), 'ok');
  assert.equal(judgeRead({ ifUnmodifiedSinceMs: 9_999 }, version), 'failed');
  assert.equal(judgeRead({ ifNoneMatch: '"abc"' }, version), 'notModified');
  assert.equal(judgeRead({ ifNoneMatch: '"x"', ifModifiedSinceMs: 20_000 }, version), 'ok');
  assert.equal(judgeRead({ ifModifiedSinceMs: 10_000 }, version), 'notModified');
  assert.deepEqual([judgeWrite({ ifNoneMatch: '*' }, undefined), judgeWrite({ ifNoneMatch: '*' }, version)], ['ok', 'failed']);
  assert.deepEqual([judgeWrite({ ifMatch: 'abc' }, version), judgeWrite({ ifMatch: 'x' }, version), judgeWrite({ ifMatch: 'abc' }, undefined)], ['ok', 'failed', 'absent']);
});

test('names of buckets', () => {
  for (const name of ['abc', 'my-bucket.logs', '0a0', 'a'.repeat(63)]) assert.ok(isBucketName(name), name);
  for (const name of ['ab', 'a'.repeat(64), 'Abc', '-ab', 'ab-', 'a..b', '192.168.5.4', 'xn--ab', 'ab_c', 'x-s3alias', 'a/b', '']) assert.ok(!isBucketName(name), name);
});

const sorted = (keys: readonly string[]): string[] => [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

test('keys are in the order of their bytes', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
    assert.equal(Math.sign(compareKeys(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }));
});

test('pages of a listing give every key or its rolled-up prefix once, in order, whatever the size of a page', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u{1F600}'), minLength: 1, maxLength: 6 });
  fc.assert(fc.property(fc.array(key, { maxLength: 40 }), fc.string({ unit: fc.constantFrom('a', '/'), maxLength: 2 }), fc.constantFrom('', '/'), fc.integer({ min: 1, max: 5 }), (given, prefix, delimiter, maxKeys) => {
    const all = sorted(given);
    const keysFrom = (start: string): string[] => all.filter((one) => compareKeys(one, start) >= 0);
    const expected = sorted(all.filter((one) => one.startsWith(prefix)).map((one) => {
      const cut = delimiter === '' ? -1 : one.indexOf(delimiter, prefix.length);
      return cut < 0 ? one : one.slice(0, cut + 1);
    }));
    const seen: string[] = [];
    const query: ListQuery = { prefix, delimiter, after: '', maxKeys };
    for (let after: string | undefined = ''; after !== undefined;) {
      const page = listKeys(keysFrom, { ...query, after });
      assert.ok(page.keys.length + page.prefixes.length <= maxKeys);
      seen.push(...sorted([...page.keys, ...page.prefixes]));
      after = page.next;
    }
    assert.deepEqual(seen, expected);
  }));
});

test('the CRC of the whole follows from those of the parts', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 5 }), (parts) => {
    const whole = BigInt(crc32(Buffer.concat(parts)));
    assert.equal(combineCrcs('CRC32', parts.map((part) => ({ crc: BigInt(crc32(part)), sizeBytes: part.length }))), whole);
  }));
});
