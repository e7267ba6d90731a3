// Reports while the control plane is away, and when it is back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { openReporter } from './reporter.ts';

test('a report that waits goes as soon as the control plane is back, and of its waiting nothing is left', async () => {
  const clock = virtualClock();
  let away = true;
  const sent: string[] = [];
  const submitTaskStateChange = async ({ task }: { task: string }): Promise<void> => {
    if (away) throw new Error('ECONNREFUSED');
    sent.push(task);
  };
  const reporter = openReporter({ api: { submitTaskStateChange }, clock, random: seededRandom(1), log: silentLogger });
  for (const task of ['a', 'b']) reporter.submit({ cluster: 'c', task, status: 'STOPPED' }, () => undefined);
  await clock.advance(3_600_000);
  away = false;
  reporter.hurry();
  await clock.settle();
  assert.deepEqual([sent.sort(), reporter.pending, clock.pending], [['a', 'b'], 0, 0]);
});
