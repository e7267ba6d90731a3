// When a host counts as lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostFixture } from '../placement/host.fixture.ts';
import { hostTimes, isLost, loseHost, planHostLoss } from './loss.ts';

test('HO8: lost after its agent was away for long enough of the time that it could have connected', () => {
  const away = hostFixture('h', { agentConnected: false, agentDisconnectedAt: 1000 });
  const plan = (host: typeof away, now: number, since = 0) => planHostLoss({ host, lossMs: 500, since }, now);
  assert.deepEqual([plan(away, 1499).actions.length, plan(away, 1499).wakeAt], [0, 1500]);
  assert.deepEqual(plan(away, 1500).actions, [{ kind: 'lose', hostArn: away.arn }]);
  assert.equal(plan(away, 5000, 4800).wakeAt, 5300);
  const lost = loseHost(away, 1500);
  assert.ok(isLost(lost) && !isLost(away) && !isLost(undefined));
  assert.deepEqual(plan(lost, 1e9).actions, []);
  assert.ok(!isLost({ ...lost, agentConnected: true }));
  for (const host of [{ ...away, agentConnected: true }, { ...away, status: 'INACTIVE' as const }]) assert.deepEqual(plan(host, 1e9), { actions: [], why: plan(host, 0).why });
  assert.equal(plan({ ...away, status: 'DRAINING' }, 1e9).actions.length, 1);
});

test('HO9: times of noticing and of loss', () => {
  assert.deepEqual(hostTimes(120_000), { heartbeatMs: 18_750, silenceMs: 60_000, lossMs: 60_000 });
  assert.deepEqual(hostTimes(600_000), { heartbeatMs: 20_000, silenceMs: 65_000, lossMs: 535_000 });
  const { heartbeatMs, silenceMs, lossMs } = hostTimes(15_000);
  assert.ok(heartbeatMs * 3 < silenceMs && silenceMs + lossMs === 15_000);
});
