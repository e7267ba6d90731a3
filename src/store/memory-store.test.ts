// The store against the simplest thing that could be right: a list, searched from the start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { silentLogger, type Logger } from '#base/logger.ts';
import { table } from '#model/table.ts';
import { changesOf } from './changes.ts';
import { StoreFailedError } from './errors.ts';
import { memoryDisk, memoryJournal } from './journal/memory-journal.ts';
import { openStore } from './memory-store.ts';
import { page } from './page.ts';
import type { Commit, Reader, Store, Transaction } from './store.ts';

interface Thing {
  readonly id: string;
  readonly group?: string;
  readonly labels: readonly string[];
  readonly n: number;
}

const things = table<Thing>('things', (row) => row.id, { group: (row) => row.group, label: (row) => row.labels });
const GROUPS = ['a', 'b'];
const LABELS = ['x', 'y', 'z'];

function open(disk = memoryDisk(), log: Logger = silentLogger): Promise<Store> {
  return openStore({ journal: memoryJournal(disk), tables: [things], log, freezeRows: true });
}

function thing(id: string, group?: string, labels: string[] = [], n = 0): Thing {
  return group === undefined ? { id, labels, n } : { id, group, labels, n };
}

function ids(rows: Iterable<Thing>): string[] {
  return Array.from(rows, (row) => row.id);
}

/** The whole of a table as plain data, to be compared. */
function seen(reader: Reader): unknown {
  return {
    all: [...reader.all(things)],
    size: reader.size(things),
    groups: GROUPS.map((group) => [[...reader.by(things, 'group', group)], reader.count(things, 'group', group)]),
    labels: LABELS.map((label) => [[...reader.by(things, 'label', label)], reader.count(things, 'label', label)]),
  };
}

// The same from the simplest thing that could be right: a list, searched from the start.
function expected(model: readonly Thing[]): unknown {
  const where = (accept: (row: Thing) => boolean): unknown => [model.filter(accept), model.filter(accept).length];
  return {
    all: [...model],
    size: model.length,
    groups: GROUPS.map((group) => where((row) => row.group === group)),
    labels: LABELS.map((label) => where((row) => row.labels.includes(label))),
  };
}

/** The model after one write: replacing keeps the place; `places` remembers those of rows deleted in this transaction. */
function applied(model: readonly Thing[], places: Map<string, number>, write: Write): Thing[] {
  const at = model.findIndex((row) => row.id === write.id);
  if (write.delete) return model.filter((row) => row.id !== write.id);
  if (at !== -1) return model.with(at, write.row);
  if (!places.has(write.id)) places.set(write.id, Math.max(0, ...places.values()) + 1);
  const out = [...model, write.row];
  return out.sort((a, b) => places.get(a.id)! - places.get(b.id)!);
}

interface Write {
  readonly id: string;
  readonly delete: boolean;
  readonly row: Thing;
}

const someId = fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6');
const someWrite: fc.Arbitrary<Write> = fc
  .record({
    id: someId,
    delete: fc.boolean(),
    group: fc.option(fc.constantFrom(...GROUPS), { nil: undefined }),
    labels: fc.array(fc.constantFrom(...LABELS), { maxLength: 3 }),
    n: fc.nat(3),
  })
  .map(({ id, group, labels, n, ...rest }) => ({ id, delete: rest.delete, row: thing(id, group, labels, n) }));
const someTransaction = fc.record({ writes: fc.array(someWrite, { maxLength: 8 }), fails: fc.boolean() });

test('a store behaves as a list would: own writes are read, a throw undoes everything, order is that of first puts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someTransaction, { maxLength: 15 }), async (transactions) => {
      const disk = memoryDisk();
      const store = await open(disk);
      let model: readonly Thing[] = [];
      let places = new Map<string, number>();
      for (const { writes, fails } of transactions) {
        let draft = model;
        const draftPlaces = new Map(places);
        const run = (): void =>
          store.transact((tx) => {
            for (const write of writes) {
              if (write.delete) tx.delete(things, write.id);
              else tx.put(things, write.row);
              draft = applied(draft, draftPlaces, write);
              assert.deepEqual(seen(tx), expected(draft));
            }
            if (fails) throw new RangeError('on purpose');
          });
        if (fails) assert.throws(run, RangeError);
        else run();
        if (!fails) model = draft;
        // What did not survive the transaction has lost its place for good.
        if (!fails) places = new Map([...draftPlaces].filter(([id]) => draft.some((row) => row.id === id)));
        assert.deepEqual(seen(store), expected(model));
      }
      await store.close();
      const again = await open(disk);
      assert.deepEqual(seen(again), expected(model), 'the same after a restart');
    }),
    { numRuns: 300 },
  );
});

