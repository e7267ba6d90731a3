// Targets of services' tasks in the control plane: registered, judged, drained.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestStop } from '#core/task/stop.ts';
import { targets } from '#model/load-balancer.ts';
import { tasks } from '#model/task.ts';
import { BEHIND_BLUE, BLUE, openServiceWorld } from './service.fixture.ts';
import type { ServiceWorld } from './service.fixture.ts';

async function serving(): Promise<ServiceWorld> {
  const world = await openServiceWorld({ spec: BEHIND_BLUE });
  world.deploy(1);
  await world.settle();
  return world;
}

test('tasks are registered with host and bound port once they run, and count only when their targets are healthy', async () => {
  const world = await openServiceWorld({ spec: BEHIND_BLUE });
  world.verdict = 'initial';
  world.deploy(1);
  await world.settle();
  const rows = [...world.store.all(targets)];
  assert.deepEqual(rows.map((t) => [t.targetGroupArn, t.address, t.id]), ['h0', 'h1', 'h2'].map((id) => [BLUE, '127.0.0.1', id]).sort((a, b) => rows.findIndex((t) => t.id === a[2]) - rows.findIndex((t) => t.id === b[2])));
  assert.ok(rows.every((t) => t.port >= 32_768));
  assert.equal(world.deployment().status, 'IN_PROGRESS');
  world.verdict = 'healthy';
  await world.settle();
  assert.equal(world.deployment().status, 'SUCCESSFUL');
  assert.match(world.events().join('\n'), /registered 1 targets in \(target-group .*blue/);
  world.close();
});

test('in an update no stop goes out before the target has drained', async () => {
  const world = await serving();
  const seen: string[] = [];
  world.store.watch(({ changes }) => {
    for (const { table, before, after } of changes) {
      if (table.name !== 'tasks' || (after as { lastStatus?: string } | undefined)?.lastStatus !== 'STOPPING') continue;
      const { arn } = before as { arn: string };
      seen.push(arn);
      assert.equal(world.store.count(targets, 'task', arn), 0);
    }
  });
  world.deploy(2);
  await world.settle(30);
  assert.equal(seen.length, 3);
  assert.deepEqual(world.versions(), ['2', '2', '2']);
  assert.match(world.events().join('\n'), /begun draining connections on 3 tasks/);
  world.close();
});

test('draining ends with the deregistration delay even if the balancer never says so', async () => {
  const world = await serving();
  const [task] = world.live();
  assert.ok(task);
  world.store.transact((tx) => tx.put(tasks, requestStop(task, { stopCode: 'UserInitiated', reason: 'enough' }, world.clock.now())));
  await world.clock.advance(299_000);
  assert.equal(world.store.get(tasks, task.arn)?.lastStatus, 'DEACTIVATING');
  await world.clock.advance(2_000);
  assert.equal(world.store.get(tasks, task.arn)?.lastStatus, 'STOPPING');
  world.close();
});

test('a task that dies loses its target at once, and is replaced', async () => {
  const world = await serving();
  const [task] = world.live();
  assert.ok(task);
  world.update(task, { desiredStatus: 'STOPPED', stopCode: 'EssentialContainerExited', lastStatus: 'STOPPED', stoppedAt: world.clock.now() });
  await world.clock.advance(1);
  assert.equal(world.store.count(targets, 'task', task.arn), 0);
  assert.equal(world.live().length, 3);
  world.close();
});

test('unhealthy targets get their tasks replaced after the grace period', async () => {
  const world = await openServiceWorld({ spec: BEHIND_BLUE });
  world.deploy(1, { healthCheckGracePeriodSeconds: 30 });
  await world.settle();
  const before = world.live().map((task) => task.arn);
  world.verdict = 'unhealthy';
  await world.step();
  assert.deepEqual(world.live().map((task) => task.arn), before, 'within the grace period nothing is stopped');
  await world.settle(40);
  assert.match(world.events().join('\n'), /\(task [0-9a-f]+\) \(port \d+\) is unhealthy in \(target-group .*blue.*\) due to \(reason Health checks failed\)\./);
  world.close();
});
