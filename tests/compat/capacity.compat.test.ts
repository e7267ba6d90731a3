// Capacity with the AWS CLI and real machines of the local driver: from a launch template to a service that brings its own hosts, loses one,
// and gives them back. Real containers, pulled by each instance from our registry.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { DescribeContainerInstancesCommand, DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListContainerInstancesCommand, ListTasksCommand, type ContainerInstance, type Service } from '@aws-sdk/client-ecs';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { pushedImage } from '#tests/support/pushed-image.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
const USER_DATA = Buffer.from('#!/bin/bash\necho ECS_CLUSTER=prod >> /etc/ecs/ecs.config\n').toString('base64');
const PATIENT = { timeoutMs: 120_000 };

let platform: TestPlatform;
let ecs: ECSClient;
let scaling: AutoScalingClient;

before(async () => {
  platform = await startPlatform({ server: ['--scale-in-after', '1s'] });
  [ecs, scaling] = [new ECSClient(platform.sdk), new AutoScalingClient(platform.sdk)];
});
after(async () => {
  ecs.destroy();
  scaling.destroy();
  await platform.stop();
});

async function aws(...args: string[]): Promise<any> {
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', ...args], { env: platform.env });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

async function group(): Promise<AutoScalingGroup> {
  return (await scaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups![0]!;
}

async function service(): Promise<Service> {
  return (await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['app'] }))).services![0]!;
}

async function hosts(): Promise<ContainerInstance[]> {
  const { containerInstanceArns: arns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster: 'prod' }));
  return arns.length === 0 ? [] : (await ecs.send(new DescribeContainerInstancesCommand({ cluster: 'prod', containerInstances: arns }))).containerInstances!;
}

test('a launch template, a group, a capacity provider and a cluster are made with the AWS CLI', async () => {
  const image = (await aws('ssm', 'get-parameters', '--names', '/aws/service/ecs/optimized-ami/amazon-linux-2/recommended')).Parameters[0];
  const ami = JSON.parse(image.Value).image_id as string;
  assert.equal((await aws('ec2', 'describe-images', '--image-ids', ami)).Images[0].State, 'available');
  await aws('ec2', 'create-launch-template', '--launch-template-name', 'host', '--launch-template-data', JSON.stringify({ ImageId: ami, InstanceType: 't3.micro', UserData: USER_DATA }));
  await aws(
    'autoscaling', 'create-auto-scaling-group', '--auto-scaling-group-name', 'hosts', '--min-size', '0', '--max-size', '4', '--availability-zones', 'us-east-1a', 'us-east-1b',
    '--launch-template', 'LaunchTemplateName=host', '--new-instances-protected-from-scale-in',
  );
  const provider = { autoScalingGroupArn: (await group()).AutoScalingGroupARN, managedScaling: { status: 'ENABLED', targetCapacity: 100, instanceWarmupPeriod: 0 }, managedTerminationProtection: 'ENABLED' };
  const made = await aws('ecs', 'create-capacity-provider', '--name', 'hosts', '--auto-scaling-group-provider', JSON.stringify(provider));
  assert.equal(made.capacityProvider.status, 'ACTIVE');
  const listed = await aws('ecs', 'describe-capacity-providers');
  assert.deepEqual(listed.capacityProviders.map((each: any) => each.name), ['FARGATE', 'FARGATE_SPOT', 'hosts']);
  await aws('ecs', 'create-cluster', '--cluster-name', 'prod');
  await aws('ecs', 'put-cluster-capacity-providers', '--cluster', 'prod', '--capacity-providers', 'hosts', '--default-capacity-provider-strategy', 'capacityProvider=hosts,weight=1');
});

