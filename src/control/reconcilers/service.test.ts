// Services end to end in the control plane: rows in, tasks out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerInstances } from '#model/container-instance.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { CONFIGURATION, openServiceWorld } from './service.fixture.ts';

test('a new service gets its tasks, spread over the zones, and says so', async () => {
  const world = await openServiceWorld();
  world.deploy(1);
  await world.settle();
  assert.deepEqual(world.versions(), ['1', '1', '1']);
  assert.equal(new Set(world.live().map((task) => task.availabilityZone)).size, 3);
  assert.equal(world.deployment().status, 'SUCCESSFUL');
  const [task] = world.live();
  assert.deepEqual([task?.group, task?.serviceName, task?.startedBy], ['service:web', 'web', world.deployment().id]);
  assert.deepEqual(task?.tags, [{ key: 'aws:ecs:clusterName', value: 'default' }, { key: 'aws:ecs:serviceName', value: 'web' }]);
  assert.match(world.events().join('\n'), /has started 3 tasks: \(task .*\n.*deployment completed\.\n\(service web\) has reached a steady state\./);
  world.close();
});

test('a rolling update replaces every task', async () => {
  const world = await openServiceWorld();
  world.deploy(1);
  await world.settle();
  world.deploy(2);
  await world.settle();
  assert.deepEqual(world.versions(), ['2', '2', '2']);
  assert.equal(world.deployment().status, 'SUCCESSFUL');
  assert.match(world.events().join('\n'), /has stopped 3 running tasks/);
  world.close();
});

test('desired count moves tasks up and down', async () => {
  const world = await openServiceWorld();
  world.deploy(1);
  await world.settle();
  world.change({ desiredCount: 7 });
  await world.settle();
  assert.equal(world.live().length, 7);
  world.change({ desiredCount: 1 });
  await world.settle();
  assert.equal(world.live().length, 1);
  world.close();
});

test('without room the event says why, and tasks come once there is some', async () => {
  const world = await openServiceWorld({ cpu: 250 });
  world.deploy(1, { desiredCount: 8 });
  await world.settle();
  assert.equal(world.live().length, 6);
  assert.match(world.events().join('\n'), /unable to place a task because no container instance met all of its requirements\. The closest matching \(container-instance h\d\) has insufficient CPU units available\./);
  world.close();
});

test('a full cluster with a minimum under 100 % makes room by itself', async () => {
  const world = await openServiceWorld({ cpu: 200 });
  const deploymentConfiguration = { ...CONFIGURATION, minimumHealthyPercent: 50 };
  world.deploy(1, { desiredCount: 6, deploymentConfiguration });
  await world.settle();
  world.deploy(2);
  await world.settle(40);
  assert.deepEqual(world.versions(), ['2', '2', '2', '2', '2', '2']);
  world.close();
});

test('minimum and maximum of 100 % leave no room: it says so and goes on once they do', async () => {
  const world = await openServiceWorld();
  const deploymentConfiguration = { ...CONFIGURATION, maximumPercent: 100 };
  world.deploy(1, { deploymentConfiguration });
  await world.settle();
  world.deploy(2);
  await world.settle();
  assert.deepEqual(world.versions(), ['1', '1', '1']);
  assert.match(world.events().join('\n'), /was unable to stop or start tasks during a deployment because of the service deployment configuration\./);
  world.change({ deploymentConfiguration: { ...deploymentConfiguration, maximumPercent: 200 } });
  await world.settle();
  assert.deepEqual([world.versions(), world.deployment().status], [['2', '2', '2'], 'SUCCESSFUL']);
  world.close();
});

test('a failing version is rolled back by the circuit breaker', async () => {
  const world = await openServiceWorld();
  const deploymentConfiguration = { ...CONFIGURATION, deploymentCircuitBreaker: { enable: true, rollback: true } };
  world.deploy(1, { deploymentConfiguration });
  await world.settle(60);
  assert.equal(world.deployment().status, 'SUCCESSFUL');
  const bad = world.deploy(2);
  for (let i = 0; i < 100; i++) {
    for (const task of world.live()) {
      if (task.serviceRevisionArn === bad.targetRevisionArn) world.update(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED', stoppedAt: world.clock.now(), stopCode: 'TaskFailedToStart', stoppedReason: 'no image' });
    }
    await world.step();
  }
  assert.deepEqual(world.versions(), ['1', '1', '1']);
  const { status, breaker, failedTasksTotal } = world.deployment();
  assert.deepEqual([status, breaker.status], ['ROLLBACK_SUCCESSFUL', 'TRIGGERED']);
  assert.ok(failedTasksTotal >= 3);
  assert.match(world.service().spec.taskDefinitionArn, /:1$/);
  world.close();
});

test('a deleted service stops its tasks, is INACTIVE then, and forgotten an hour later', async () => {
  const world = await openServiceWorld();
  world.deploy(1);
  await world.settle();
  world.change({ status: 'DRAINING', desiredCount: 0 });
  await world.settle();
  assert.deepEqual([world.live().length, world.service().status], [0, 'INACTIVE']);
  await world.clock.advance(3_700_000);
  assert.equal(world.service(), undefined);
  world.close();
});

test("a service's tasks go to hosts with the processor its definition names", async () => {
  const world = await openServiceWorld();
  const [arm] = [...world.store.all(containerInstances)];
  world.store.transact((tx) => {
    tx.put(containerInstances, { ...arm!, attributes: [{ name: 'ecs.cpu-architecture', value: 'arm64' }] });
    for (const definition of [...tx.all(taskDefinitions)]) tx.put(taskDefinitions, { ...definition, runtimePlatform: { cpuArchitecture: 'ARM64' } });
  });
  world.deploy(1);
  await world.settle();
  assert.deepEqual(world.live().map((task) => task.hostArn), [arm!.arn, arm!.arn, arm!.arn]);
  world.close();
});
