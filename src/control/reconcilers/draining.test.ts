// A container instance that is DRAINING: its services move off within their percentages, what serves drains first, and standalone tasks stay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskFixture } from '#core/task/task.fixture.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import { BEHIND_BLUE, CONFIGURATION, openServiceWorld } from './service.fixture.ts';
import type { ServiceWorld } from './service.fixture.ts';

function drain(world: ServiceWorld, status: ContainerInstance['status'] = 'DRAINING'): ContainerInstance {
  const arn = world.live()[0]!.hostArn!;
  const host = world.store.get(containerInstances, arn)!;
  world.store.transact((tx) => tx.put(containerInstances, { ...host, status, version: host.version + 1 }));
  return host;
}

const serving = (world: ServiceWorld): number => world.live().filter((task) => task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING').length;
const on = (world: ServiceWorld, host: ContainerInstance): number => world.live().filter((task) => task.hostArn === host.arn).length;

test('with room for more, the new tasks come before the old ones go', async () => {
  const world = await openServiceWorld();
  world.deploy(1);
  await world.settle();
  const standalone = taskFixture({ arn: 'arn:task/alone', lastStatus: 'RUNNING', hostArn: world.live()[0]!.hostArn! });
  world.store.transact((tx) => tx.put(tasks, standalone));
  const host = drain(world);
  for (let i = 0; i < 12; i++) {
    await world.step();
    assert.ok(serving(world) >= 3, 'minimumHealthyPercent 100');
  }
  assert.deepEqual([on(world, host), serving(world)], [0, 3]);
  assert.equal(world.store.get(tasks, standalone.arn)?.desiredStatus, 'RUNNING');
  world.close();
});

test('without room for more, they go first, down to the minimum', async () => {
  const world = await openServiceWorld();
  world.deploy(1, { desiredCount: 4, deploymentConfiguration: { ...CONFIGURATION, minimumHealthyPercent: 75, maximumPercent: 100 } });
  await world.settle();
  const host = drain(world);
  for (let i = 0; i < 20; i++) {
    await world.step();
    assert.ok(serving(world) >= 3 && world.live().filter((task) => task.desiredStatus === 'RUNNING').length <= 4);
  }
  assert.deepEqual([on(world, host), serving(world)], [0, 4]);
  world.close();
});

test('with no room at all they stay; ACTIVE again, nothing moves any more', async () => {
  const world = await openServiceWorld();
  world.deploy(1, { desiredCount: 3, deploymentConfiguration: { ...CONFIGURATION, maximumPercent: 100 } });
  await world.settle();
  const host = drain(world);
  await world.settle();
  assert.ok(on(world, host) > 0);
  world.store.transact((tx) => tx.put(containerInstances, host));
  await world.settle();
  assert.equal(serving(world), 3);
  world.close();
});

test('what is behind a load balancer drains before it stops', async () => {
  const world = await openServiceWorld({ spec: BEHIND_BLUE });
  world.deploy(1);
  await world.settle();
  const before = new Set(world.live().map((task) => task.arn));
  const host = drain(world);
  const seen = new Set<string>();
  for (let i = 0; i < 16; i++) {
    await world.step();
    for (const task of world.live()) if (before.has(task.arn) && task.hostArn === host.arn) seen.add(task.lastStatus);
  }
  assert.ok(seen.has('DEACTIVATING'), [...seen].join());
  assert.equal(on(world, host), 0);
  world.close();
});
