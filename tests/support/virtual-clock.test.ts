// The virtual clock itself: order, cancellation, promises between timers, and the ways it gives up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { delay } from '#base/clock.ts';
import { virtualClock } from './virtual-clock.ts';

test('time stands still until it is advanced', async () => {
  const clock = virtualClock(1000);
  await clock.settle();
  assert.equal(clock.now(), 1000);
  await clock.advance(5);
  assert.equal(clock.now(), 1005);
});

test('timers fire in order of time and then of creation, each at its own time', async () => {
  const clock = virtualClock(0);
  const seen: string[] = [];
  const note = (name: string) => () => seen.push(`${name}@${clock.now()}`);
  clock.after(20, note('c'));
  clock.after(10, note('a'));
  clock.after(10, note('b'));
  clock.after(21, note('late'));
  await clock.advance(20);
  assert.deepEqual(seen, ['a@10', 'b@10', 'c@20']);
  assert.equal(clock.pending, 1);
  assert.equal(clock.nextAt(), 21);
});

test('a timer of 0 ms never fires synchronously', async () => {
  const clock = virtualClock();
  let fired = false;
  clock.after(0, () => (fired = true));
  assert.equal(fired, false);
  await clock.advance(0);
  assert.equal(fired, true);
});

test('a cancelled timer never fires, and cancelling twice is harmless', async () => {
  const clock = virtualClock(0);
  let fired = 0;
  const timer = clock.after(5, () => fired++);
  clock.after(6, () => fired++);
  timer.cancel();
  timer.cancel();
  assert.equal(clock.pending, 1);
  assert.equal(clock.nextAt(), 6);
  await clock.advance(10);
  timer.cancel();
  assert.equal(fired, 1);
  assert.equal(clock.pending, 0);
});

test('promise callbacks run between two timers', async () => {
  const clock = virtualClock(0);
  const seen: string[] = [];
  clock.after(1, () => void (async () => {
    await null;
    await null;
    seen.push('promise of the first');
  })());
  clock.after(1, () => seen.push('second'));
  await clock.advance(1);
  assert.deepEqual(seen, ['promise of the first', 'second']);
});

test('runUntil stops at the timer that made the fact true', async () => {
  const clock = virtualClock(0);
  let rounds = 0;
  const loop = async (): Promise<void> => {
    while (rounds < 100) {
      await delay(clock, 10);
      rounds++;
    }
  };
  void loop();
  assert.equal(await clock.runUntil(() => rounds === 3 && 'three'), 'three');
  assert.equal(clock.now(), 30);
});

test('runUntil rejects when no timer is left or the limit has passed', async () => {
  const clock = virtualClock(0);
  await assert.rejects(clock.runUntil(() => false, { what: 'peace' }), /peace: still not true and no timer is left/);
  const again = (): void => void clock.after(10, again);
  again();
  await assert.rejects(clock.runUntil(() => false, { limitMs: 50 }), /after 50 ms/);
  assert.equal(clock.now(), 50);
});

test('what a timer throws comes out of advance', async () => {
  const clock = virtualClock();
  clock.after(1, () => {
    throw new Error('boom');
  });
  await assert.rejects(clock.advance(1), /boom/);
});

test('any set of timers fires sorted, less the cancelled ones', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ delayMs: fc.nat(50), cancelled: fc.boolean() }), { maxLength: 60 }), async (plan) => {
      const clock = virtualClock(0);
      const fired: number[] = [];
      const timers = plan.map(({ delayMs }, index) => clock.after(delayMs, () => fired.push(index)));
      plan.forEach(({ cancelled }, index) => cancelled && timers[index]!.cancel());
      await clock.advance(50);
      const expected = plan
        .map((one, index) => ({ ...one, index }))
        .filter((one) => !one.cancelled)
        .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index)
        .map((one) => one.index);
      assert.deepEqual(fired, expected);
    }),
    { numRuns: 50 },
  );
});
