// A new task's row: a definition, what the caller overrode, and where placement put it. Everything is handed in.
import type {
  AwsvpcConfiguration,
  LaunchType,
  ReservedResources,
  Task,
  TaskAttachment,
  TaskContainer,
  TaskLoadBalancer,
  TaskOverride,
  TaskWaiting,
} from '#model/task.ts';
import type { NetworkInterface } from '#model/network.ts';
import type { Tag } from '#model/tag.ts';
import type { ContainerDefinition, TaskDefinition } from '#model/task-definition.ts';

/** Fargate's own storage when a definition asks for no other. */
const FARGATE_EPHEMERAL_GIB = 20;

export interface NewTaskInterface {
  readonly attachmentId: string;
  readonly networkInterface: NetworkInterface;
  /** `ip-172-31-0-5.ec2.internal` */
  readonly privateDnsName: string;
}

export interface NewTaskInput {
  readonly arn: string;
  readonly clusterArn: string;
  readonly definition: TaskDefinition;
  readonly overrides: TaskOverride;
  readonly reserved: ReservedResources;
  readonly group: string;
  readonly serviceName?: string | undefined;
  readonly serviceRevisionArn?: string | undefined;
  readonly taskSetArn?: string | undefined;
  readonly loadBalancers?: readonly TaskLoadBalancer[] | undefined;
  readonly startedBy?: string | undefined;
  readonly launchType: LaunchType;
  readonly capacityProviderName?: string | undefined;
  readonly platformVersion?: string | undefined;
  readonly hostArn?: string | undefined;
  readonly waiting?: TaskWaiting | undefined;
  readonly availabilityZone?: string | undefined;
  readonly awsvpc?: AwsvpcConfiguration | undefined;
  readonly interface?: NewTaskInterface | undefined;
  /** One for each container of the definition, in its order. */
  readonly containerArns: readonly string[];
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The task as it is right after it was asked for: PROVISIONING, to be RUNNING. */
export function newTask(input: NewTaskInput): Task {
  const { definition, overrides } = input;
  const fargate = input.launchType === 'FARGATE';
  const storage = overrides.ephemeralStorage ?? definition.ephemeralStorage ?? (fargate ? { sizeInGiB: FARGATE_EPHEMERAL_GIB } : undefined);
  return {
    arn: input.arn,
    account: definition.account,
    region: definition.region,
    clusterArn: input.clusterArn,
    taskDefinitionArn: definition.arn,
    family: definition.family,
    group: input.group,
    ...given('serviceName', input.serviceName),
    ...given('serviceRevisionArn', input.serviceRevisionArn),
    ...given('taskSetArn', input.taskSetArn),
    ...given('loadBalancers', input.loadBalancers?.length ? input.loadBalancers : undefined),
    ...given('startedBy', input.startedBy),
    launchType: input.launchType,
    ...given('capacityProviderName', input.capacityProviderName),
    ...given('platformVersion', input.platformVersion),
    ...given('platformFamily', fargate ? platformFamily(definition) : undefined),
    ...given('availabilityZone', input.availabilityZone),
    ...given('hostArn', input.hostArn),
    ...given('waiting', input.waiting),
    reserved: input.reserved,
    ...given('cpu', overrides.cpu ?? definition.cpu),
    ...given('memory', overrides.memory ?? definition.memory),
    ...given('ephemeralStorage', storage),
    overrides,
    attributes: [{ name: 'ecs.cpu-architecture', value: architecture(definition) }],
    ...given('awsvpc', input.awsvpc),
    attachments: input.interface ? [attachmentOf(input.interface)] : [],
    containers: definition.containerDefinitions.map((container, i) => newContainer(container, input, input.containerArns[i] ?? '')),
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    healthStatus: 'UNKNOWN',
    version: 1,
    enableExecuteCommand: input.enableExecuteCommand,
    tags: input.tags,
    createdAt: input.now,
  };
}

function newContainer(definition: ContainerDefinition, { overrides, enableExecuteCommand }: NewTaskInput, arn: string): TaskContainer {
  const own = overrides.containerOverrides.find((o) => o.name === definition.name);
  const memory = own?.memory ?? definition.memory;
  const memoryReservation = own?.memoryReservation ?? definition.memoryReservation;
  return {
    arn,
    name: definition.name,
    image: definition.image ?? '',
    lastStatus: 'PENDING',
    networkBindings: [],
    healthStatus: 'UNKNOWN',
    cpu: String(own?.cpu ?? definition.cpu ?? 0),
    ...given('memory', memory === undefined ? undefined : String(memory)),
    ...given('memoryReservation', memoryReservation === undefined ? undefined : String(memoryReservation)),
    essential: definition.essential ?? true,
    hasHealthCheck: definition.healthCheck !== undefined && definition.healthCheck.command[0] !== 'NONE',
    ...given('managedAgents', enableExecuteCommand ? [{ name: 'ExecuteCommandAgent' as const, lastStatus: 'PENDING' as const }] : undefined),
  };
}

/** An awsvpc task's interface as its attachment shows it. */
export function attachmentOf(made: NewTaskInterface): TaskAttachment {
  const { networkInterface } = made;
  return {
    id: made.attachmentId,
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    networkInterfaceId: networkInterface.id,
    details: [
      { name: 'subnetId', value: networkInterface.subnetId },
      { name: 'networkInterfaceId', value: networkInterface.id },
      { name: 'macAddress', value: networkInterface.macAddress },
      { name: 'privateDnsName', value: made.privateDnsName },
      { name: 'privateIPv4Address', value: networkInterface.privateIpAddress },
    ],
  };
}

function architecture(definition: TaskDefinition): string {
  return definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';
}

/** `Linux`, or `Windows_Server_2022_Core` for `WINDOWS_SERVER_2022_CORE`. */
export function platformFamily(definition: TaskDefinition): string {
  const words = (definition.runtimePlatform?.operatingSystemFamily ?? 'LINUX').split('_');
  return words.map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join('_');
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
