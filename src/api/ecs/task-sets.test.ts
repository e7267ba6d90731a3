// Task sets of EXTERNAL services through the API, against a real store.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskSets } from '#model/service.ts';
import { ACCOUNT, type EcsHarness, openEcs } from '#tests/support/api-harness.ts';

const OF = { cluster: 'default', service: 'ext' };

async function openExternal(): Promise<EcsHarness> {
  const ecs = await openEcs();
  ecs.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8 }] });
  ecs.call('CreateService', { serviceName: 'ext', desiredCount: 3, deploymentController: { type: 'EXTERNAL' } });
  return ecs;
}

const create = (ecs: EcsHarness, input: object = {}): any => ecs.call('CreateTaskSet', { ...OF, taskDefinition: 'app', ...input }).taskSet;

test('a task set is made, scaled, made primary and deleted', async () => {
  const ecs = await openExternal();
  const made = create(ecs, { scale: { value: 50, unit: 'PERCENT' }, externalId: 'x', tags: [{ key: 'a', value: 'b' }] });
  assert.match(made.taskSetArn, new RegExp(`:${ACCOUNT}:task-set/default/ext/ecs-svc/\\d{19}$`));
  assert.deepEqual([made.status, made.computedDesiredCount, made.externalId, made.stabilityStatus, made.launchType], ['ACTIVE', 2, 'x', 'STABILIZING', 'EC2']);
  const { taskSet: scaled } = ecs.call('UpdateTaskSet', { ...OF, taskSet: made.id, scale: { value: 100, unit: 'PERCENT' } });
  assert.equal(scaled.computedDesiredCount, 3);
  const other = create(ecs, { scale: { value: 0 } });
  ecs.call('UpdateServicePrimaryTaskSet', { ...OF, primaryTaskSet: made.id });
  ecs.call('UpdateServicePrimaryTaskSet', { ...OF, primaryTaskSet: other.taskSetArn });
  assert.match(ecs.call('DescribeServices', { services: ['ext'] }).services[0].taskDefinition, /app:1$/);
  const { taskSets: all } = ecs.call('DescribeTaskSets', OF);
  assert.deepEqual(all.map((set: any) => [set.status, set.tags.length]), [['ACTIVE', 0], ['PRIMARY', 0]]);
  assert.throws(() => ecs.call('DeleteTaskSet', { ...OF, taskSet: made.id }), { code: 'InvalidParameterException' });
  assert.equal(ecs.call('DeleteTaskSet', { ...OF, taskSet: made.id, force: true }).taskSet.status, 'DRAINING');
  assert.deepEqual(ecs.call('DescribeServices', { services: ['ext'] }).services[0].taskSets.map((set: any) => set.computedDesiredCount), [0, 0]);
  assert.throws(() => ecs.call('UpdateTaskSet', { ...OF, taskSet: 'ecs-svc/1', scale: { value: 1 } }), { code: 'TaskSetNotFoundException' });
  assert.deepEqual(ecs.call('ListTagsForResource', { resourceArn: made.taskSetArn }).tags, [{ key: 'a', value: 'b' }]);
});

test('an EXTERNAL service has no deployment, and takes from its task sets what other services say themselves', async () => {
  const ecs = await openExternal();
  const [service] = ecs.call('DescribeServices', { services: ['ext'] }).services;
  assert.deepEqual([service.deployments, service.taskSets, 'taskDefinition' in service, 'currentServiceDeployment' in service], [[], [], false, false]);
  const make = (input: object) => () => ecs.call('CreateService', { serviceName: 'e2', desiredCount: 1, deploymentController: { type: 'EXTERNAL' }, ...input });
  assert.throws(make({ taskDefinition: 'app' }), { code: 'InvalidParameterException', message: 'TaskDefinition must be blank' });
  assert.throws(make({ loadBalancers: [{ targetGroupArn: 'x' }] }), { message: 'LoadBalancers must be empty or null.' });
  assert.throws(() => ecs.call('UpdateService', { service: 'ext', taskDefinition: 'app' }), {
    message: 'Unable to update task definition on services with a EXTERNAL deployment controller.',
  });
});

test('task sets are for services whose controller is EXTERNAL, five of them at most', async () => {
  const ecs = await openExternal();
  ecs.call('CreateService', { serviceName: 'web', taskDefinition: 'app', desiredCount: 1 });
  assert.throws(() => ecs.call('CreateTaskSet', { cluster: 'default', service: 'web', taskDefinition: 'app' }), {
    code: 'InvalidParameterException',
    message: 'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
  });
  assert.throws(() => create(ecs, { clientToken: 't'.repeat(37) }), { code: 'InvalidParameterException' });
  const first = create(ecs, { clientToken: 't' });
  assert.equal(create(ecs, { clientToken: 't' }).id, first.id);
  for (let i = 0; i < 4; i++) create(ecs);
  assert.throws(() => create(ecs), { code: 'LimitExceededException' });
  for (const scale of [{ value: 101 }, { value: -1 }, {}]) assert.throws(() => ecs.call('UpdateTaskSet', { ...OF, taskSet: first.id, scale }), { code: 'InvalidParameterException' });
  assert.equal(ecs.store.size(taskSets), 5);
});

test('a CODE_DEPLOY service begins with a primary task set of its own', async () => {
  const ecs = await openExternal();
  const { service } = ecs.call('CreateService', { serviceName: 'cd', taskDefinition: 'app', desiredCount: 2, deploymentController: { type: 'CODE_DEPLOY' } });
  assert.deepEqual([service.deployments, service.taskSets.map((set: any) => [set.status, set.computedDesiredCount])], [[], [['PRIMARY', 2]]]);
});
