// Real tasks through the clients ECS users have: AWS SDK for JavaScript, AWS CLI, boto3. Server, agent and Docker Engine for real.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  ConflictException,
  DescribeTasksCommand,
  ECSClient,
  paginateListTasks,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { busyboxImage, docker } from '#tests/support/docker.ts';
import { removeVpcNetwork } from '#tests/support/own-network.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
const cluster = 'default';
let platform: TestPlatform;
let ecs: ECSClient;
let image: string;
let vpcId: string;
let network: { awsvpcConfiguration: { subnets: string[] } };

before(async () => {
  image = busyboxImage();
  platform = await startPlatform({ agent: ['--pool', 'fargate'] });
  ecs = new ECSClient(platform.sdk);
  const ec2 = new EC2Client(platform.sdk);
  // A block of its own: the default VPC's may be another platform's on this machine.
  const block = `10.${100 + Math.floor(Math.random() * 150)}.${Math.floor(Math.random() * 256)}.0/24`;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: block }));
  vpcId = Vpc!.VpcId!;
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: block }));
  ec2.destroy();
  network = { awsvpcConfiguration: { subnets: [Subnet!.SubnetId!] } };
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'sdk', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512', containerDefinitions: [{ name: 'app', image, command: ['sleep', '600'], stopTimeout: 2 }],
  }));
  await waitFor('a host in the pool', async () => {
    const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: 'sdk', launchType: 'FARGATE', networkConfiguration: network }));
    return tasks!.length > 0;
  }, { timeoutMs: 60_000, intervalMs: 500 });
});
after(async () => {
  ecs?.destroy();
  await platform?.stop();
  const left = docker('network', 'ls', '-q', '--filter', `name=longshore-${vpcId}`);
  if (left !== '') removeVpcNetwork(left);
});

test('AWS SDK for JavaScript: run, wait, describe, stop, wait, list', async () => {
  const command = new RunTaskCommand({ taskDefinition: 'sdk', launchType: 'FARGATE', networkConfiguration: network, count: 2, startedBy: 'sdk', clientToken: 'one' });
  const { tasks: made, failures } = await ecs.send(command);
  assert.deepEqual(failures, []);
  const tasks = made!.map((task) => task.taskArn!);
  assert.deepEqual((await ecs.send(command)).tasks!.map((task) => task.taskArn), tasks);
  await assert.rejects(
    ecs.send(new RunTaskCommand({ ...command.input, count: 1 })),
    (error) => error instanceof ConflictException && error.resourceIds?.length === 2,
  );
  await waitUntilTasksRunning({ client: ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { cluster, tasks });
  const described = await ecs.send(new DescribeTasksCommand({ tasks }));
  for (const task of described.tasks!) {
    const address = task.attachments![0]!.details!.find((detail) => detail.name === 'privateIPv4Address')!.value!;
    assert.equal(task.containers![0]!.networkInterfaces![0]!.privateIpv4Address, address);
    assert.deepEqual([task.lastStatus, task.connectivity, task.platformVersion], ['RUNNING', 'CONNECTED', '1.4.0']);
  }
  for (const task of tasks) await ecs.send(new StopTaskCommand({ task, reason: 'enough' }));
  await waitUntilTasksStopped({ client: ecs, maxWaitTime: 90, minDelay: 1, maxDelay: 1 }, { cluster, tasks });
  const stopped = await ecs.send(new DescribeTasksCommand({ tasks }));
  for (const task of stopped.tasks!) assert.deepEqual([task.stopCode, task.stoppedReason], ['UserInitiated', 'enough']);
  const listed: string[] = [];
  for await (const page of paginateListTasks({ client: ecs, pageSize: 1 }, { desiredStatus: 'STOPPED', startedBy: 'sdk' })) listed.push(...page.taskArns!);
  assert.deepEqual(listed.sort(), tasks.sort());
});

test('AWS CLI: run-task with overrides, wait, describe', async () => {
  const aws = async (...args: string[]): Promise<any> => {
    const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', 'ecs', ...args], { env: platform.env });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };
  const overrides = JSON.stringify({ containerOverrides: [{ name: 'app', command: ['sh', '-c', 'exit 7'], environment: [{ name: 'A', value: 'b' }] }] });
  const { tasks } = await aws(
    'run-task', '--task-definition', 'sdk', '--launch-type', 'FARGATE', '--network-configuration', JSON.stringify(network), '--overrides', overrides,
    '--enable-ecs-managed-tags', '--tags', 'key=k,value=v',
  );
  const arn: string = tasks[0].taskArn;
  await aws('wait', 'tasks-stopped', '--tasks', arn);
  const [task] = (await aws('describe-tasks', '--tasks', arn, '--include', 'TAGS')).tasks;
  assert.deepEqual([task.stopCode, task.containers[0].exitCode, task.stoppedReason], ['EssentialContainerExited', 7, 'Essential container in task exited']);
  assert.equal(task.tags.length, 2);
});

test('boto3: register, run, wait, paginate, typed errors', async () => {
  const script = join(import.meta.dirname, 'ecs-boto3.py');
  const { stdout } = await run('/usr/bin/python3', [script, image, network.awsvpcConfiguration.subnets[0]!], { env: platform.env });
  const exited = ['STOPPED', 'EssentialContainerExited', 3, 'Essential container in task exited'];
  assert.deepEqual(JSON.parse(stdout), {
    failures: [],
    tasks: [exited, exited],
    times: true,
    listed: true,
    error: ['InvalidParameterException', 'The referenced task was not found.'],
    typed: true,
  });
});