test('a service of tasks brings its hosts from zero, and real containers run on them', async () => {
  const image = await pushedImage(platform, 'app', { cmd: ['sh', '-c', 'trap exit TERM; sleep 3600 & wait'] });
  const container = { name: 'app', image, memory: 400, cpu: 128, essential: true };
  await aws('ecs', 'register-task-definition', '--family', 'app', '--requires-compatibilities', 'EC2', '--container-definitions', JSON.stringify([container]));
  await aws('ecs', 'create-service', '--cluster', 'prod', '--service-name', 'app', '--task-definition', 'app', '--desired-count', '4');
  await waitFor('four tasks on two hosts', async () => (await service()).runningCount === 4, PATIENT);
  const found = await hosts();
  assert.deepEqual(found.map((host) => [host.status, host.capacityProviderName, host.runningTasksCount]), [['ACTIVE', 'hosts', 2], ['ACTIVE', 'hosts', 2]]);
  for (const host of found) {
    const { Reservations } = await aws('ec2', 'describe-instances', '--instance-ids', host.ec2InstanceId!);
    const [instance] = Reservations[0].Instances;
    assert.deepEqual([instance.State.Name, instance.InstanceType], ['running', 't3.micro']);
    const attributes = Object.fromEntries(host.attributes!.map(({ name, value }) => [name, value]));
    assert.deepEqual([attributes['ecs.instance-type'], attributes['ecs.ami-id'], attributes['ecs.availability-zone']], ['t3.micro', instance.ImageId, instance.Placement.AvailabilityZone]);
  }
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'prod' }));
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: taskArns }));
  assert.ok(tasks!.every((task) => task.capacityProviderName === 'hosts' && task.launchType === 'EC2'));
});

test('the control plane is killed and comes back: machines and tasks run on', async () => {
  const before = await hosts();
  await platform.killServer();
  await platform.startServer();
  await waitFor('both agents to be back', async () => (await hosts()).filter((host) => host.agentConnected).length === 2, PATIENT);
  assert.deepEqual((await hosts()).map((host) => host.ec2InstanceId).sort(), before.map((host) => host.ec2InstanceId).sort());
  assert.equal((await service()).runningCount, 4);
});

test('a machine that dies is replaced, and its tasks with it', async () => {
  const lost = (await group()).Instances![0]!.InstanceId!;
  process.kill((JSON.parse(readFileSync(`${platform.dataDir}/instances/${lost}/machine.json`, 'utf8')) as { pid: number }).pid, 'SIGKILL');
  await waitFor('another instance in its place', async () => {
    const { Instances = [] } = await group();
    return Instances.length === 2 && Instances.every((each) => each.InstanceId !== lost && each.LifecycleState === 'InService');
  }, PATIENT);
  await waitFor('four tasks again', async () => (await service()).runningCount === 4 && (await hosts()).every((host) => host.ec2InstanceId !== lost), PATIENT);
});

test('with fewer tasks the spare host is drained and ended; with none, all are', async () => {
  await aws('ecs', 'update-service', '--cluster', 'prod', '--service', 'app', '--desired-count', '1');
  await waitFor('one host', async () => (await group()).Instances!.length === 1, PATIENT);
  await waitFor('one task', async () => (await service()).runningCount === 1, PATIENT);
  await aws('ecs', 'delete-service', '--cluster', 'prod', '--service', 'app', '--force');
  await waitFor('no host', async () => (await group()).Instances!.length === 0 && (await hosts()).length === 0, PATIENT);
  const { Activities } = await aws('autoscaling', 'describe-scaling-activities', '--auto-scaling-group-name', 'hosts');
  assert.ok(Activities.every((activity: any) => activity.StatusCode === 'Successful'), JSON.stringify(Activities));
});

test('RunInstances and its waiters: an instance of its own joins, stops, starts and ends', async () => {
  const { Instances } = await aws('ec2', 'run-instances', '--launch-template', 'LaunchTemplateName=host', '--count', '1', '--tag-specifications', 'ResourceType=instance,Tags=[{Key=Name,Value=solo}]');
  const id = Instances[0].InstanceId as string;
  await aws('ec2', 'wait', 'instance-running', '--instance-ids', id);
  await waitFor('it to join', async () => (await hosts()).some((host) => host.ec2InstanceId === id && host.agentConnected), PATIENT);
  const [{ containerInstanceArn }] = (await hosts()) as [ContainerInstance];
  await aws('ec2', 'stop-instances', '--instance-ids', id);
  await aws('ec2', 'wait', 'instance-stopped', '--instance-ids', id);
  await aws('ec2', 'start-instances', '--instance-ids', id);
  await aws('ec2', 'wait', 'instance-running', '--instance-ids', id);
  await waitFor('it to come back as who it was', async () => (await hosts()).some((host) => host.containerInstanceArn === containerInstanceArn && host.agentConnected), PATIENT);
  await aws('ec2', 'terminate-instances', '--instance-ids', id);
  await aws('ec2', 'wait', 'instance-terminated', '--instance-ids', id);
  await waitFor('its container instance to be gone', async () => (await hosts()).length === 0, PATIENT);
});
