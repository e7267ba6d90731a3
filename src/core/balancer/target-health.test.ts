// When a target is gone with its host, and when it is only unwell.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnreachable, type ServerStat } from './target-health.ts';

const stat = (more: Partial<ServerStat>): ServerStat => ({ status: 'DOWN', sessions: 1, checkStatus: 'L4TOUT', checkCode: '', ...more });

test('a host that does not answer at all is gone; one that refuses, is slow or fails its checks still has the requests it was sent', () => {
  assert.ok(isUnreachable(stat({})));
  assert.ok(isUnreachable(stat({ checkStatus: 'L4CON', checkDetail: 'No route to host' })));
  assert.ok(!isUnreachable(stat({ checkStatus: 'L4CON', checkDetail: 'Connection refused' })));
  for (const checkStatus of ['L7TOUT', 'L7STS', 'L6TOUT', '']) assert.ok(!isUnreachable(stat({ checkStatus })));
  assert.ok(!isUnreachable(stat({ status: 'UP' })));
});
