// No more than so many at once, and starts before creates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delay } from '#base/clock.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { limiter, startParallelism } from './limiter.ts';

test('at most so many run at once, and all do', async () => {
  const clock = virtualClock();
  const limit = limiter(3);
  let running = 0;
  let most = 0;
  let over = 0;
  for (let i = 0; i < 20; i++) {
    void limit.run('later', async () => {
      most = Math.max(most, ++running);
      await delay(clock, 5);
      running -= 1;
      over += 1;
    });
  }
  await clock.advance(1000);
  assert.deepEqual([most, over], [3, 20]);
});

test('who comes first goes before those who wait longer; a failure frees its place', async () => {
  const limit = limiter(1);
  const order: string[] = [];
  const work = (name: string) => async () => void order.push(name);
  await Promise.all([
    limit.run('later', async () => { throw new Error('x'); }).catch(() => order.push('failed')),
    limit.run('later', work('create')),
    limit.run('first', work('start')),
  ]);
  assert.deepEqual(order.filter((n) => n !== 'failed'), ['start', 'create']);
});

test('parallelism follows the cores within bounds', () => {
  assert.deepEqual([1, 2, 64].map(startParallelism), [4, 8, 16]);
});
