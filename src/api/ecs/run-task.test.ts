// RunTask, StartTask and StopTask, and the way of a task through the API, against a real store.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subnets as subnetRows } from '#model/network.ts';
import { ACCOUNT, AGENT_ARN, type EcsHarness, openEcs } from '#tests/support/api-harness.ts';

const FARGATE = {
  family: 'far',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'busybox' }],
};
const EC2 = { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 100, memory: 64 }] };

/** A control plane with both definitions, a pool host and a cluster host. */
async function openBoth(): Promise<{ ecs: EcsHarness; pool: string; host: string; network: object; subnets: string[] }> {
  const ecs = await openEcs();
  const pool = ecs.addHost({ pool: 'fargate' });
  const host = ecs.addHost();
  const { subnets } = ecs.network();
  ecs.call('RegisterTaskDefinition', FARGATE);
  ecs.call('RegisterTaskDefinition', EC2);
  const network = { networkConfiguration: { awsvpcConfiguration: { subnets } } };
  return { ecs, pool, host, network, subnets };
}

test('a Fargate task is registered, run, reported and described', async () => {
  const { ecs, pool, network } = await openBoth();
  const run = ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE', ...network });
  assert.deepEqual(run.failures, []);
  const [task] = run.tasks;
  assert.deepEqual([task.lastStatus, task.desiredStatus, task.launchType, task.platformVersion, task.group], ['PROVISIONING', 'RUNNING', 'FARGATE', '1.4.0', 'family:far']);
  assert.ok(!('containerInstanceArn' in task) && !('capacityProviderName' in task));
  assert.match(task.containers[0].networkInterfaces[0].privateIpv4Address, /^172\.31\.\d+\.\d+$/);
  assert.equal(ecs.capacity.remaining(pool)?.cpu, 4096 - 256);

  const report = { cluster: task.clusterArn, task: task.taskArn, status: 'RUNNING', containers: [{ containerName: 'app', status: 'RUNNING', runtimeId: 'abc' }] };
  assert.throws(() => ecs.call('SubmitTaskStateChange', report), { code: 'AccessDeniedException' });
  ecs.call('SubmitTaskStateChange', report, { callerArn: AGENT_ARN });
  const { tasks } = ecs.call('DescribeTasks', { tasks: [task.taskArn] });
  assert.deepEqual([tasks[0].lastStatus, tasks[0].containers[0].runtimeId], ['RUNNING', 'abc']);
  const [cluster] = ecs.call('DescribeClusters').clusters;
  assert.deepEqual([cluster.runningTasksCount, cluster.registeredContainerInstancesCount], [1, 1]);
});

test('an EC2 task shows its instance and what it takes from it', async () => {
  const { ecs, host } = await openBoth();
  const { tasks } = ecs.call('RunTask', { taskDefinition: 'app', count: 3 });
  assert.deepEqual(tasks.map((t: { containerInstanceArn: string }) => t.containerInstanceArn), [host, host, host]);
  const [instance] = ecs.call('DescribeContainerInstances', { containerInstances: [host] }).containerInstances;
  assert.deepEqual([instance.pendingTasksCount, instance.runningTasksCount], [3, 0]);
  assert.deepEqual(instance.remainingResources.map((r: { integerValue: number }) => r.integerValue).slice(0, 2), [4096 - 300, 8192 - 192]);
});

test('launch types and definitions must fit each other', async () => {
  const { ecs, network } = await openBoth();
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app', launchType: 'FARGATE', ...network }), {
    code: 'InvalidParameterException',
    message: 'Task definition does not support launch_type FARGATE.',
  });
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }], ...network }), {
    message: 'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
  });
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app', platformVersion: 'LATEST' }), { code: 'InvalidParameterException' });
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE', platformVersion: '9.9', ...network }), { code: 'PlatformUnknownException' });
  for (const count of [0, 11]) assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app', count }), { code: 'InvalidParameterException' });
});

test('a cluster without instances says so', async () => {
  const ecs = await openEcs();
  ecs.call('RegisterTaskDefinition', EC2);
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app' }), {
    code: 'InvalidParameterException',
    message: 'No Container Instances were found in your cluster.',
  });
});

