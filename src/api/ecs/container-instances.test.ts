// Container instances, their attributes, and what their agents report.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessKeys } from '#model/account.ts';
import { containerInstances } from '#model/container-instance.ts';
import { joinedHosts, type JoinedHost } from '#model/joined-host.ts';
import { ACCOUNT, AGENT_ARN, openEcs } from '#tests/support/api-harness.ts';

const RESOURCES = [
  { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
  { name: 'MEMORY', type: 'INTEGER', integerValue: 4096 },
  { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22'] },
  { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
];

test('every attribute comes back as it was sent, with the zone added', async () => {
  const ecs = await openEcs();
  const attributes = [{ name: 'ecs.os-type', value: 'linux' }, { name: 'ecs.capability.task-eni' }, { name: 'empty', value: '' }];
  const { containerInstance } = ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, attributes, versionInfo: { agentVersion: '1.0' } });
  for (const attribute of attributes) assert.ok(containerInstance.attributes.some((a: object) => JSON.stringify(a) === JSON.stringify(attribute)), attribute.name);
  assert.ok(containerInstance.attributes.some((a: any) => a.name === 'ecs.availability-zone' && a.value === 'us-east-1a'));
  assert.deepEqual(containerInstance.registeredResources, containerInstance.remainingResources);
  assert.deepEqual(containerInstance.registeredResources[0], { name: 'CPU', type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: 2048 });
  assert.deepEqual([containerInstance.status, containerInstance.agentConnected, containerInstance.versionInfo], ['ACTIVE', false, { agentVersion: '1.0' }]);
});

test('a host that registers again under its ARN is the same host', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost();
  ecs.call('PutAttributes', { attributes: [{ name: 'rack', value: 'r1', targetId: host }] });
  const { containerInstance } = ecs.call('RegisterContainerInstance', {
    containerInstanceArn: host, totalResources: RESOURCES, attributes: [{ name: 'ecs.os-type', value: 'linux' }],
  });
  assert.equal(containerInstance.containerInstanceArn, host);
  assert.equal(containerInstance.registeredResources[0].integerValue, 2048);
  assert.ok(containerInstance.attributes.some((a: any) => a.name === 'rack'));
  assert.deepEqual(ecs.call('ListContainerInstances').containerInstanceArns, [host]);
  const gone = `${host.slice(0, -32)}${'0'.repeat(32)}`;
  assert.throws(() => ecs.call('RegisterContainerInstance', { containerInstanceArn: gone, totalResources: RESOURCES }), { code: 'ClientException' });
});

test('only the default cluster is made for a host', async () => {
  const ecs = await openEcs();
  assert.throws(() => ecs.call('RegisterContainerInstance', { cluster: 'mine', totalResources: RESOURCES }), { code: 'ClusterNotFoundException' });
  ecs.call('RegisterContainerInstance', { totalResources: RESOURCES });
  assert.equal(ecs.call('DescribeClusters').clusters[0].registeredContainerInstancesCount, 1);
});

test('the identity document names instance, zone and type', async () => {
  const ecs = await openEcs();
  const instanceIdentityDocument = JSON.stringify({ instanceId: 'i-1', availabilityZone: 'us-east-1c', instanceType: 'm5.large', imageId: 'ami-1' });
  const { containerInstance } = ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, instanceIdentityDocument });
  assert.equal(containerInstance.ec2InstanceId, 'i-1');
  const value = (name: string) => containerInstance.attributes.find((a: any) => a.name === name)?.value;
  assert.deepEqual([value('ecs.availability-zone'), value('ecs.instance-type'), value('ecs.ami-id')], ['us-east-1c', 'm5.large', 'ami-1']);
  assert.ok(ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, instanceIdentityDocument: 'no json' }));
});

