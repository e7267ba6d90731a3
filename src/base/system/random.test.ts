// The pooled source: every piece is new, of the length asked for, and evenly spread.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSystemRandom } from './random.ts';

test('pieces are of the length asked for and never the same', () => {
  const random = openSystemRandom();
  const seen = new Set<string>();
  for (let i = 0; i < 5_000; i++) seen.add(random.bytes(16).toHex());
  assert.equal(seen.size, 5_000);
  for (const length of [0, 1, 17, 256, 257, 10_000]) assert.equal(random.bytes(length).length, length);
});

test('a piece that was handed out does not change when more is asked for', () => {
  const random = openSystemRandom();
  const first = random.bytes(32);
  const text = first.toHex();
  for (let i = 0; i < 1_000; i++) random.bytes(32);
  assert.equal(first.toHex(), text);
});

test('numbers fill the interval from 0 to 1', () => {
  const random = openSystemRandom();
  const numbers = Array.from({ length: 4_000 }, () => random.next());
  assert.ok(numbers.every((n) => n >= 0 && n < 1));
  for (let tenth = 0; tenth < 10; tenth++) assert.ok(numbers.filter((n) => Math.floor(n * 10) === tenth).length > 200);
});