test('what does not fit is a failure that names the instance and the resource', async () => {
  const { ecs, host } = await openBoth();
  const large = { ...EC2, family: 'large', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 5000 }] };
  ecs.call('RegisterTaskDefinition', large);
  const { tasks, failures } = ecs.call('RunTask', { taskDefinition: 'large', count: 2 });
  assert.deepEqual([tasks.length, failures], [1, [{ arn: host, reason: 'RESOURCE:MEMORY' }]]);
  const port = { containerPort: 80, hostPort: 8080 };
  ecs.call('RegisterTaskDefinition', { family: 'port', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8, portMappings: [port] }] });
  assert.equal(ecs.call('RunTask', { taskDefinition: 'port' }).failures.length, 0);
  assert.deepEqual(ecs.call('RunTask', { taskDefinition: 'port' }).failures, [{ arn: host, reason: 'RESOURCE:PORTS' }]);
  const [{ remainingResources }] = ecs.call('DescribeContainerInstances', { containerInstances: [host] }).containerInstances;
  assert.deepEqual(remainingResources[2].stringSetValue, ['22', '2375', '8080']);
});

test('a full Fargate pool is a failure without a host', async () => {
  const { ecs, network } = await openBoth();
  ecs.call('RegisterTaskDefinition', { ...FARGATE, family: 'wide', cpu: '4096', memory: '8192' });
  const { tasks, failures } = ecs.call('RunTask', { taskDefinition: 'wide', launchType: 'FARGATE', count: 2, ...network });
  assert.equal(tasks.length, 1);
  assert.deepEqual(failures, [{ reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone' }]);
});

test('awsvpc tasks need a network, others must not have one', async () => {
  const { ecs, network, subnets } = await openBoth();
  const run = (awsvpcConfiguration: object) => () =>
    ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration } });
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE' }), {
    code: 'InvalidParameterException',
    message: "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
  });
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app', ...network }), {
    message: 'Network Configuration is not valid for the given networkMode of this task definition.',
  });
  assert.throws(run({ subnets: [] }), /subnets can not be empty/);
  assert.throws(run({ subnets: ['subnet-1'] }), /The subnet ID 'subnet-1' does not exist/);
  assert.throws(run({ subnets, securityGroups: ['sg-1'] }), /The security group 'sg-1' does not exist/);
  const other = ecs.network({ account: '111111111111' });
  assert.throws(run({ subnets: other.subnets }), /does not exist/);
  assert.throws(run({ subnets: Array.from({ length: 17 }, () => subnets[0]) }), /at most 16/);
});

test('tasks get addresses of their own, in the zones of the subnets asked for', async () => {
  const { ecs, network } = await openBoth();
  const { tasks } = ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE', count: 10, ...network });
  const addresses = tasks.map((t: any) => t.containers[0].networkInterfaces[0].privateIpv4Address);
  assert.equal(new Set(addresses).size, 10);
  assert.deepEqual([...new Set(tasks.map((t: any) => t.availabilityZone))].sort(), ['us-east-1a', 'us-east-1b', 'us-east-1c']);
});

test('without a free address the task is a failure, and no host of the pool is named', async () => {
  const { ecs, subnets } = await openBoth();
  ecs.store.transact((tx) => tx.put(subnetRows, { ...tx.get(subnetRows, subnets[0]!)!, id: 'subnet-small', cidrBlock: '172.31.250.0/28' }));
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-small'] } };
  const run = (count: number) => ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE', count, networkConfiguration });
  assert.equal(run(10).tasks.length, 10);
  const { tasks, failures } = run(2);
  assert.equal(tasks.length, 1);
  assert.deepEqual(failures, [{ reason: 'RESOURCE:ENI', detail: 'The subnets have no free IP addresses.' }]);
});

test('overrides are kept, shown for every container, and counted in what is reserved', async () => {
  const { ecs, host } = await openBoth();
  const overrides = { containerOverrides: [{ name: 'app', command: ['sleep', '1'], environment: [{ name: 'A', value: 'b' }], memory: 128 }] };
  const [task] = ecs.call('RunTask', { taskDefinition: 'app', overrides }).tasks;
  assert.deepEqual(task.overrides, { ...overrides, inferenceAcceleratorOverrides: [] });
  assert.equal(task.containers[0].memory, '128');
  assert.equal(ecs.capacity.remaining(host)?.memoryMiB, 8192 - 128);
  const [plain] = ecs.call('RunTask', { taskDefinition: 'app' }).tasks;
  assert.deepEqual(plain.overrides.containerOverrides, [{ name: 'app' }]);
  assert.throws(() => ecs.call('RunTask', { taskDefinition: 'app', overrides: { containerOverrides: [{ name: 'web' }] } }), {
    code: 'InvalidParameterException',
    message: 'Override for container named web is not a container in the TaskDefinition.',
  });
});