test('watch gives exactly the difference each transaction made, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someTransaction, { maxLength: 15 }), async (transactions) => {
      const store = await open();
      const commits: Commit[] = [];
      store.watch((commit) => commits.push(commit));
      for (const { writes, fails } of transactions) {
        const before = new Map([...store.all(things)].map((row) => [row.id, row]));
        commits.length = 0;
        const revision = store.revision;
        try {
          store.transact((tx) => {
            for (const write of writes) {
              if (write.delete) tx.delete(things, write.id);
              else tx.put(things, write.row);
            }
            if (fails) throw new RangeError('on purpose');
          });
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
        const after = new Map([...store.all(things)].map((row) => [row.id, row]));
        const differing = [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));
        const changes = commits.flatMap((commit) => changesOf(commit, things));
        assert.equal(commits.length, differing.length === 0 ? 0 : 1);
        assert.equal(store.revision, revision + commits.length);
        assert.deepEqual(changes.map((change) => change.key).sort(), differing.sort());
        for (const change of changes) {
          assert.equal(change.before, before.get(change.key));
          assert.equal(change.after, after.get(change.key));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('pages give every row that lives through the listing once, in order, whatever happens between them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.array(someWrite, { maxLength: 4 }), { minLength: 12, maxLength: 12 }),
      async (limit, between) => {
        const store = await open();
        store.transact((tx) => {
          for (let n = 1; n <= 10; n++) tx.put(things, thing(`k${n}`, 'a', [], n));
        });
        const living = new Set(ids(store.by(things, 'group', 'a')));
        const got: string[] = [];
        let after: number | undefined = 0;
        for (let turn = 0; after !== undefined; turn++) {
          const result: { rows: Thing[]; next: number | undefined } = page(store, things, 'group', 'a', { limit, after });
          assert.ok(result.rows.length <= limit);
          got.push(...ids(result.rows));
          after = result.next;
          store.transact((tx) => {
            for (const write of between[turn] ?? []) {
              if (write.delete) tx.delete(things, write.id);
              else tx.put(things, write.row);
              if (write.delete || write.row.group !== 'a') living.delete(write.id);
            }
          });
        }
        const order = ids(store.all(things));
        const stable = got.filter((id) => living.has(id));
        assert.deepEqual(stable, order.filter((id) => living.has(id)));
      },
    ),
    { numRuns: 200 },
  );
});

test('an iteration goes on while its rows are written: each row once, as it is when reached, none first put meanwhile', async () => {
  const store = await open();
  store.transact((tx) => {
    for (let n = 1; n <= 6; n++) tx.put(things, thing(`k${n}`, 'a', [], n));
    tx.put(things, thing('other', 'b'));
    const reached: Thing[] = [];
    for (const row of tx.by(things, 'group', 'a')) {
      reached.push(row);
      tx.put(things, { ...row, group: 'b' });
      tx.put(things, thing(`new-${row.id}`, 'a'));
      if (row.id === 'k1') tx.delete(things, 'k2');
      if (row.id === 'k3') tx.put(things, thing('k5', 'a', [], 55));
      if (row.id === 'k4') tx.put(things, thing('other', 'a'));
    }
    assert.deepEqual(reached.map((row) => [row.id, row.n]), [['k1', 1], ['k3', 3], ['k4', 4], ['k5', 55], ['k6', 6], ['other', 0]]);
    assert.deepEqual(ids(tx.by(things, 'group', 'b')), ['k1', 'k3', 'k4', 'k5', 'k6', 'other']);
    assert.equal(tx.count(things, 'group', 'a'), 6);
    for (const row of tx.all(things)) tx.put(things, thing(`more-${row.id}`));
    assert.equal(tx.size(things), 24);
  });
});

test('a position stays with its row until it is deleted, and is never used again, not even after a restart', async () => {
  const disk = memoryDisk();
  const store = await open(disk);
  store.transact((tx) => ['k1', 'k2', 'k3'].forEach((id) => tx.put(things, thing(id))));
  const position = store.position(things, 'k2');
  store.transact((tx) => tx.put(things, thing('k2', 'a')));
  assert.equal(store.position(things, 'k2'), position);
  const last = store.position(things, 'k3')!;
  store.transact((tx) => tx.delete(things, 'k3'));
  assert.equal(store.position(things, 'k3'), undefined);
  await store.close();
  const again = await open(disk);
  assert.equal(again.position(things, 'k2'), position);
  again.transact((tx) => tx.put(things, thing('k3')));
  assert.ok(again.position(things, 'k3')! > last);
});

