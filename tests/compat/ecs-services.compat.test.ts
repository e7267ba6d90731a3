// Services on real containers through the clients ECS users have: AWS CLI, AWS SDK for JavaScript and boto3 with their waiters.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
  waitUntilServicesInactive,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { busyboxImage } from '#tests/support/docker.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
const QUICK = { maxWaitTime: 90, minDelay: 1, maxDelay: 1 };
let platform: TestPlatform;
let ecs: ECSClient;
let image: string;
let network: { awsvpcConfiguration: { subnets: string[] } };

before(async () => {
  image = busyboxImage();
  platform = await startPlatform({ agent: ['--pool', 'fargate'] });
  ecs = new ECSClient(platform.sdk);
  const ec2 = new EC2Client(platform.sdk);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  ec2.destroy();
  network = { awsvpcConfiguration: { subnets: [Subnets![0]!.SubnetId!] } };
  await register('web', 'sleep 600');
});
after(async () => {
  ecs?.destroy();
  await platform?.stop();
});

/** A Fargate task definition's ARN. Its container says soon that it is healthy: without that a task counts only after 40 seconds. */
async function register(family: string, script: string): Promise<string> {
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({
    family, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
    containerDefinitions: [{ name: 'app', image, command: ['sh', '-c', script], stopTimeout: 2, healthCheck: { command: ['CMD-SHELL', 'true'], interval: 5 } }],
  }));
  return taskDefinition!.taskDefinitionArn!;
}

async function describe(name: string): Promise<Service> {
  return (await ecs.send(new DescribeServicesCommand({ services: [name] }))).services![0]!;
}

async function remove(name: string): Promise<void> {
  await ecs.send(new DeleteServiceCommand({ service: name, force: true }));
  await waitUntilServicesInactive({ client: ecs, ...QUICK }, { services: [name] });
}