test('a Fargate size can be overridden, by sizes that Fargate has', async () => {
  const { ecs, network } = await openBoth();
  const run = (overrides: object) => ecs.call('RunTask', { taskDefinition: 'far', launchType: 'FARGATE', overrides, ...network });
  const [task] = run({ cpu: '.5 vCPU', memory: '1GB' }).tasks;
  assert.deepEqual([task.cpu, task.memory], ['512', '1024']);
  assert.throws(() => run({ cpu: '512' }), { code: 'ClientException', message: /512 CPU, 512 memory/ });
});

test('tags come from the request, the definition when asked, and ECS itself when asked', async () => {
  const { ecs } = await openBoth();
  ecs.call('RegisterTaskDefinition', { ...EC2, family: 'tagged', tags: [{ key: 'a', value: 'definition' }, { key: 'b', value: 'definition' }] });
  const run = (input: object) => ecs.call('RunTask', { taskDefinition: 'tagged', ...input }).tasks[0];
  assert.deepEqual(run({}).tags, []);
  const task = run({ propagateTags: 'TASK_DEFINITION', enableECSManagedTags: true, tags: [{ key: 'a', value: 'request' }] });
  assert.deepEqual(Object.fromEntries(task.tags.map((t: any) => [t.key, t.value])), { 'aws:ecs:clusterName': 'default', a: 'request', b: 'definition' });
  assert.deepEqual(ecs.call('DescribeTasks', { tasks: [task.taskArn] }).tasks[0].tags, []);
  assert.equal(ecs.call('DescribeTasks', { tasks: [task.taskArn], include: ['TAGS'] }).tasks[0].tags.length, 3);
  assert.equal(ecs.call('ListTagsForResource', { resourceArn: task.taskArn }).tags.length, 3);
  assert.throws(() => run({ propagateTags: 'SERVICE' }), { code: 'InvalidParameterException' });
});

test('the same request under a client token makes tasks once; another request conflicts', async () => {
  const { ecs } = await openBoth();
  const request = { taskDefinition: 'app', count: 2, clientToken: 'token-1' };
  const first = ecs.call('RunTask', request);
  const { revision } = ecs.store;
  const again = ecs.call('RunTask', { clientToken: 'token-1', count: 2, taskDefinition: 'app' });
  assert.deepEqual(again.tasks.map((t: any) => t.taskArn), first.tasks.map((t: any) => t.taskArn));
  assert.equal(ecs.store.revision, revision);
  assert.throws(() => ecs.call('RunTask', { ...request, count: 3 }), (error: any) => {
    assert.equal(error.code, 'ConflictException');
    assert.deepEqual(error.details.resourceIds, first.tasks.map((t: any) => t.taskArn));
    return true;
  });
  assert.throws(() => ecs.call('RunTask', { ...request, clientToken: 'x'.repeat(65) }), { code: 'InvalidParameterException' });
  assert.notEqual(ecs.call('RunTask', { ...request, clientToken: 'token-2' }).tasks[0].taskArn, first.tasks[0].taskArn);
});

