// A task as the API shows it. Hosts of the Fargate pool are never shown.
import type { Task as TaskRow, TaskContainer } from '#model/task.ts';
import type { Container, Shape, Task } from './shapes.ts';

/** @param withTags tags only come when asked for: `include` in DescribeTasks, always in the answers of RunTask and StartTask */
export function viewTask(row: TaskRow, withTags: boolean): Shape<Task> {
  const shownHost = row.launchType === 'FARGATE' ? undefined : row.hostArn;
  return {
    attachments: row.attachments.map(({ id, type, status, details }) => ({ id, type, status, details })),
    attributes: row.attributes,
    ...given('availabilityZone', row.availabilityZone),
    ...given('capacityProviderName', row.capacityProviderName),
    clusterArn: row.clusterArn,
    ...given('connectivity', row.connectivity),
    ...date('connectivityAt', row.connectivityAt),
    ...given('containerInstanceArn', shownHost),
    containers: row.containers.map((container) => viewContainer(row, container)),
    ...given('cpu', row.cpu),
    createdAt: new Date(row.createdAt),
    desiredStatus: row.desiredStatus,
    enableExecuteCommand: row.enableExecuteCommand,
    ...date('executionStoppedAt', row.executionStoppedAt),
    group: row.group,
    healthStatus: row.healthStatus,
    lastStatus: row.lastStatus,
    launchType: row.launchType,
    ...given('memory', row.memory),
    overrides: row.overrides as NonNullable<Shape<Task>['overrides']>,
    ...given('platformVersion', row.platformVersion),
    ...given('platformFamily', row.platformFamily),
    ...date('pullStartedAt', row.pullStartedAt),
    ...date('pullStoppedAt', row.pullStoppedAt),
    ...date('startedAt', row.startedAt),
    ...given('startedBy', row.startedBy),
    ...given('stopCode', row.stopCode),
    ...date('stoppedAt', row.stoppedAt),
    ...given('stoppedReason', row.stoppedReason),
    ...date('stoppingAt', row.stoppingAt),
    tags: withTags ? row.tags : [],
    taskArn: row.arn,
    taskDefinitionArn: row.taskDefinitionArn,
    version: row.version,
    ...given('ephemeralStorage', row.ephemeralStorage),
    ...given('fargateEphemeralStorage', row.launchType === 'FARGATE' ? row.ephemeralStorage : undefined),
  };
}

function viewContainer(task: TaskRow, container: TaskContainer): Shape<Container> {
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    ...given('imageDigest', container.imageDigest),
    ...given('runtimeId', container.runtimeId),
    lastStatus: container.lastStatus,
    ...given('exitCode', container.exitCode),
    ...given('reason', container.reason),
    networkBindings: container.networkBindings,
    networkInterfaces: task.attachments.map((attachment) => ({
      attachmentId: attachment.id,
      ...given('privateIpv4Address', attachment.details.find((d) => d.name === 'privateIPv4Address')?.value),
    })),
    healthStatus: container.healthStatus,
    cpu: container.cpu,
    ...given('memory', container.memory),
    ...given('memoryReservation', container.memoryReservation),
    ...given('gpuIds', container.gpuIds),
  };
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}

function date<Key extends string>(key: Key, epochMs: number | undefined): { [K in Key]?: Date } {
  return given(key, epochMs === undefined ? undefined : new Date(epochMs));
}
