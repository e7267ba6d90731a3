// Sharing changes no value, only who holds it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RowSharer } from './share-rows.ts';

test('rows are equal to what they were', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      const sharer = new RowSharer();
      const rows = values.map((value) => ({ a: value, b: [value], c: { d: value } }));
      const texts = rows.map((row) => JSON.stringify(row));
      assert.deepEqual(rows.map((row) => JSON.stringify(sharer.share(JSON.parse(JSON.stringify(row))))), texts);
    }),
  );
});

test('equal members are one, unequal ones stay apart', () => {
  const sharer = new RowSharer();
  const make = (cpu: unknown, name: string): any => sharer.share(JSON.parse(JSON.stringify({ reserved: { cpu, ports: [] }, tags: [{ name }] })));
  const [a, b, c, d] = [make(1, 'x'), make(1, 'x'), make('1', 'x'), make(1, 'y')];
  assert.equal(a.reserved, b.reserved);
  assert.equal(a.tags, b.tags);
  assert.notEqual(a.reserved, c.reserved);
  assert.equal(c.reserved.cpu, '1');
  assert.notEqual(a.tags, d.tags);
  assert.equal(d.reserved, a.reserved);
});

test('lists that differ in where their parts end stay apart', () => {
  const sharer = new RowSharer();
  const share = (value: unknown): any => sharer.share({ value: JSON.parse(JSON.stringify(value)) });
  const values = [[['a'], 'b'], [['a', 'b']], [[['a', 'b']]], [{ a: 'b' }], [{ a: 'b' }, 'c'], [null, 'null'], ['null', null], [1, '1'], ['1', 1], [true], ['true'], [], {}, [[]], [{}]];
  assert.deepEqual(values.map((value) => share(value).value), values);
});

test('names that look like the end of another member keep objects apart', () => {
  const sharer = new RowSharer();
  const values = [{ a: 'x', b: 'y' }, { 'a:1,b': 'y' }, { 'a:1,1:b': 'y' }, { '1:a:1,1:b': 'y' }, { a: 'x', 'b:1,': 'y' }];
  for (let round = 0; round < 2; round++) for (const value of values) assert.deepEqual(sharer.share({ labels: structuredClone(value) }), { labels: value });
});

test('members that are never the same are given up', () => {
  const sharer = new RowSharer();
  for (let i = 0; i < 10_000; i++) assert.deepEqual(sharer.share({ id: `id-${i}`, kind: { of: 'task' } }), { id: `id-${i}`, kind: { of: 'task' } });
});
