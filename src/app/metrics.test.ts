// The exposition text that Prometheus reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('counts requests by operation and code, and cumulates the histogram', () => {
  const metrics = createMetrics([{ name: 'longshore_revision', help: 'Last commit.', read: () => 7 }]);
  metrics.observeRequest('ecs', 'RunTask', '200', 3);
  metrics.observeRequest('ecs', 'RunTask', '200', 30);
  metrics.observeRequest('ecs', 'RunTask', 'ClientException', 9000);
  const text = metrics.render();
  assert.match(text, /longshore_requests_total\{service="ecs",operation="RunTask",code="200"\} 2\n/);
  assert.match(text, /longshore_requests_total\{service="ecs",operation="RunTask",code="ClientException"\} 1\n/);
  assert.match(text, /_bucket\{service="ecs",le="2"\} 0\n/);
  assert.match(text, /_bucket\{service="ecs",le="5"\} 1\n/);
  assert.match(text, /_bucket\{service="ecs",le="5000"\} 2\n/);
  assert.match(text, /_bucket\{service="ecs",le="\+Inf"\} 3\n/);
  assert.match(text, /longshore_revision 7\n/);
});
