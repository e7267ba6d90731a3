// The task definition operations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, openEcs, type EcsHarness } from '#tests/support/api-harness.ts';

const PLAIN = { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 64 }] };
const arnOf = (name: string): string => `arn:aws:ecs:us-east-1:${ACCOUNT}:task-definition/${name}`;

function register(ecs: EcsHarness, family: string, times = 1): void {
  for (let i = 0; i < times; i++) ecs.call('RegisterTaskDefinition', { ...PLAIN, family });
}

test('revisions count up within a family and are described by family, number and ARN', async () => {
  const ecs = await openEcs();
  const { taskDefinition } = ecs.call('RegisterTaskDefinition', PLAIN);
  assert.deepEqual([taskDefinition.taskDefinitionArn, taskDefinition.revision, taskDefinition.status], [arnOf('app:1'), 1, 'ACTIVE']);
  assert.ok(taskDefinition.registeredAt instanceof Date);
  assert.equal(taskDefinition.registeredBy, `arn:aws:iam::${ACCOUNT}:root`);
  register(ecs, 'app');
  const revisionOf = (taskDefinition: string) => ecs.call('DescribeTaskDefinition', { taskDefinition }).taskDefinition.revision;
  assert.deepEqual(['app', 'app:1', arnOf('app:2'), arnOf('app')].map(revisionOf), [2, 1, 2, 2]);
});

test('what was registered is what is described, member for member', async () => {
  const ecs = await openEcs();
  const { taskDefinition: registered } = ecs.call('RegisterTaskDefinition', PLAIN);
  const { taskDefinition: described, ...rest } = ecs.call('DescribeTaskDefinition', { taskDefinition: 'app' });
  assert.deepEqual(described, registered);
  assert.deepEqual(rest, {});
  assert.deepEqual(Object.keys(described).sort(), [
    'compatibilities', 'containerDefinitions', 'family', 'placementConstraints', 'registeredAt', 'registeredBy', 'requiresAttributes', 'revision',
    'status', 'taskDefinitionArn', 'volumes',
  ]);
});

test('tags come when asked for', async () => {
  const ecs = await openEcs();
  const tags = [{ key: 'k', value: 'v' }];
  assert.deepEqual(ecs.call('RegisterTaskDefinition', { ...PLAIN, tags }).tags, tags);
  assert.ok(!('tags' in ecs.call('DescribeTaskDefinition', { taskDefinition: 'app' })));
  assert.deepEqual(ecs.call('DescribeTaskDefinition', { taskDefinition: 'app', include: ['TAGS'] }).tags, tags);
});

test('an unknown definition cannot be described, and a bad revision is named', async () => {
  const ecs = await openEcs();
  const describe = (taskDefinition: string) => () => ecs.call('DescribeTaskDefinition', { taskDefinition });
  assert.throws(describe('app'), { code: 'ClientException', message: 'Unable to describe task definition.' });
  assert.throws(describe('app:x'), { code: 'InvalidParameterException', message: 'Invalid revision number. Number: x' });
  assert.throws(describe('app:0'), { code: 'InvalidParameterException' });
});

