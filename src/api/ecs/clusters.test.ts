// The cluster operations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, openEcs } from '#tests/support/api-harness.ts';

const arnOf = (name: string): string => `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/${name}`;

test('describing no cluster by name means the default one, which appears on first use', async () => {
  const ecs = await openEcs();
  assert.deepEqual(ecs.call('ListClusters').clusterArns, []);
  const { clusters, failures } = ecs.call('DescribeClusters', { clusters: [] });
  assert.deepEqual([clusters.length, clusters[0].clusterArn, clusters[0].status, failures], [1, arnOf('default'), 'ACTIVE', []]);
  assert.deepEqual(ecs.call('ListClusters').clusterArns, [arnOf('default')]);
});

test('accounts and regions do not see each other', async () => {
  const ecs = await openEcs();
  ecs.call('CreateCluster', { clusterName: 'a' });
  for (const options of [{ account: '111111111111' }, { region: 'eu-west-1' }]) {
    assert.deepEqual(ecs.call('ListClusters', {}, options).clusterArns, []);
    assert.throws(() => ecs.call('ListTasks', { cluster: 'a' }, options), { code: 'ClusterNotFoundException' });
    assert.throws(() => ecs.call('ListTasks', { cluster: arnOf('a') }, options), { code: 'InvalidParameterException' });
  }
});

test('a new cluster has what was given and ECS defaults otherwise', async () => {
  const ecs = await openEcs();
  const { cluster } = ecs.call('CreateCluster', {
    clusterName: 'a',
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    tags: [{ key: 'k', value: 'v' }],
  });
  assert.deepEqual(cluster, {
    clusterArn: arnOf('a'),
    clusterName: 'a',
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: 0,
    pendingTasksCount: 0,
    activeServicesCount: 0,
    statistics: [],
    tags: [{ key: 'k', value: 'v' }],
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }],
  });
});

test('creating a cluster again answers it as it is and changes nothing', async () => {
  const ecs = await openEcs();
  ecs.call('CreateCluster', { clusterName: 'a', tags: [{ key: 'k', value: 'v' }] });
  const { revision } = ecs.store;
  const { cluster } = ecs.call('CreateCluster', { clusterName: 'a', tags: [{ key: 'other', value: 'v' }] });
  assert.deepEqual(cluster.tags, [{ key: 'k', value: 'v' }]);
  assert.equal(ecs.store.revision, revision);
});

test('what is optional comes only when asked for', async () => {
  const ecs = await openEcs();
  const configuration = { executeCommandConfiguration: { logging: 'DEFAULT' } };
  ecs.call('CreateCluster', { clusterName: 'a', configuration, tags: [{ key: 'k', value: 'v' }] });
  const [plain] = ecs.call('DescribeClusters', { clusters: ['a'] }).clusters;
  assert.deepEqual([plain.tags, plain.settings, plain.statistics, plain.configuration, plain.attachments], [[], [], [], undefined, undefined]);
  const include = ['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'];
  const [full] = ecs.call('DescribeClusters', { clusters: [arnOf('a')], include }).clusters;
  assert.deepEqual([full.tags.length, full.settings.length, full.configuration, full.attachments], [1, 1, configuration, []]);
  assert.ok(full.statistics.some((s: { name: string; value: string }) => s.name === 'runningFargateTasksCount' && s.value === '0'));
  assert.throws(() => ecs.call('DescribeClusters', { include: ['COLOUR'] }), { code: 'InvalidParameterException' });
});

test('a cluster that never existed is a failure, once however often it is named', async () => {
  const ecs = await openEcs();
  const { clusters, failures } = ecs.call('DescribeClusters', { clusters: ['nope', arnOf('nope')] });
  assert.deepEqual([clusters, failures], [[], [{ arn: arnOf('nope'), reason: 'MISSING' }]]);
});

test('a deleted cluster is INACTIVE, can be described, is not listed, and can be made anew', async () => {
  const ecs = await openEcs();
  ecs.call('CreateCluster', { clusterName: 'a', tags: [{ key: 'k', value: 'v' }] });
  assert.equal(ecs.call('DeleteCluster', { cluster: 'a' }).cluster.status, 'INACTIVE');
  assert.equal(ecs.call('DescribeClusters', { clusters: ['a'] }).clusters[0].status, 'INACTIVE');
  assert.deepEqual(ecs.call('ListClusters').clusterArns, []);
  assert.throws(() => ecs.call('ListTasks', { cluster: 'a' }), { code: 'ClusterNotFoundException' });
  assert.throws(() => ecs.call('TagResource', { resourceArn: arnOf('a'), tags: [] }), { code: 'InvalidParameterException' });
  const { cluster } = ecs.call('CreateCluster', { clusterName: 'a' });
  assert.deepEqual([cluster.status, cluster.tags], ['ACTIVE', []]);
});