test('hosts of the Fargate pool are nowhere to be seen', async () => {
  const ecs = await openEcs();
  const pool = ecs.addHost({ pool: 'fargate' });
  assert.deepEqual(ecs.call('ListContainerInstances').containerInstanceArns, []);
  assert.deepEqual(ecs.call('DescribeContainerInstances', { containerInstances: [pool] }).failures, [{ arn: pool, reason: 'MISSING' }]);
  assert.throws(() => ecs.call('DeregisterContainerInstance', { containerInstance: pool }), { code: 'InvalidParameterException' });
  assert.throws(() => ecs.call('ListTagsForResource', { resourceArn: pool }), { code: 'ResourceNotFoundException' });
  assert.deepEqual(ecs.call('ListAttributes', { targetType: 'container-instance' }).attributes, []);
});

test("only a host's own key lets it into the pool", async () => {
  const ecs = await openEcs();
  const key = (kind: 'root' | 'agent') => ({
    accessKeyId: 'AKIATEST', secretAccessKey: 's', account: ACCOUNT, principalArn: AGENT_ARN, userId: 'u', kind, createdAt: 0,
  });
  ecs.store.transact((tx) => tx.put(accessKeys, key('root')));
  assert.throws(() => ecs.addHost({ pool: 'fargate' }), { code: 'AccessDeniedException' });
  ecs.store.transact((tx) => tx.put(accessKeys, key('agent')));
  ecs.addHost({ pool: 'fargate' });
});

test('instances are listed by status, page by page, and drained and brought back', async () => {
  const ecs = await openEcs();
  const hosts = Array.from({ length: 5 }, () => ecs.addHost());
  const { containerInstances, failures } = ecs.call('UpdateContainerInstancesState', { containerInstances: [hosts[1], 'f'.repeat(32)], status: 'DRAINING' });
  assert.deepEqual([containerInstances[0].status, failures[0].reason], ['DRAINING', 'MISSING']);
  const list = (input: object): string[] => ecs.call('ListContainerInstances', input as Record<string, unknown>).containerInstanceArns;
  assert.deepEqual(list({ status: 'DRAINING' }), [hosts[1]]);
  assert.deepEqual(list({ status: 'ACTIVE' }), [hosts[0], hosts[2], hosts[3], hosts[4]]);
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = ecs.call('ListContainerInstances', { maxResults: 2, nextToken });
    seen.push(...answer.containerInstanceArns);
    nextToken = answer.nextToken;
  } while (nextToken);
  assert.deepEqual(seen.sort(), [...hosts].sort());
  assert.equal(ecs.call('UpdateContainerInstancesState', { containerInstances: [hosts[1]], status: 'ACTIVE' }).containerInstances[0].status, 'ACTIVE');
  assert.throws(() => ecs.call('UpdateContainerInstancesState', { containerInstances: [hosts[1]], status: 'INACTIVE' }), { code: 'InvalidParameterException' });
  assert.throws(() => list({ filter: 'runningTasksCount > (1)' }), { code: 'InvalidParameterException' });
});

test('an instance with tasks leaves only by force, and its tasks end with it', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost();
  ecs.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8 }] });
  const [{ taskArn }] = ecs.call('RunTask', { taskDefinition: 'app' }).tasks;
  assert.throws(() => ecs.call('DeregisterContainerInstance', { containerInstance: host }), { message: 'Found running tasks on the instance.' });
  assert.equal(ecs.call('DeregisterContainerInstance', { containerInstance: host, force: true }).containerInstance.status, 'INACTIVE');
  assert.equal(ecs.call('DescribeTasks', { tasks: [taskArn] }).tasks[0].lastStatus, 'STOPPED');
  assert.equal(ecs.call('DescribeContainerInstances', { containerInstances: [host] }).containerInstances[0].status, 'INACTIVE');
  assert.deepEqual(ecs.call('ListContainerInstances').containerInstanceArns, []);
});

