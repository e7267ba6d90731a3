// Lines of access logs are made when nobody else wants the processor, slowly when it is always wanted, and at once when too many wait.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idleMs, MOST_WAITING_BYTES, pauseMs } from './log-pace.ts';

test('half of the idle time, and a hundredth of a processor at least', () => {
  const share = (idle: number): number => 3 / (3 + pauseMs({ waitingBytes: 1, workedMs: 3, idle }));
  assert.deepEqual([8, 2, 1, 0.5, 0.02, 0].map((idle) => Number(share(idle).toFixed(4))), [1, 1, 0.5, 0.25, 0.01, 0.01]);
});

test('nothing waits: once a second; too much waits: without a pause', () => {
  assert.equal(pauseMs({ waitingBytes: 0, workedMs: 3, idle: 2 }), 1_000);
  assert.equal(pauseMs({ waitingBytes: MOST_WAITING_BYTES + 1, workedMs: 3, idle: 0 }), 0);
});

test('a piece that took long, because others ran, does not put the next one off for long', () => {
  assert.equal(pauseMs({ waitingBytes: 1, workedMs: 80, idle: 0 }), 1_000);
});

test('idle time is read from /proc/stat, waiting for disks included', () => {
  assert.equal(idleMs('cpu  100 5 50 3000 200 0 3 0 0 0\ncpu0 1 1 1 1 1\n'), 32_000);
  assert.equal(idleMs(''), undefined);
});
