// Cluster queries and placement reasons through the API: what is refused when it is given, what hosts answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEcs } from '#tests/support/api-harness.ts';

const EC2 = { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 100, memory: 64 }] };
const memberOf = (expression: string): object => ({ placementConstraints: [{ type: 'memberOf', expression }] });
const BAD = { code: 'InvalidParameterException', message: /^Invalid expression 'attribute:rack = r1': an operator is expected at position 16\.$/ };

test('an expression that cannot be read is refused wherever it is given', async () => {
  const ecs = await openEcs();
  ecs.addHost();
  ecs.call('RegisterTaskDefinition', EC2);
  const bad = memberOf('attribute:rack = r1');
  assert.throws(() => ecs.call('RegisterTaskDefinition', { ...EC2, ...bad }), BAD);
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app', ...bad }), BAD);
  assert.throws(() => ecs.call('CreateService', { serviceName: 's', taskDefinition: 'app', desiredCount: 1, ...bad }), BAD);
  assert.throws(() => ecs.call('ListContainerInstances', { filter: 'attribute:rack = r1' }), BAD);
  ecs.call('CreateService', { serviceName: 's', taskDefinition: 'app', desiredCount: 0 });
  assert.throws(() => ecs.call('UpdateService', { service: 's', ...bad }), BAD);
  for (const call of [{ filter: '('.repeat(50_000) }, { filter: `attribute:rack == ${'x'.repeat(2_000)}` }]) {
    assert.throws(() => ecs.call('ListContainerInstances', call), { code: 'InvalidParameterException', message: /at most 2000 characters/ });
  }
  assert.throws(() => ecs.call('RegisterTaskDefinition', { ...EC2, placementConstraints: [{ type: 'distinctInstance' }] }), {
    code: 'ClientException',
    message: "constraint.type 'distinctInstance' is not supported.",
  });
});

test('ListContainerInstances filters by attributes, tasks and groups', async () => {
  const ecs = await openEcs();
  const fast = ecs.addHost({ attributes: [{ name: 'disk', value: 'ssd' }] });
  const slow = ecs.addHost({ attributes: [{ name: 'disk', value: 'hdd' }] });
  ecs.call('RegisterTaskDefinition', EC2);
  ecs.call('RunTask', { taskDefinition: 'app', group: 'db', ...memberOf('attribute:disk =~ s.*') });
  const list = (filter: string): string[] => ecs.call('ListContainerInstances', { filter }).containerInstanceArns;
  assert.deepEqual(list('attribute:disk == ssd'), [fast]);
  assert.deepEqual(list('attribute:disk in [ssd, hdd] and agentConnected == true'), [fast, slow]);
  assert.deepEqual(list('task:group == db'), [fast]);
  assert.deepEqual(list('not(task:group == db)'), [slow]);
  assert.deepEqual(list('runningTasksCount == 0'), [fast, slow], 'none has reported yet');
});

test('a definition that keeps away from a group is placed beside it no more', async () => {
  const ecs = await openEcs();
  ecs.addHost();
  const other = ecs.addHost();
  ecs.call('RegisterTaskDefinition', EC2);
  ecs.call('RegisterTaskDefinition', { ...EC2, family: 'shy', ...memberOf('not(task:group == db)') });
  const [db] = ecs.call('RunTask', { taskDefinition: 'app', group: 'db' }).tasks;
  const { tasks } = ecs.call('RunTask', { taskDefinition: 'shy', count: 4 });
  assert.ok(tasks.every((task: { containerInstanceArn: string }) => task.containerInstanceArn !== db.containerInstanceArn));
  ecs.call('RunTask', { taskDefinition: 'app', group: 'db', count: 2, placementStrategy: [{ type: 'spread', field: 'host' }] });
  const { failures } = ecs.call('RunTask', { taskDefinition: 'shy' });
  assert.deepEqual(new Set(failures.map((f: { reason: string }) => f.reason)), new Set(['MemberOf placement constraint unsatisfied.']));
  assert.ok(failures.some((f: { arn: string }) => f.arn === other));
});

test('of many hosts that refuse, a hundred are named', async () => {
  const ecs = await openEcs();
  for (let i = 0; i < 130; i++) ecs.addHost({ cpu: 50 + i % 3 });
  ecs.call('RegisterTaskDefinition', EC2);
  const { tasks, failures } = ecs.call('RunTask', { taskDefinition: 'app', count: 10 });
  assert.deepEqual([tasks.length, failures.length, failures[0].reason], [0, 100, 'RESOURCE:CPU']);
});

test('StartTask says of each instance why it does not take the task', async () => {
  const ecs = await openEcs();
  const [good, small, draining, gone] = [ecs.addHost(), ecs.addHost({ cpu: 50 }), ecs.addHost(), ecs.addHost()];
  const missing = good.replace(/.{32}$/, 'f'.repeat(32));
  ecs.call('UpdateContainerInstancesState', { containerInstances: [draining], status: 'DRAINING' });
  ecs.call('DeregisterContainerInstance', { containerInstance: gone, force: true });
  ecs.call('RegisterTaskDefinition', EC2);
  const { tasks, failures } = ecs.call('StartTask', { taskDefinition: 'app', containerInstances: [missing, small, good, draining, gone] });
  assert.deepEqual(tasks.map((task: { containerInstanceArn: string }) => task.containerInstanceArn), [good]);
  assert.deepEqual(failures.map((f: { arn: string; reason: string }) => [f.arn, f.reason]), [
    [missing, 'MISSING'],
    [small, 'RESOURCE:CPU'],
    [draining, 'INACTIVE'],
    [gone, 'INACTIVE'],
  ]);
});

test('an update may not give a service placement that it could not have been created with', async () => {
  const ecs = await openEcs();
  ecs.addHost();
  ecs.call('RegisterTaskDefinition', EC2);
  ecs.call('CreateService', { serviceName: 's', taskDefinition: 'app', desiredCount: 0, availabilityZoneRebalancing: 'DISABLED' });
  const update = (input: object): unknown => ecs.call('UpdateService', { service: 's', ...input });
  const random = { type: 'random' };
  assert.throws(() => update({ placementStrategy: Array.from({ length: 6 }, () => random) }), { code: 'InvalidParameterException' });
  assert.throws(() => update({ placementStrategy: [{ type: 'binpack', field: 'disk' }] }), { code: 'InvalidParameterException' });
  assert.throws(() => update({ placementConstraints: Array.from({ length: 11 }, () => ({ type: 'distinctInstance' })) }), { code: 'InvalidParameterException' });
  assert.throws(() => update({ placementConstraints: [{ type: 'distinctInstance', expression: '' }] }), /distinctInstance expression should not be specified/);
  update({ placementConstraints: [{ type: 'distinctInstance' }], placementStrategy: [{ type: 'spread', field: 'attribute:rack' }] });
});
