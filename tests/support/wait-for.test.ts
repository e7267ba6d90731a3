// waitFor: returns the fact, survives exceptions, and says what it saw when it gives up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from './wait-for.ts';

test('returns the first truthy value', async () => {
  let looks = 0;
  assert.equal(await waitFor('three looks', () => (++looks === 3 ? 'done' : undefined), { intervalMs: 1 }), 'done');
});

test('an exception counts as not yet', async () => {
  let looks = 0;
  const value = await waitFor('a quiet look', async () => {
    if (++looks < 3) throw new Error('refused');
    return looks;
  }, { intervalMs: 1 });
  assert.equal(value, 3);
});

test('rejects with the name of the fact and what was seen last', async () => {
  await assert.rejects(
    waitFor('the moon', () => { throw new Error('clouds'); }, { timeoutMs: 5, intervalMs: 1 }),
    /waited 5 ms for the moon; last seen: clouds/,
  );
});