test('attributes are put, listed by name and value, and deleted', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost();
  const put = (attributes: object[]) => ecs.call('PutAttributes', { attributes });
  assert.deepEqual(put([{ name: 'rack', value: 'r1', targetType: 'container-instance', targetId: host.slice(-32) }]).attributes, [
    { name: 'rack', value: 'r1', targetType: 'container-instance', targetId: host },
  ]);
  const listed = (input: object) => ecs.call('ListAttributes', { targetType: 'container-instance', ...input }).attributes;
  assert.deepEqual(listed({ attributeName: 'rack' }), [{ name: 'rack', value: 'r1', targetId: host }]);
  assert.deepEqual(listed({ attributeName: 'rack', attributeValue: 'r2' }), []);
  assert.equal(listed({}).length, 2);
  const page = ecs.call('ListAttributes', { targetType: 'container-instance', maxResults: 1 });
  assert.equal(ecs.call('ListAttributes', { targetType: 'container-instance', maxResults: 1, nextToken: page.nextToken }).attributes[0].name, 'rack');
  const remove = (value?: string) => ecs.call('DeleteAttributes', { attributes: [{ name: 'rack', value, targetId: host }] }).attributes.length;
  assert.deepEqual([remove('r2'), remove('r1'), remove()], [0, 1, 0]);
  assert.throws(() => put([{ name: 'ecs.os-type', value: 'x', targetId: host }]), { code: 'InvalidParameterException' });
  assert.throws(() => put([{ name: 'x', targetId: 'f'.repeat(32) }]), { code: 'TargetNotFoundException' });
  put(Array.from({ length: 10 }, (_, i) => ({ name: `a${i}`, value: 'v', targetId: host })));
  assert.throws(() => put([{ name: 'one-more', targetId: host }]), { code: 'AttributeLimitExceededException' });
});

test('agents learn where to connect, and that there is nothing to update', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost();
  assert.deepEqual(ecs.call('DiscoverPollEndpoint', { containerInstance: host }), {
    endpoint: 'http://127.0.0.1:4566/_acs',
    telemetryEndpoint: 'http://127.0.0.1:4566/_tcs',
  });
  assert.throws(() => ecs.call('UpdateContainerAgent', { containerInstance: host }), { code: 'NoUpdateAvailableException' });
});

test('reports about unknown tasks are acknowledged, those of a stranger refused, and nothing new changes nothing', async () => {
  const ecs = await openEcs();
  ecs.addHost();
  const agent = { callerArn: AGENT_ARN };
  ecs.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8 }] });
  const [{ taskArn }] = ecs.call('RunTask', { taskDefinition: 'app' }).tasks;
  const submit = (input: object, options: object = agent) => ecs.call('SubmitTaskStateChange', { task: taskArn, ...input }, options);
  assert.deepEqual(submit({ task: `${taskArn.slice(0, -32)}${'0'.repeat(32)}`, status: 'RUNNING' }), { acknowledgment: 'ACK' });
  assert.throws(() => submit({ status: 'RUNNING' }, { callerArn: 'arn:aws:iam::1:user/other' }), { code: 'AccessDeniedException' });
  const bindings = [{ bindIP: '0.0.0.0', containerPort: 80, hostPort: 32768, protocol: 'tcp' }];
  ecs.call('SubmitContainerStateChange', { task: taskArn, containerName: 'app', status: 'RUNNING', runtimeId: 'abc', networkBindings: bindings }, agent);
  const pullStartedAt = new Date(1000);
  submit({ status: 'RUNNING', containers: [{ containerName: 'app', status: 'RUNNING' }], pullStartedAt });
  const describe = () => ecs.call('DescribeTasks', { tasks: [taskArn] }).tasks[0];
  assert.deepEqual([describe().lastStatus, describe().pullStartedAt, describe().containers[0].networkBindings], ['RUNNING', pullStartedAt, bindings]);
  const { revision } = ecs.store;
  submit({ status: 'RUNNING', containers: [{ containerName: 'app', status: 'RUNNING' }], pullStartedAt });
  submit({ status: 'PENDING' });
  assert.equal(ecs.store.revision, revision);
  submit({ status: 'STOPPED', reason: 'CannotPullContainerError: no', containers: [{ containerName: 'app', status: 'STOPPED', exitCode: 3 }] });
  assert.deepEqual([describe().lastStatus, describe().containers[0].exitCode], ['STOPPED', 3]);
});