test('AWS CLI: a service is created, stable, updated, stable again, deleted and inactive', async () => {
  const aws = async (...args: string[]): Promise<any> => {
    const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', 'ecs', ...args], { env: platform.env });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };
  const { service } = await aws(
    'create-service', '--service-name', 'cli', '--task-definition', 'web', '--desired-count', '2', '--launch-type', 'FARGATE', '--network-configuration', JSON.stringify(network),
    '--enable-ecs-managed-tags', '--propagate-tags', 'SERVICE', '--tags', 'key=k,value=v',
  );
  assert.deepEqual([service.status, service.deployments.length, service.deployments[0].rolloutState], ['ACTIVE', 1, 'IN_PROGRESS']);
  await aws('wait', 'services-stable', '--services', 'cli');
  const [stable] = (await aws('describe-services', '--services', 'cli', '--include', 'TAGS')).services;
  assert.deepEqual([stable.runningCount, stable.pendingCount, stable.deployments[0].runningCount, stable.tags], [2, 0, 2, [{ key: 'k', value: 'v' }]]);
  assert.match(stable.events[0].message, /^\(service cli\) /);
  const { taskArns } = await aws('list-tasks', '--service-name', 'cli');
  const [task] = (await aws('describe-tasks', '--tasks', taskArns[0], '--include', 'TAGS')).tasks;
  assert.deepEqual([task.group, task.startedBy], ['service:cli', stable.deployments[0].id]);
  assert.deepEqual(task.tags.find((tag: { key: string }) => tag.key === 'k'), { key: 'k', value: 'v' });
  const definition = await register('web-cli', 'sleep 700');
  await aws('update-service', '--service', 'cli', '--task-definition', definition, '--desired-count', '1');
  await aws('wait', 'services-stable', '--services', 'cli');
  const [updated] = (await aws('describe-services', '--services', 'cli')).services;
  assert.deepEqual([updated.taskDefinition, updated.runningCount, updated.deployments.length], [definition, 1, 1]);
  assert.deepEqual((await aws('list-services')).serviceArns, [service.serviceArn]);
  await aws('delete-service', '--service', 'cli', '--force');
  await aws('wait', 'services-inactive', '--services', 'cli');
  assert.deepEqual((await aws('list-services')).serviceArns, []);
});

test('AWS SDK for JavaScript: a rolling update completes, and its deployment tells of it', async () => {
  await ecs.send(new CreateServiceCommand({ serviceName: 'sdk', taskDefinition: 'web', desiredCount: 2, launchType: 'FARGATE', networkConfiguration: network }));
  await waitUntilServicesStable({ client: ecs, ...QUICK }, { services: ['sdk'] });
  const definition = await register('web-sdk', 'sleep 700');
  const { service } = await ecs.send(new UpdateServiceCommand({ service: 'sdk', taskDefinition: definition }));
  assert.deepEqual(service!.deployments!.map((d) => [d.status, d.runningCount]), [['PRIMARY', 0], ['ACTIVE', 2]]);
  const arn = service!.currentServiceDeployment!;
  const done = await waitFor('the deployment to succeed', async () => {
    const { serviceDeployments } = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
    return serviceDeployments![0]!.status === 'SUCCESSFUL' ? serviceDeployments![0] : undefined;
  }, { timeoutMs: 120_000, intervalMs: 500 });
  assert.equal(done!.targetServiceRevision!.runningTaskCount, 2);
  assert.ok(done!.finishedAt! >= done!.startedAt!);
  const { serviceDeployments: list } = await ecs.send(new ListServiceDeploymentsCommand({ service: 'sdk' }));
  assert.deepEqual(list!.map((d) => d.serviceDeploymentArn === arn), [true, false]);
  await waitUntilServicesStable({ client: ecs, ...QUICK }, { services: ['sdk'] });
  const after_ = await describe('sdk');
  assert.deepEqual([after_.deployments!.length, after_.deployments![0]!.rolloutState], [1, 'COMPLETED']);
  await remove('sdk');
});

test('a version that does not start is rolled back by the circuit breaker', async () => {
  await ecs.send(new CreateServiceCommand({
    serviceName: 'breaker', taskDefinition: 'web', desiredCount: 1, launchType: 'FARGATE', networkConfiguration: network,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration: { type: 'COUNT', value: 1 } } },
  }));
  await waitUntilServicesStable({ client: ecs, ...QUICK }, { services: ['breaker'] });
  const before_ = await describe('breaker');
  // A rollback goes to a revision whose deployment completed.
  await waitFor('the first deployment to complete', async () => (await describe('breaker')).deployments![0]!.rolloutState === 'COMPLETED', { timeoutMs: 90_000, intervalMs: 500 });
  const broken = await register('web-broken', 'exit 1');
  const { service } = await ecs.send(new UpdateServiceCommand({ service: 'breaker', taskDefinition: broken }));
  const arn = service!.currentServiceDeployment!;
  const rolledBack = await waitFor('the deployment to be rolled back', async () => {
    const { serviceDeployments } = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
    return serviceDeployments![0]!.status === 'ROLLBACK_SUCCESSFUL' ? serviceDeployments![0] : undefined;
  }, { timeoutMs: 120_000, intervalMs: 500 });
  assert.deepEqual([rolledBack!.deploymentCircuitBreaker!.status, rolledBack!.rollback!.serviceRevisionArn !== undefined], ['TRIGGERED', true]);
  await waitUntilServicesStable({ client: ecs, ...QUICK }, { services: ['breaker'] });
  const back = await describe('breaker');
  assert.deepEqual([back.taskDefinition, back.deployments!.length, back.deployments![0]!.rolloutState], [before_.taskDefinition, 1, 'COMPLETED']);
  await remove('breaker');
});

test('a protected task survives scale-in', async () => {
  await ecs.send(new CreateServiceCommand({ serviceName: 'keep', taskDefinition: 'web', desiredCount: 2, launchType: 'FARGATE', networkConfiguration: network }));
  await waitUntilServicesStable({ client: ecs, ...QUICK }, { services: ['keep'] });
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 'keep' }));
  const [kept] = taskArns!;
  const { protectedTasks, failures } = await ecs.send(new UpdateTaskProtectionCommand({ cluster: 'default', tasks: [kept!], protectionEnabled: true, expiresInMinutes: 5 }));
  assert.deepEqual([protectedTasks![0]!.protectionEnabled, failures], [true, []]);
  await ecs.send(new UpdateServiceCommand({ service: 'keep', desiredCount: 1 }));
  await waitUntilServicesStable({ client: ecs, ...QUICK }, { services: ['keep'] });
  const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: taskArns! }));
  assert.deepEqual(tasks!.filter((task) => task.desiredStatus === 'RUNNING').map((task) => task.taskArn), [kept]);
  await remove('keep');
});

test('boto3: waiters, paginators and typed errors', async () => {
  const script = join(import.meta.dirname, 'ecs-services-boto3.py');
  const { stdout } = await run('/usr/bin/python3', [script, network.awsvpcConfiguration.subnets[0]!], { env: platform.env });
  assert.deepEqual(JSON.parse(stdout), {
    stable: [2, 1, 'COMPLETED or IN_PROGRESS'],
    scaled: [1, 1],
    listed: true,
    scaledAbove: ['InvalidParameterException', 'The service cannot be stopped while it is scaled above 0.'],
    inactive: 'INACTIVE',
    notActive: 'Service was not ACTIVE.',
    missing: true,
  });
});
