// Timers of the machine's clock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './clock.ts';

test('a timer of many years waits for all of them', ({ mock }) => {
  const armed: { run: () => void; delayMs: number }[] = [];
  mock.method(globalThis, 'setTimeout', ((run: () => void, delayMs: number) => armed.push({ run, delayMs })) as unknown as typeof setTimeout);
  let ran = 0;
  systemClock.after(2_147_483_647_000, () => ran++);
  let waited = 0;
  for (let one = armed.shift(); one !== undefined; one = armed.shift()) {
    assert.equal(ran, 0);
    assert.ok(one.delayMs <= 2_147_483_647, 'Node fires longer ones at once');
    waited += one.delayMs;
    one.run();
  }
  assert.deepEqual([ran, waited], [1, 2_147_483_647_000]);
});
