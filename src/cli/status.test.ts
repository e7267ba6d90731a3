// How status words what it shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDuration, renderTask } from './status.ts';

test('a duration is worded in its two largest units', () => {
  const seen = [0, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999, 90_000_000].map(renderDuration);
  assert.deepEqual(seen, ['0 s', '59 s', '1 min', '59 min', '1 h 0 min', '23 h 59 min', '1 d 1 h']);
});

test('a task is one line: id, definition, status, address, reason, as far as they are there', () => {
  const taskArn = 'arn:aws:ecs:us-east-1:000000000000:task/default/0123456789abcdef0123456789abcdef';
  const taskDefinitionArn = 'arn:aws:ecs:us-east-1:000000000000:task-definition/web:3';
  const attachments = [{ details: [{ name: 'privateIPv4Address', value: '172.31.0.4' }] }];
  assert.equal(renderTask({ taskArn, taskDefinitionArn, lastStatus: 'RUNNING', attachments }), '0123456789ab  web:3  RUNNING  172.31.0.4');
  assert.equal(renderTask({ taskArn, taskDefinitionArn, lastStatus: 'STOPPED', stoppedReason: 'because' }), '0123456789ab  web:3  STOPPED  because');
});