test('a cluster in use is not deleted, and says by what', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost({ cluster: 'default' });
  assert.throws(() => ecs.call('DeleteCluster', { cluster: 'default' }), {
    code: 'ClusterContainsContainerInstancesException',
    message: 'The Cluster cannot be deleted while Container Instances are active or draining.',
  });
  ecs.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 64 }] });
  const { tasks } = ecs.call('RunTask', { taskDefinition: 'app' });
  ecs.call('DeregisterContainerInstance', { containerInstance: host, force: true });
  assert.equal(ecs.call('DescribeTasks', { tasks: [tasks[0].taskArn] }).tasks[0].desiredStatus, 'STOPPED');
  ecs.call('DeleteCluster', { cluster: 'default' });

  ecs.addHost({ pool: 'fargate', cluster: 'b', ...createCluster(ecs, 'b') });
  const { subnets } = ecs.network();
  ecs.call('RegisterTaskDefinition', {
    family: 'far', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512', containerDefinitions: [{ name: 'a', image: 'b' }],
  });
  ecs.call('RunTask', { cluster: 'b', taskDefinition: 'far', launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration: { subnets } } });
  assert.throws(() => ecs.call('DeleteCluster', { cluster: 'b' }), {
    code: 'ClusterContainsTasksException',
    message: 'The Cluster cannot be deleted while Tasks are active.',
  });
});

function createCluster(ecs: Awaited<ReturnType<typeof openEcs>>, clusterName: string): object {
  ecs.call('CreateCluster', { clusterName });
  return {};
}

test('an update changes what is given and leaves the rest', async () => {
  const ecs = await openEcs();
  const configuration = { executeCommandConfiguration: { logging: 'NONE' } };
  ecs.call('CreateCluster', { clusterName: 'a', configuration });
  const settings = [{ name: 'containerInsights', value: 'enhanced' }];
  const { cluster } = ecs.call('UpdateCluster', { cluster: 'a', settings });
  assert.deepEqual([cluster.settings, cluster.configuration], [settings, configuration]);
  const namespace = 'arn:aws:servicediscovery:us-east-1:1:namespace/ns-1';
  assert.deepEqual(ecs.call('UpdateCluster', { cluster: 'a', serviceConnectDefaults: { namespace } }).cluster.serviceConnectDefaults, { namespace });
  assert.deepEqual(ecs.call('UpdateCluster', { cluster: 'a' }).cluster.serviceConnectDefaults, { namespace });
  assert.ok(!('serviceConnectDefaults' in ecs.call('UpdateCluster', { cluster: 'a', serviceConnectDefaults: { namespace: '' } }).cluster));
  const off = [{ name: 'containerInsights', value: 'disabled' }];
  assert.deepEqual(ecs.call('UpdateClusterSettings', { cluster: 'a', settings: off }).cluster.settings, off);
});

test('providers are replaced as a whole, and a strategy uses only those of the cluster', async () => {
  const ecs = await openEcs();
  ecs.call('CreateCluster', { clusterName: 'a', capacityProviders: ['FARGATE'] });
  const put = (capacityProviders: string[], strategy: object[]) =>
    ecs.call('PutClusterCapacityProviders', { cluster: 'a', capacityProviders, defaultCapacityProviderStrategy: strategy }).cluster;
  assert.deepEqual(put(['FARGATE_SPOT'], [{ capacityProvider: 'FARGATE_SPOT', base: 1 }]).capacityProviders, ['FARGATE_SPOT']);
  assert.throws(() => put(['FARGATE_SPOT'], [{ capacityProvider: 'FARGATE' }]), /not associated with the cluster/);
  assert.throws(() => put(['mine'], []), /does not exist/);
  assert.throws(() => put(['FARGATE'], [{ capacityProvider: 'FARGATE', weight: 1001 }]), { code: 'InvalidParameterException' });
  assert.deepEqual(put([], []).capacityProviders, []);
});

test('bad names, settings and tags are refused', async () => {
  const ecs = await openEcs();
  const refused = (input: object) => assert.throws(() => ecs.call('CreateCluster', input as Record<string, unknown>), { code: 'InvalidParameterException' });
  refused({ clusterName: 'a b' });
  refused({ clusterName: 'x'.repeat(256) });
  refused({ clusterName: 'a', settings: [{ name: 'containerInsights', value: 'loud' }] });
  refused({ clusterName: 'a', settings: [{ name: 'colour', value: 'red' }] });
  refused({ clusterName: 'a', tags: [{ key: 'aws:x', value: '' }] });
  refused({ clusterName: 'a', tags: [{ key: '', value: '' }] });
  refused({ clusterName: 'a', tags: [{ key: 'k' }, { key: 'k' }] });
  refused({ clusterName: 'a', tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}` })) });
  assert.equal(ecs.store.revision, 0);
});

test('pages go through all clusters once, stable while others are made, and tokens belong to their list', async () => {
  const ecs = await openEcs();
  const made = Array.from({ length: 25 }, (_, i) => ecs.call('CreateCluster', { clusterName: `c${i}` }).cluster.clusterArn);
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = ecs.call('ListClusters', { maxResults: 10, nextToken });
    seen.push(...answer.clusterArns);
    nextToken = answer.nextToken;
    if (seen.length === 10) ecs.call('DeleteCluster', { cluster: 'c3' });
  } while (nextToken);
  assert.deepEqual(seen, made);
  const { nextToken: token } = ecs.call('ListClusters', { maxResults: 1 });
  assert.throws(() => ecs.call('ListTaskDefinitionFamilies', { nextToken: token }), { code: 'InvalidParameterException' });
  for (const bad of ['x', '', 'bnVsbA']) assert.throws(() => ecs.call('ListClusters', { nextToken: bad }), { code: 'InvalidParameterException' });
  for (const maxResults of [0, 101]) assert.throws(() => ecs.call('ListClusters', { maxResults }), { code: 'InvalidParameterException' });
});
