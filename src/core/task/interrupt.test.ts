// Spot notices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '#model/instance.ts';
import { interruptInstance, interruptTask, SPOT_NOTICE_MS } from './interrupt.ts';
import { taskFixture } from './task.fixture.ts';

test('a task is stopped in the words of ECS, and once', () => {
  const task = interruptTask(taskFixture({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }), 7);
  assert.deepEqual([task.desiredStatus, task.stopCode, task.stoppedReason], ['STOPPED', 'SpotInterruption', 'Your Spot Task was interrupted.']);
  assert.equal(interruptTask(task, 9), task);
});

test('an instance has two minutes from its first notice', () => {
  const instance = interruptInstance({ id: 'i', desired: 'running' } as Instance, 5);
  assert.equal(instance.interruptAt, 5 + SPOT_NOTICE_MS);
  assert.equal(interruptInstance(instance, 50), instance);
});
