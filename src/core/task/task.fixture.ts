// A task row for tests of core: small, complete, and overridable.
import type { Task, TaskAttachment, TaskContainer } from '#model/task.ts';

export const CLUSTER_ARN = 'arn:aws:ecs:us-east-1:000000000000:cluster/default';

export function containerFixture(name: string, over: Partial<TaskContainer> = {}): TaskContainer {
  return {
    arn: `arn:aws:ecs:us-east-1:000000000000:container/default/t1/${name}`,
    name,
    image: 'busybox',
    lastStatus: 'PENDING',
    networkBindings: [],
    healthStatus: 'UNKNOWN',
    cpu: '0',
    essential: true,
    hasHealthCheck: false,
    ...over,
  };
}

export function attachmentFixture(over: Partial<TaskAttachment> = {}): TaskAttachment {
  return {
    id: '11111111-2222-4333-8444-555555555555',
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    networkInterfaceId: 'eni-00000000000000001',
    details: [],
    ...over,
  };
}

export function taskFixture(over: Partial<Task> = {}): Task {
  return {
    arn: 'arn:aws:ecs:us-east-1:000000000000:task/default/00000000000000000000000000000001',
    account: '000000000000',
    region: 'us-east-1',
    clusterArn: CLUSTER_ARN,
    taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/app:1',
    family: 'app',
    group: 'family:app',
    launchType: 'EC2',
    hostArn: 'arn:aws:ecs:us-east-1:000000000000:container-instance/default/00000000000000000000000000000009',
    reserved: { cpu: 128, memoryMiB: 128, tcpPorts: [], udpPorts: [], gpus: 0 },
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    attributes: [],
    attachments: [],
    containers: [containerFixture('app')],
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    healthStatus: 'UNKNOWN',
    version: 1,
    enableExecuteCommand: false,
    tags: [],
    createdAt: 1000,
    ...over,
  };
}