test("an agent reports the attachments of its tasks, of whatever account's", async () => {
  const ecs = await openEcs();
  ecs.addHost({ pool: 'fargate' });
  const other = { account: '111111111111' };
  const { subnets } = ecs.network(other);
  const definition = { family: 'far', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512', containerDefinitions: [{ name: 'a', image: 'b' }] };
  ecs.call('RegisterTaskDefinition', definition, other);
  const run = { taskDefinition: 'far', launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration: { subnets } } };
  const [task] = ecs.call('RunTask', run, other).tasks;
  const attachmentArn = `arn:aws:ecs:us-east-1:111111111111:attachment/${task.attachments[0].id}`;
  const submit = (callerArn: string) => ecs.call('SubmitAttachmentStateChanges', { cluster: task.clusterArn, attachments: [{ attachmentArn, status: 'ATTACHED' }] }, { callerArn });
  assert.throws(() => submit('arn:aws:iam::111111111111:root'), { code: 'AccessDeniedException' });
  submit(AGENT_ARN);
  assert.equal(ecs.call('DescribeTasks', { tasks: [task.taskArn] }, other).tasks[0].attachments[0].status, 'ATTACHED');
  ecs.call('SubmitTaskStateChange', { cluster: task.clusterArn, task: task.taskArn, status: 'RUNNING' }, { callerArn: AGENT_ARN });
  assert.equal(ecs.call('DescribeTasks', { tasks: [task.taskArn] }, other).tasks[0].lastStatus, 'RUNNING');
});

test('an EC2 instance is one container instance, of one cluster, for one agent', async () => {
  const ecs = await openEcs();
  const instanceIdentityDocument = JSON.stringify({ instanceId: 'i-1' });
  const first = ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, instanceIdentityDocument }).containerInstance.containerInstanceArn;
  // The agent has lost its state.
  assert.equal(ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, instanceIdentityDocument }).containerInstance.containerInstanceArn, first);
  ecs.store.transact((tx) => tx.put(containerInstances, { ...tx.get(containerInstances, first)!, agentConnected: true }));
  assert.throws(() => ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, instanceIdentityDocument }), { code: 'ClientException', message: /its agent is connected/ });
  ecs.call('CreateCluster', { clusterName: 'other' });
  assert.throws(() => ecs.call('RegisterContainerInstance', { cluster: 'other', totalResources: RESOURCES, instanceIdentityDocument }), { code: 'ClientException', message: /Deregister it there first/ });
  ecs.call('DeregisterContainerInstance', { containerInstance: first });
  assert.notEqual(ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, instanceIdentityDocument }).containerInstance.containerInstanceArn, first);
});

test('what no machine has is refused, and so are two values for one thing', async () => {
  const ecs = await openEcs();
  const refused = (input: object): void => assert.throws(() => ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, ...input }), { code: 'InvalidParameterException' });
  const cpu = (integerValue: number) => ({ name: 'CPU', type: 'INTEGER', integerValue });
  refused({ totalResources: [cpu(2_000_000)] });
  refused({ totalResources: [cpu(-1)] });
  refused({ totalResources: [cpu(1024), cpu(2048)] });
  refused({ totalResources: [{ name: 'PORTS', type: 'STRINGSET', stringSetValue: ['70000'] }] });
  refused({ totalResources: [{ name: 'GPU', type: 'STRINGSET', stringSetValue: ['a', 'a'] }] });
  refused({ attributes: [{ name: 'rack', value: '1' }, { name: 'rack', value: '2' }] });
  assert.deepEqual(ecs.call('ListClusters').clusterArns, []);
});

