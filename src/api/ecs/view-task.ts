// A task as the API shows it. Hosts of the Fargate pool are never shown.
//
// DescribeTasks writes a hundred of these, so they are filled member by member: spreading an object per optional member
// took most of the call.
import type { ManagedAgent, Task as TaskRow, TaskAttachment, TaskContainer } from '#model/task.ts';
import type { Attachment, Container, Shape, Task } from './shapes.ts';

type Filling<T> = { -readonly [Member in keyof T]: T[Member] };

const NO_TAGS: readonly never[] = [];
const NO_INTERFACES: readonly never[] = [];

/** @param withTags tags only come when asked for: `include` in DescribeTasks, always in the answers of RunTask and StartTask */
export function viewTask(row: TaskRow, withTags: boolean): Shape<Task> {
  const interfaces = row.attachments.length === 0 ? NO_INTERFACES : row.attachments.map(viewInterface);
  const view: Filling<Shape<Task>> = {
    attachments: row.attachments.map(viewAttachment),
    attributes: row.attributes,
    clusterArn: row.clusterArn,
    containers: row.containers.map((container) => viewContainer(row.arn, container, interfaces)),
    createdAt: new Date(row.createdAt),
    desiredStatus: row.desiredStatus,
    enableExecuteCommand: row.enableExecuteCommand,
    group: row.group,
    healthStatus: row.healthStatus,
    lastStatus: row.lastStatus,
    launchType: row.launchType,
    overrides: row.overrides as NonNullable<Shape<Task>['overrides']>,
    tags: withTags ? row.tags : NO_TAGS,
    taskArn: row.arn,
    taskDefinitionArn: row.taskDefinitionArn,
    version: row.version,
  };
  fillPlace(view, row);
  fillCourse(view, row);
  return view;
}

/** Where it runs and how large it is. */
function fillPlace(view: Filling<Shape<Task>>, row: TaskRow): void {
  if (row.availabilityZone !== undefined) view.availabilityZone = row.availabilityZone;
  if (row.capacityProviderName !== undefined) view.capacityProviderName = row.capacityProviderName;
  if (row.hostArn !== undefined && row.launchType !== 'FARGATE') view.containerInstanceArn = row.hostArn;
  if (row.cpu !== undefined) view.cpu = row.cpu;
  if (row.memory !== undefined) view.memory = row.memory;
  if (row.platformVersion !== undefined) view.platformVersion = row.platformVersion;
  if (row.platformFamily !== undefined) view.platformFamily = row.platformFamily;
  if (row.startedBy !== undefined) view.startedBy = row.startedBy;
  if (row.ephemeralStorage !== undefined) {
    view.ephemeralStorage = row.ephemeralStorage;
    if (row.launchType === 'FARGATE') view.fargateEphemeralStorage = row.ephemeralStorage;
  }
}

/** What has happened to it. */
function fillCourse(view: Filling<Shape<Task>>, row: TaskRow): void {
  if (row.connectivity !== undefined) view.connectivity = row.connectivity;
  if (row.connectivityAt !== undefined) view.connectivityAt = new Date(row.connectivityAt);
  if (row.pullStartedAt !== undefined) view.pullStartedAt = new Date(row.pullStartedAt);
  if (row.pullStoppedAt !== undefined) view.pullStoppedAt = new Date(row.pullStoppedAt);
  if (row.startedAt !== undefined) view.startedAt = new Date(row.startedAt);
  if (row.stoppingAt !== undefined) view.stoppingAt = new Date(row.stoppingAt);
  if (row.executionStoppedAt !== undefined) view.executionStoppedAt = new Date(row.executionStoppedAt);
  if (row.stoppedAt !== undefined) view.stoppedAt = new Date(row.stoppedAt);
  if (row.stopCode !== undefined) view.stopCode = row.stopCode;
  if (row.stoppedReason !== undefined) view.stoppedReason = row.stoppedReason;
}

function viewAttachment({ id, type, status, details }: TaskAttachment): Shape<Attachment> {
  return { id, type, status, details };
}

function viewInterface(attachment: TaskAttachment): { attachmentId: string; privateIpv4Address?: string } {
  const address = attachment.details.find((detail) => detail.name === 'privateIPv4Address')?.value;
  return address === undefined ? { attachmentId: attachment.id } : { attachmentId: attachment.id, privateIpv4Address: address };
}

function viewContainer(taskArn: string, row: TaskContainer, networkInterfaces: NonNullable<Shape<Container>['networkInterfaces']>): Shape<Container> {
  const view: Filling<Shape<Container>> = {
    containerArn: row.arn,
    taskArn,
    name: row.name,
    image: row.image,
    lastStatus: row.lastStatus,
    networkBindings: row.networkBindings,
    networkInterfaces,
    healthStatus: row.healthStatus,
    cpu: row.cpu,
  };
  if (row.imageDigest !== undefined) view.imageDigest = row.imageDigest;
  if (row.runtimeId !== undefined) view.runtimeId = row.runtimeId;
  if (row.exitCode !== undefined) view.exitCode = row.exitCode;
  if (row.reason !== undefined) view.reason = row.reason;
  if (row.memory !== undefined) view.memory = row.memory;
  if (row.memoryReservation !== undefined) view.memoryReservation = row.memoryReservation;
  if (row.gpuIds !== undefined) view.gpuIds = row.gpuIds;
  if (row.managedAgents !== undefined) view.managedAgents = row.managedAgents.map(viewManagedAgent);
  return view;
}

function viewManagedAgent({ lastStartedAt, ...agent }: ManagedAgent): NonNullable<Shape<Container>['managedAgents']>[number] {
  return lastStartedAt === undefined ? agent : { ...agent, lastStartedAt: new Date(lastStartedAt) };
}
