// The keeper over a store and a driver that fails as it is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { accessKeys } from '#model/account.ts';
import { instances } from '#model/instance.ts';
import { networkInterfaces } from '#model/network.ts';
import { openEc2 } from '#tests/support/ec2-harness.ts';
import { fakeInstances } from '#tests/support/fake-instances.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { openInstanceKeeper } from './keeper.ts';

async function open() {
  const ec2 = await openEc2();
  const [driver, clock] = [fakeInstances(), virtualClock()];
  const start = () => openInstanceKeeper({ store: ec2.store, driver, clock, log: silentLogger, reach: () => ({ server: 'http://control' }) });
  const run = (): string => ec2.call('RunInstances', { ImageId: 'ami-0ec5000000000a2c1', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, UserData: Buffer.from('ECS_CLUSTER=prod').toString('base64') }).Instances[0].InstanceId;
  const state = (id: string): string => ec2.store.get(instances, id)?.state ?? 'forgotten';
  return { ...ec2, driver, clock, start, run, state };
}

test('an instance is started with its size, address, cluster and key, and taken away with all that is its own', async () => {
  const world = await open();
  const keeper = world.start();
  const id = world.run();
  await world.clock.advance(1_000);
  assert.equal(world.state(id), 'running');
  const { spec } = world.driver.machines.get(id)!;
  const row = world.store.get(instances, id)!;
  assert.deepEqual([spec.vcpus, spec.memoryMiB, spec.privateIpAddress, spec.agent.cluster, spec.agent.server], [2, 1024, row.privateIpAddress, 'prod', 'http://control']);
  assert.equal(world.store.get(accessKeys, spec.agent.accessKeyId)?.secretAccessKey, spec.agent.secretAccessKey);
  world.call('TerminateInstances', { InstanceIds: [id] });
  await world.clock.advance(1_000);
  assert.equal(world.state(id), 'terminated');
  assert.equal(world.driver.machines.size, 0);
  assert.equal(world.store.get(accessKeys, row.accessKeyId), undefined);
  assert.equal(world.store.get(networkInterfaces, row.networkInterfaceId), undefined);
  await keeper.close();
});

test('a start that fails is tried again; one that is refused, or fails for good, ends the instance and says why', async () => {
  const world = await open();
  const keeper = world.start();
  world.driver.failures.push('not now', 'not now');
  const tried = world.run();
  await world.clock.advance(10_000);
  assert.equal(world.state(tried), 'running');
  world.driver.failures.push('refuse: no room');
  const refused = world.run();
  await world.clock.advance(10_000);
  assert.equal(world.state(refused), 'terminated');
  assert.equal(world.store.get(instances, refused)?.stateReason?.message, 'Server.InsufficientInstanceCapacity: no room');
  world.driver.failures.push(...Array.from({ length: 5 }, () => 'broken'));
  const broken = world.run();
  await world.clock.advance(60_000);
  assert.equal(world.state(broken), 'terminated');
  await keeper.close();
});

test('a keeper that is opened again finds its machines, ends those of nobody, and what died meanwhile', async () => {
  const world = await open();
  const first = world.start();
  const [kept, died, gone] = [world.run(), world.run(), world.run()];
  await world.clock.advance(5_000);
  await first.close();
  world.driver.machines.get(died)!.state = 'dead';
  world.call('TerminateInstances', { InstanceIds: [gone] });
  world.driver.machines.set('i-0000000000000dead', { spec: world.driver.machines.get(kept)!.spec, state: 'up' });
  const second = world.start();
  await world.clock.advance(5_000);
  assert.deepEqual([kept, died, gone].map(world.state), ['running', 'terminated', 'terminated']);
  assert.deepEqual([...world.driver.machines.keys()], [kept]);
  await second.close();
});

test('a stopped instance keeps its machine, off, and starts again; after a boot of the host it starts by itself', async () => {
  const world = await open();
  const keeper = world.start();
  const id = world.run();
  await world.clock.advance(1_000);
  world.call('StopInstances', { InstanceIds: [id] });
  await world.clock.advance(3_000);
  assert.deepEqual([world.state(id), world.driver.machines.get(id)?.state], ['stopped', 'off']);
  world.call('StartInstances', { InstanceIds: [id] });
  await world.clock.advance(3_000);
  assert.deepEqual([world.state(id), world.driver.machines.get(id)?.state], ['running', 'up']);
  world.driver.machines.get(id)!.state = 'off';
  await world.clock.advance(3_000);
  assert.equal(world.driver.machines.get(id)?.state, 'up');
  await keeper.close();
});
