// A bucket against a sorted set.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bucket } from './bucket.ts';
import type { Entry } from './entry.ts';

function entryAt(position: number): Entry {
  return { position, row: position };
}

function positions(bucket: Bucket, from = 0): number[] {
  const out: number[] = [];
  const place = bucket.seek(from);
  for (let entry = bucket.at(place); entry !== undefined; place.slot++, entry = bucket.at(place)) out.push(entry.position);
  return out;
}

test('a bucket holds what a sorted set would, whatever the order of adding and removing', () => {
  const operation = fc.record({ position: fc.integer({ min: 1, max: 3000 }), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 4000, size: 'max' }), fc.integer({ min: 0, max: 3001 }), (operations, from) => {
      const entries = new Map<number, Entry>([[1500, entryAt(1500)]]);
      const bucket = new Bucket(entries.get(1500)!);
      const model = new Set([1500]);
      for (const { position, remove } of operations) {
        const entry = entries.get(position) ?? entryAt(position);
        entries.set(position, entry);
        if (remove) bucket.remove(entry);
        else bucket.add(entry);
        if (remove) model.delete(position);
        else model.add(position);
      }
      const expected = [...model].sort((a, b) => a - b);
      assert.equal(bucket.size, expected.length);
      assert.deepEqual(positions(bucket), expected);
      assert.deepEqual(positions(bucket, from), expected.filter((position) => position >= from));
    }),
    { numRuns: 60 },
  );
});

test('a bucket grows through many chunks in both directions', () => {
  const bucket = new Bucket(entryAt(10_000));
  for (let position = 10_001; position <= 15_000; position++) bucket.add(entryAt(position));
  for (let position = 9_999; position > 5_000; position--) bucket.add(entryAt(position));
  assert.deepEqual(positions(bucket), Array.from({ length: 10_000 }, (_, i) => 5_001 + i));
  assert.deepEqual(positions(bucket, 14_998), [14_998, 14_999, 15_000]);
});
