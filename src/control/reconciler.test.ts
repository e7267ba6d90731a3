// The loop itself, with a toy reconciler: what makes keys due, how often they are looked at, errors, wake-ups, death.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import type { Plan } from '#core/task/plan.ts';
import { table } from '#model/table.ts';
import { memoryDisk, memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { openReconcilerLoop, reconciler } from './reconciler.ts';

interface Lamp {
  readonly id: string;
  readonly lit: boolean;
  readonly wanted: boolean;
  readonly notBefore?: number;
}
const lamps = table<Lamp>('lamps', (lamp) => lamp.id);

async function room(options: { broken?: () => boolean } = {}) {
  const clock = virtualClock(0);
  const disk = memoryDisk();
  const store = await openStore({ journal: memoryJournal(disk), tables: [lamps], log: silentLogger });
  const looked: string[] = [];
  const switcher = reconciler<Lamp, { id: string }>({
    name: 'switcher',
    *keysAtStart(reader) {
      for (const lamp of reader.all(lamps)) yield lamp.id;
    },
    *keysOf(change) {
      yield change.key;
    },
    load(reader, key) {
      looked.push(key);
      return reader.get(lamps, key);
    },
    plan(lamp, now): Plan<{ id: string }> {
      if (lamp.lit === lamp.wanted) return { actions: [], why: 'as wanted' };
      if (lamp.notBefore !== undefined && now < lamp.notBefore) return { actions: [], wakeAt: lamp.notBefore, why: 'too early' };
      return { actions: [{ id: lamp.id }], why: 'not as wanted' };
    },
    apply(tx, { id }) {
      if (options.broken?.() === true) throw new Error('no current');
      const lamp = tx.get(lamps, id)!;
      tx.put(lamps, { ...lamp, lit: lamp.wanted });
    },
  });
  const open = () => openReconcilerLoop({ store, clock, log: silentLogger, reconcilers: [switcher] });
  const put = (lamp: Lamp): void => store.transact((tx) => tx.put(lamps, lamp));
  const lit = (id: string): boolean | undefined => store.get(lamps, id)?.lit;
  return { clock, store, looked, open, put, lit };
}

test('what is amiss at the start is put right', async () => {
  const { clock, open, put, lit } = await room();
  put({ id: 'a', lit: false, wanted: true });
  open();
  await clock.settle();
  assert.equal(lit('a'), true);
});

test('a change is followed up without any timer, and its own changes until nothing is left to do', async () => {
  const { clock, open, put, lit, looked } = await room();
  open();
  put({ id: 'a', lit: false, wanted: true });
  assert.equal(lit('a'), false, 'not inside the commit');
  await Promise.resolve();
  assert.equal(lit('a'), true);
  await clock.settle();
  assert.deepEqual(looked, ['a', 'a']);
  assert.equal(clock.pending, 0);
});

test('many changes of one key before its turn are one look', async () => {
  const { clock, open, put, looked } = await room();
  open();
  for (let i = 0; i < 10; i++) put({ id: 'a', lit: true, wanted: true });
  await clock.settle();
  assert.deepEqual(looked, ['a']);
});

test('a plan that says when to look again is looked at then, once', async () => {
  const { clock, open, put, lit, looked } = await room();
  open();
  put({ id: 'a', lit: false, wanted: true, notBefore: 5_000 });
  put({ id: 'b', lit: false, wanted: true, notBefore: 3_000 });
  await clock.advance(2_999);
  assert.deepEqual([lit('a'), lit('b')], [false, false]);
  await clock.advance(1);
  assert.deepEqual([lit('a'), lit('b')], [false, true]);
  put({ id: 'a', lit: true, wanted: true });
  looked.length = 0;
  await clock.advance(10_000);
  assert.deepEqual(looked, ['a'], 'the wake-up of a settled key is forgotten');
  assert.equal(clock.pending, 0);
});

test('an error changes nothing, harms no other key, and is tried again ever more slowly', async () => {
  let broken = true;
  const { clock, open, put, lit, looked } = await room({ broken: () => broken });
  open();
  put({ id: 'a', lit: false, wanted: true });
  put({ id: 'ok', lit: true, wanted: true });
  await clock.advance(60_000);
  assert.equal(lit('a'), false);
  const tries = looked.filter((key) => key === 'a').length;
  assert.ok(tries >= 8 && tries <= 12, `${tries} tries`);
  assert.ok(looked.includes('ok'));
  broken = false;
  await clock.advance(60_000);
  assert.equal(lit('a'), true);
});

test('a flood of keys leaves turns for others', async () => {
  const { clock, store, open, lit } = await room();
  const loop = open();
  store.transact((tx) => {
    for (let i = 0; i < 1_000; i++) tx.put(lamps, { id: `l${i}`, lit: false, wanted: true });
  });
  await Promise.resolve();
  assert.ok(loop.due > 0, 'not all in one turn');
  await clock.advance(10);
  assert.equal(loop.due, 0);
  assert.equal(lit('l999'), true);
});

test('a closed loop does nothing more', async () => {
  const { clock, open, put, lit } = await room();
  const loop = open();
  put({ id: 'a', lit: false, wanted: true });
  loop.close();
  await clock.advance(10_000);
  assert.equal(lit('a'), false);
  open();
  await clock.settle();
  assert.equal(lit('a'), true, 'the next one takes it up');
});

test('a plan that never comes to an end leaves the others their turn', async () => {
  const { clock, store, open, put, lit } = await room();
  const restless = reconciler<Lamp, { id: string }>({
    name: 'restless',
    keysAtStart: () => [],
    *keysOf(change) {
      if (change.key === 'flicker') yield change.key;
    },
    load: (reader, key) => reader.get(lamps, key),
    plan: ({ id }): Plan<{ id: string }> => ({ actions: [{ id }], why: 'never as wanted' }),
    apply(tx, { id }) {
      const lamp = tx.get(lamps, id)!;
      tx.put(lamps, { ...lamp, wanted: !lamp.wanted, lit: !lamp.lit });
    },
  });
  open();
  openReconcilerLoop({ store, clock, log: silentLogger, reconcilers: [restless] });
  put({ id: 'flicker', lit: true, wanted: true });
  put({ id: 'b', lit: false, wanted: true });
  await clock.advance(10);
  assert.equal(lit('b'), true);
  const { revision } = store;
  await clock.advance(500);
  assert.equal(store.revision, revision, 'it pauses');
  await clock.advance(1_000);
  assert.ok(store.revision > revision, 'and tries again');
});