test('capabilities of an earlier agent go, attributes of users stay', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost();
  ecs.call('PutAttributes', { attributes: [{ name: 'rack', value: 'r1', targetId: host }] });
  const again = (attributes: object[]): string[] => ecs.call('RegisterContainerInstance', { containerInstanceArn: host, totalResources: RESOURCES, attributes }).containerInstance.attributes.map((a: any) => a.name);
  assert.ok(again([{ name: 'ecs.capability.task-eni' }]).includes('ecs.capability.task-eni'));
  const names = again([{ name: 'ecs.availability-zone', value: 'us-east-1b' }]);
  assert.ok(!names.includes('ecs.capability.task-eni') && names.includes('rack'));
});

test('a host with a token for the Fargate pool registers there and nowhere else', async () => {
  const ecs = await openEcs();
  const principalArn = `arn:aws:iam::${ACCOUNT}:user/longshore-host-p1`;
  ecs.store.transact((tx) => {
    tx.put(accessKeys, { accessKeyId: 'AKIAPOOL', secretAccessKey: 's', account: ACCOUNT, principalArn, userId: 'u', kind: 'agent', createdAt: 0, hostId: 'p1' });
    tx.put(joinedHosts, { id: 'p1', account: ACCOUNT, region: 'us-east-1', clusterArn: 'any', clusterName: 'default', pool: 'fargate' } as JoinedHost);
  });
  const as = { callerArn: principalArn, accessKeyId: 'AKIAPOOL' };
  assert.throws(() => ecs.call('RegisterContainerInstance', { totalResources: RESOURCES }, as), { code: 'AccessDeniedException' });
  const arn = ecs.call('RegisterContainerInstance', { totalResources: RESOURCES, attributes: [{ name: 'longshore.pool', value: 'fargate' }] }, as).containerInstance.containerInstanceArn;
  assert.equal(ecs.store.get(containerInstances, arn)?.pool, 'fargate');
});

test('a host that joined registers where its token was for, once, and speaks for nobody else', async () => {
  const ecs = await openEcs();
  const other = ecs.addHost();
  ecs.call('CreateCluster', { clusterName: 'other' });
  const clusterArn = ecs.call('DescribeClusters').clusters[0].clusterArn as string;
  const principalArn = `arn:aws:iam::${ACCOUNT}:user/longshore-host-h1`;
  ecs.store.transact((tx) => {
    tx.put(accessKeys, { accessKeyId: 'AKIAHOST', secretAccessKey: 's', account: ACCOUNT, principalArn, userId: 'u', kind: 'agent', createdAt: 0, hostId: 'h1' });
    tx.put(joinedHosts, { id: 'h1', account: ACCOUNT, region: 'us-east-1', clusterArn, clusterName: 'default', pool: 'cluster' } as JoinedHost);
  });
  const as = { callerArn: principalArn, accessKeyId: 'AKIAHOST' };
  const own = ecs.call('RegisterContainerInstance', { totalResources: RESOURCES }, as).containerInstance.containerInstanceArn;
  assert.equal(ecs.call('RegisterContainerInstance', { totalResources: RESOURCES }, as).containerInstance.containerInstanceArn, own);
  const denied = (operation: string, input: Record<string, unknown>): void => assert.throws(() => ecs.call(operation, input, as), { code: 'AccessDeniedException' });
  denied('RegisterContainerInstance', { cluster: 'other', totalResources: RESOURCES });
  denied('RegisterContainerInstance', { containerInstanceArn: other, totalResources: RESOURCES });
  denied('RegisterContainerInstance', { totalResources: RESOURCES, attributes: [{ name: 'longshore.pool', value: 'fargate' }] });
  denied('DeregisterContainerInstance', { containerInstance: other });
  denied('UpdateContainerInstancesState', { containerInstances: [other], status: 'DRAINING' });
  assert.equal(ecs.call('UpdateContainerInstancesState', { containerInstances: [own], status: 'DRAINING' }, as).containerInstances[0].status, 'DRAINING');
});