test('durable waits for exactly its revision', async () => {
  const journal = memoryJournal(memoryDisk(), 'by-hand');
  const store = await openStore({ journal, tables: [things], log: silentLogger });
  await store.durable();
  for (const id of ['k1', 'k2', 'k3']) store.transact((tx) => tx.put(things, thing(id)));
  const reached: string[] = [];
  const first = store.durable(1).then(() => reached.push('first'));
  const all = store.durable().then(() => reached.push('all'));
  journal.flush(2);
  await first;
  assert.deepEqual(reached, ['first']);
  journal.flush();
  await all;
  await store.durable(3);
  assert.throws(() => store.durable(4), /does not exist/);
});

test('when the journal fails, waiters are refused, what was durable stays so, and no further change is accepted', async () => {
  const journal = memoryJournal(memoryDisk(), 'by-hand');
  const store = await openStore({ journal, tables: [things], log: silentLogger });
  store.transact((tx) => tx.put(things, thing('k1')));
  journal.flush();
  store.transact((tx) => tx.put(things, thing('k2')));
  const waiting = assert.rejects(store.durable(), (error: Error) => error instanceof StoreFailedError && /disk is full/.test(error.message));
  journal.fail(new Error('disk is full'));
  await waiting;
  await store.durable(1);
  await assert.rejects(store.durable(), StoreFailedError);
  assert.throws(() => store.transact(() => {}), StoreFailedError);
  assert.equal(store.get(things, 'k2')?.id, 'k2', 'reads go on');
});

test('a crash loses what was not durable and nothing else', async () => {
  const disk = memoryDisk();
  const journal = memoryJournal(disk, 'by-hand');
  const store = await openStore({ journal, tables: [things], log: silentLogger });
  store.transact((tx) => tx.put(things, thing('k1')));
  store.transact((tx) => tx.put(things, thing('k2')));
  journal.flush(1);
  journal.crash();
  const again = await open(disk);
  assert.deepEqual(ids(again.all(things)), ['k1']);
  assert.equal(again.revision, 1);
});

test('a transaction cannot be nested, begun by a watcher, asynchronous, or used afterwards', async () => {
  const errors: string[] = [];
  const log: Logger = { ...silentLogger, error: (_message, fields) => errors.push(String(fields?.['error'])) };
  const store = await open(memoryDisk(), log);
  assert.throws(() => store.transact(() => store.transact(() => {})), /inside another transaction/);
  assert.throws(() => store.transact(async (tx) => tx.put(things, thing('k1'))), /must be synchronous/);
  assert.equal(store.size(things), 0);
  const kept: Transaction[] = [];
  store.transact((tx) => kept.push(tx));
  assert.throws(() => kept[0]!.put(things, thing('k1')), /is over/);
  const told: number[] = [];
  store.watch(() => store.transact(() => {}));
  store.watch((commit) => told.push(commit.revision));
  store.transact((tx) => tx.put(things, thing('k1')));
  assert.match(errors[0] ?? '', /inside a watch/);
  assert.deepEqual(told, [1], 'the other watchers are told all the same');
});

test('rows are frozen deeply, and refused when JSON would lose something of them', async () => {
  const store = await open();
  const row = thing('k1', 'a', ['x']);
  store.transact((tx) => tx.put(things, row));
  assert.throws(() => (row.labels as string[]).push('y'), TypeError);
  const odd = { ...thing('k2'), at: new Date(0) } as unknown as Thing;
  assert.throws(() => store.transact((tx) => tx.put(things, odd)), /row.at is a Date/);
  assert.throws(() => store.transact((tx) => tx.put(things, thing('k2', 'a', [], Number.NaN))), /row.n is NaN/);
  assert.equal(store.revision, 1);
});

test('an index function that throws leaves the table as it was', async () => {
  const picky = table<Thing>('picky', (row) => row.id, {
    group: (row) => row.group,
    odd: (row) => {
      if (row.n === 13) throw new RangeError('unlucky');
      return 'all';
    },
  });
  const store = await openStore({ journal: memoryJournal(), tables: [picky], log: silentLogger });
  store.transact((tx) => {
    tx.put(picky, thing('k1', 'a'));
    assert.throws(() => tx.put(picky, thing('k1', 'b', [], 13)), RangeError);
    assert.throws(() => tx.put(picky, thing('k2', 'b', [], 13)), RangeError);
  });
  assert.deepEqual(ids(store.by(picky, 'group', 'a')), ['k1']);
  assert.equal(store.count(picky, 'group', 'b'), 0);
  assert.deepEqual(ids(store.all(picky)), ['k1']);
  assert.throws(() => store.by(picky, 'colour', 'red'), /has no index colour/);
});