test('a capacity provider strategy, of the request or the cluster, names the provider of each task', async () => {
  const { ecs, network } = await openBoth();
  ecs.call('PutClusterCapacityProviders', {
    cluster: 'default',
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
  });
  const providers = (input: object) => ecs.call('RunTask', { taskDefinition: 'far', ...network, ...input }).tasks.map((t: any) => t.capacityProviderName);
  assert.deepEqual(providers({}), ['FARGATE_SPOT']);
  const strategy = [{ capacityProvider: 'FARGATE', base: 1, weight: 0 }, { capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  assert.deepEqual(providers({ capacityProviderStrategy: strategy, count: 3 }), ['FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT']);
  assert.deepEqual(providers({ launchType: 'FARGATE' }), [undefined]);
  assert.throws(() => providers({ capacityProviderStrategy: [{ capacityProvider: 'mine', weight: 1 }] }), /not associated with the cluster/);
});

test('placement members are checked, and not for Fargate', async () => {
  const { ecs, network } = await openBoth();
  const run = (input: object) => () => ecs.call('RunTask', { taskDefinition: 'app', ...input });
  assert.throws(run({ placementConstraints: [{ type: 'near' }] }), { code: 'InvalidParameterException' });
  assert.throws(run({ placementConstraints: [{ type: 'memberOf' }] }), { code: 'InvalidParameterException' });
  assert.throws(run({ placementStrategy: [{ type: 'binpack', field: 'disk' }] }), { code: 'InvalidParameterException' });
  assert.throws(run({ placementStrategy: Array.from({ length: 6 }, () => ({ type: 'random' })) }), { code: 'InvalidParameterException' });
  assert.throws(run({ taskDefinition: 'far', launchType: 'FARGATE', placementStrategy: [{ type: 'random' }], ...network }), /not supported with FARGATE/);
  assert.equal(run({ placementStrategy: [{ type: 'spread', field: 'host' }, { type: 'binpack', field: 'MEMORY' }] })().tasks.length, 1);
  const { failures } = run({ placementConstraints: [{ type: 'distinctInstance' }], count: 2, group: 'g' })();
  assert.equal(failures[0].reason, 'DistinctInstance placement constraint unsatisfied.');
});

test('StartTask goes to the instances that are named; an unknown one is a failure', async () => {
  const { ecs, host } = await openBoth();
  const missing = `${host.slice(0, -32)}${'0'.repeat(32)}`;
  const { tasks, failures } = ecs.call('StartTask', { taskDefinition: 'app', containerInstances: [host, missing], startedBy: 'me' });
  assert.deepEqual(tasks.map((t: any) => [t.containerInstanceArn, t.startedBy]), [[host, 'me']]);
  assert.deepEqual(failures, [{ arn: missing, reason: 'MISSING' }]);
  const id = host.slice(-32);
  assert.equal(ecs.call('StartTask', { taskDefinition: 'app', containerInstances: [id] }).tasks.length, 1);
  assert.throws(() => ecs.call('StartTask', { taskDefinition: 'app', containerInstances: [] }), { code: 'InvalidParameterException' });
});

test('a stopped task is stopped once, by who was first', async () => {
  const { ecs } = await openBoth();
  const [{ taskArn }] = ecs.call('RunTask', { taskDefinition: 'app' }).tasks;
  const { task } = ecs.call('StopTask', { task: taskArn, reason: 'enough' });
  assert.deepEqual([task.desiredStatus, task.stopCode, task.stoppedReason], ['STOPPED', 'UserInitiated', 'enough']);
  const { revision } = ecs.store;
  assert.equal(ecs.call('StopTask', { task: taskArn.slice(-32), reason: 'more' }).task.stoppedReason, 'enough');
  assert.equal(ecs.store.revision, revision);
  assert.throws(() => ecs.call('StopTask', { task: '0'.repeat(32) }), { code: 'InvalidParameterException', message: 'The referenced task was not found.' });
  assert.throws(() => ecs.call('StopTask', { task: 'short' }), { code: 'InvalidParameterException' });
});

test('tasks are described by id or ARN; missing ones are failures, foreign ones errors', async () => {
  const { ecs } = await openBoth();
  const [{ taskArn }] = ecs.call('RunTask', { taskDefinition: 'app' }).tasks;
  const absent = '0'.repeat(32);
  const { tasks, failures } = ecs.call('DescribeTasks', { tasks: [taskArn.slice(-32), taskArn, absent] });
  assert.deepEqual(tasks.map((t: any) => t.taskArn), [taskArn]);
  assert.deepEqual(failures, [{ arn: `arn:aws:ecs:us-east-1:${ACCOUNT}:task/default/${absent}`, reason: 'MISSING' }]);
  assert.throws(() => ecs.call('DescribeTasks', { tasks: [] }), { message: 'Tasks cannot be empty.' });
  assert.throws(() => ecs.call('DescribeTasks', { tasks: Array.from({ length: 101 }, () => absent) }), { code: 'InvalidParameterException' });
  ecs.call('CreateCluster', { clusterName: 'b' });
  assert.throws(() => ecs.call('DescribeTasks', { cluster: 'b', tasks: [taskArn] }), {
    message: 'Invalid identifier: Identifier is for cluster default. Your cluster is b',
  });
  assert.throws(() => ecs.call('DescribeTasks', { tasks: [`arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/default`] }), { message: 'Unsupported resource type: cluster' });
});
