// Lines of access logs are made when nobody else wants the processor, slowly when it is always wanted, and at once when too many wait.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idleMs, MOST_WAITING_BYTES, pauseMs } from './log-pace.ts';

const share = (idle: number, waitingBytes = 1): number => Number((3 / (3 + pauseMs({ waitingBytes, workedMs: 3, idle }))).toFixed(4));

test('half of the idle time, between a hundredth and a half of a processor', () => {
  assert.deepEqual([8, 1, 0.5, 0.02, 0].map((idle) => share(idle)), [0.5, 0.5, 0.25, 0.01, 0.01]);
});

test('nothing waits: once a second; too much waits: idle or not', () => {
  assert.equal(pauseMs({ waitingBytes: 0, workedMs: 3, idle: 2 }), 1_000);
  assert.equal(share(0, MOST_WAITING_BYTES + 1), 0.5);
});

test('a piece that took long, because others ran, does not put the next one off for long', () => {
  assert.equal(pauseMs({ waitingBytes: 1, workedMs: 80, idle: 0 }), 1_000);
});

test('idle time is read from /proc/stat, waiting for disks included', () => {
  assert.equal(idleMs('cpu  100 5 50 3000 200 0 3 0 0 0\ncpu0 1 1 1 1 1\n'), 32_000);
  assert.equal(idleMs(''), undefined);
});
