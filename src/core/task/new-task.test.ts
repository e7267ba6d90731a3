// The row a task begins as.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkInterface } from '#model/network.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import { newTask, type NewTaskInput } from './new-task.ts';

const DEFINITION: TaskDefinition = {
  arn: 'arn:aws:ecs:us-east-1:1:task-definition/app:3',
  account: '000000000001',
  region: 'us-east-1',
  family: 'app',
  revision: 3,
  status: 'ACTIVE',
  containerDefinitions: [
    { name: 'web', image: 'web:1', cpu: 10, memory: 64, essential: true, healthCheck: { command: ['CMD', 'true'] } },
    { name: 'log', image: 'log:1', essential: false, memoryReservation: 32, healthCheck: { command: ['NONE'] } },
  ],
  volumes: [],
  placementConstraints: [],
  compatibilities: ['EC2', 'FARGATE'],
  requiresAttributes: [],
  cpu: '256',
  memory: '512',
  registeredAt: 0,
  registeredBy: 'me',
  tags: [],
};

const INPUT: NewTaskInput = {
  arn: 'arn:aws:ecs:us-east-1:1:task/default/t',
  clusterArn: 'arn:aws:ecs:us-east-1:1:cluster/default',
  definition: DEFINITION,
  overrides: { containerOverrides: [{ name: 'web', memory: 128 }, { name: 'log' }], inferenceAcceleratorOverrides: [] },
  reserved: { cpu: 256, memoryMiB: 512, tcpPorts: [], udpPorts: [], gpus: 0 },
  group: 'family:app',
  launchType: 'EC2',
  hostArn: 'host',
  availabilityZone: 'us-east-1a',
  containerArns: ['c/1', 'c/2'],
  enableExecuteCommand: false,
  tags: [],
  now: 42,
};

test('it is PROVISIONING, to be RUNNING, with all its containers PENDING', () => {
  const task = newTask(INPUT);
  assert.deepEqual([task.lastStatus, task.desiredStatus, task.healthStatus, task.version, task.createdAt], ['PROVISIONING', 'RUNNING', 'UNKNOWN', 1, 42]);
  assert.deepEqual(task.containers.map((c) => [c.arn, c.name, c.lastStatus, c.essential, c.hasHealthCheck]), [
    ['c/1', 'web', 'PENDING', true, true],
    ['c/2', 'log', 'PENDING', false, false],
  ]);
  assert.deepEqual(task.containers.map((c) => [c.cpu, c.memory, c.memoryReservation]), [['10', '128', undefined], ['0', undefined, '32']]);
  assert.ok(!('platformVersion' in task) && !('ephemeralStorage' in task) && !('serviceName' in task));
});

test('a Fargate task has a platform and 20 GiB unless told otherwise', () => {
  const fargate = { ...INPUT, launchType: 'FARGATE', platformVersion: '1.4.0' } as const;
  const task = newTask(fargate);
  assert.deepEqual([task.platformFamily, task.platformVersion, task.ephemeralStorage], ['Linux', '1.4.0', { sizeInGiB: 20 }]);
  const larger = newTask({ ...fargate, definition: { ...DEFINITION, ephemeralStorage: { sizeInGiB: 30 } } });
  assert.deepEqual(larger.ephemeralStorage, { sizeInGiB: 30 });
});

test('sizes overridden for the task are its sizes', () => {
  const task = newTask({ ...INPUT, overrides: { ...INPUT.overrides, cpu: '512', memory: '1024' } });
  assert.deepEqual([task.cpu, task.memory], ['512', '1024']);
});

test('its interface is shown as an attachment, in the order ECS has', () => {
  const networkInterface = { id: 'eni-1', subnetId: 'subnet-1', macAddress: '02:42:0a:00:00:05', privateIpAddress: '10.0.0.5' } as NetworkInterface;
  const [attachment] = newTask({ ...INPUT, interface: { attachmentId: 'a-1', networkInterface, privateDnsName: 'ip-10-0-0-5.ec2.internal' } }).attachments;
  assert.deepEqual(attachment?.details.map((d) => d.name), ['subnetId', 'networkInterfaceId', 'macAddress', 'privateDnsName', 'privateIPv4Address']);
  assert.equal(attachment?.status, 'PRECREATED');
});