test('refusals carry the words of ECS', async () => {
  const ecs = await openEcs();
  const refused = (input: object, message: string, code = 'ClientException') =>
    assert.throws(() => ecs.call('RegisterTaskDefinition', { ...PLAIN, ...input }), { code, message });
  const container = (change: object) => ({ containerDefinitions: [{ name: 'app', image: 'busybox', memory: 64, ...change }] });
  const fargate = { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '256', memory: '512' };
  refused(container({ memory: undefined }), "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.");
  refused(container({ name: 'a b' }), 'Container.name contains invalid characters.');
  refused(container({ mountPoints: [{ sourceVolume: 'x', containerPath: '/x' }] }), "Unknown volume 'x'.");
  refused(container({ logConfiguration: { logDriver: 'awslogs' } }), 'Log driver awslogs requires options: awslogs-region, awslogs-group');
  refused({ ...fargate, memory: '300' }, 'No Fargate configuration exists for given values: 256 CPU, 300 memory. See the Amazon ECS documentation for the valid values.');
  refused({ ...fargate, networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.');
  refused({ ...fargate, cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level.");
  refused({ cpu: 'many' }, "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.");
  refused({ networkMode: 'x' }, 'networkMode should be one of [bridge,host,awsvpc,none]', 'InvalidParameterException');
  assert.equal(ecs.store.revision, 0);
});

test('a deregistered revision is INACTIVE: described, not run, and the family means the newest one left', async () => {
  const ecs = await openEcs();
  ecs.addHost();
  register(ecs, 'app', 3);
  for (const revision of [3, 1]) {
    const { taskDefinition } = ecs.call('DeregisterTaskDefinition', { taskDefinition: `app:${revision}` });
    assert.equal(taskDefinition.status, 'INACTIVE');
    assert.ok(taskDefinition.deregisteredAt instanceof Date);
  }
  assert.equal(ecs.call('DescribeTaskDefinition', { taskDefinition: 'app' }).taskDefinition.revision, 2);
  assert.equal(ecs.call('DescribeTaskDefinition', { taskDefinition: 'app:3' }).taskDefinition.status, 'INACTIVE');
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app:3' }), { code: 'ClientException', message: 'TaskDefinition is inactive' });
  ecs.call('DeregisterTaskDefinition', { taskDefinition: 'app:2' });
  assert.throws(() => ecs.call('DescribeTaskDefinition', { taskDefinition: 'app' }), { code: 'ClientException' });
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app' }), { code: 'ClientException', message: 'TaskDefinition not found.' });
  assert.throws(() => ecs.call('DeregisterTaskDefinition', { taskDefinition: 'app' }), { code: 'InvalidParameterException' });
  register(ecs, 'app');
  assert.equal(ecs.call('DescribeTaskDefinition', { taskDefinition: 'app' }).taskDefinition.revision, 4);
});

test('only INACTIVE revisions are deleted, up to ten, and each failure says why', async () => {
  const ecs = await openEcs();
  register(ecs, 'app', 2);
  ecs.call('DeregisterTaskDefinition', { taskDefinition: 'app:1' });
  const { taskDefinitions, failures } = ecs.call('DeleteTaskDefinitions', { taskDefinitions: ['app:1', 'app:2', 'app:9'] });
  assert.deepEqual(taskDefinitions.map((d: { status: string; revision: number }) => [d.revision, d.status]), [[1, 'DELETE_IN_PROGRESS']]);
  assert.deepEqual(failures.map((f: { arn: string }) => f.arn), [arnOf('app:2'), arnOf('app:9')]);
  assert.match(failures[0].reason, /ACTIVE status/);
  const eleven = Array.from({ length: 11 }, (_, i) => `app:${i + 1}`);
  assert.throws(() => ecs.call('DeleteTaskDefinitions', { taskDefinitions: eleven }), { code: 'InvalidParameterException' });
});

test('revisions are listed by family, then by number, either way round, page by page', async () => {
  const ecs = await openEcs();
  register(ecs, 'web', 2);
  register(ecs, 'app', 11);
  ecs.call('DeregisterTaskDefinition', { taskDefinition: 'app:2' });
  const list = (input: Record<string, unknown>): string[] => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const answer = ecs.call('ListTaskDefinitions', { ...input, nextToken });
      names.push(...answer.taskDefinitionArns.map((arn: string) => arn.slice(arn.indexOf('/') + 1)));
      nextToken = answer.nextToken;
    } while (nextToken);
    return names;
  };
  const ascending = ['app:1', 'app:3', 'app:4', 'app:5', 'app:6', 'app:7', 'app:8', 'app:9', 'app:10', 'app:11', 'web:1', 'web:2'];
  for (const maxResults of [1, 3, 100]) {
    assert.deepEqual(list({ maxResults }), ascending);
    assert.deepEqual(list({ maxResults, sort: 'DESC' }), ascending.toReversed());
  }
  assert.deepEqual(list({ status: 'INACTIVE' }), ['app:2']);
  assert.deepEqual(list({ familyPrefix: 'web' }), ['web:1', 'web:2']);
  assert.deepEqual(list({ familyPrefix: 'we' }), []);
});

test('families are listed by name; INACTIVE ones have no ACTIVE revision', async () => {
  const ecs = await openEcs();
  for (const family of ['web', 'app', 'api', 'old']) register(ecs, family);
  ecs.call('DeregisterTaskDefinition', { taskDefinition: 'old:1' });
  const families = (input: object) => ecs.call('ListTaskDefinitionFamilies', input as Record<string, unknown>).families;
  assert.deepEqual(families({}), ['api', 'app', 'old', 'web']);
  assert.deepEqual(families({ status: 'ACTIVE' }), ['api', 'app', 'web']);
  assert.deepEqual(families({ status: 'INACTIVE' }), ['old']);
  assert.deepEqual(families({ familyPrefix: 'ap' }), ['api', 'app']);
  const first = ecs.call('ListTaskDefinitionFamilies', { maxResults: 3 });
  assert.deepEqual(ecs.call('ListTaskDefinitionFamilies', { maxResults: 3, nextToken: first.nextToken }).families, ['web']);
});
