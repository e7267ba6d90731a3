// A task: one running copy of a task definition, on one host, for its whole life.
//
// Writers: the API that creates it writes everything once; after that desiredStatus, stopCode, stoppedReason and
// stoppingAt belong to whoever stops it (StopTask, schedulers); lastStatus, containers, pull/start/stop times and
// connectivity belong to the agent's reports (Submit*, TCS health) and the task reconciler that steps the states
// no agent reports. `version` grows with every change.
import { table } from './table.ts';
import type { Tag } from './tag.ts';
import type { ContainerStatus, DesiredStatus, HealthStatus, StopCode, TaskStatus } from './task-status.ts';
import type { Attribute, KeyValuePair, ResourceRequirement } from './task-definition.ts';

export type LaunchType = 'EC2' | 'FARGATE' | 'EXTERNAL' | 'MANAGED_INSTANCES';

export interface ContainerOverride {
  readonly name?: string;
  readonly command?: readonly string[];
  readonly environment?: readonly KeyValuePair[];
  readonly environmentFiles?: readonly { readonly value: string; readonly type: 's3' }[];
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly resourceRequirements?: readonly ResourceRequirement[];
}

export interface TaskOverride {
  readonly containerOverrides: readonly ContainerOverride[];
  readonly cpu?: string;
  readonly memory?: string;
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly ephemeralStorage?: { readonly sizeInGiB: number };
  readonly inferenceAcceleratorOverrides: readonly { readonly deviceName?: string; readonly deviceType?: string }[];
}

export interface NetworkBinding {
  readonly bindIP?: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly containerPortRange?: string;
  readonly hostPortRange?: string;
}

export interface TaskContainer {
  /** `arn:aws:ecs:<region>:<account>:container/<cluster>/<taskId>/<uuid>` */
  readonly arn: string;
  readonly name: string;
  readonly image: string;
  readonly imageDigest?: string;
  readonly runtimeId?: string;
  readonly lastStatus: ContainerStatus;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly networkBindings: readonly NetworkBinding[];
  readonly healthStatus: HealthStatus;
  readonly cpu: string;
  readonly memory?: string;
  readonly memoryReservation?: string;
  readonly essential: boolean;
  readonly hasHealthCheck: boolean;
  readonly gpuIds?: readonly string[];
  /** With ECS Exec enabled: its agent, which is the host's own here. */
  readonly managedAgents?: readonly ManagedAgent[];
}

export interface ManagedAgent {
  readonly name: 'ExecuteCommandAgent';
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly reason?: string;
  /** Epoch milliseconds */
  readonly lastStartedAt?: number;
}

/** An awsvpc task's network interface as its attachment shows it. */
export interface TaskAttachment {
  /** UUID */
  readonly id: string;
  readonly type: 'ElasticNetworkInterface';
  readonly status: 'PRECREATED' | 'ATTACHING' | 'ATTACHED' | 'DETACHED' | 'DELETED';
  /** Key of the NetworkInterface row. */
  readonly networkInterfaceId: string;
  /** subnetId, networkInterfaceId, macAddress, privateDnsName, privateIPv4Address, in ECS's order. */
  readonly details: readonly KeyValuePair[];
}

/** What the task takes from its host; what placement adds up. */
export interface ReservedResources {
  /** CPU units */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Static host ports */
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
  readonly gpus: number;
}

export interface AwsvpcConfiguration {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: 'ENABLED' | 'DISABLED';
}

export interface TaskLoadBalancer {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
}

export interface Task {
  /** `arn:aws:ecs:<region>:<account>:task/<cluster>/<32 hex>` */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly family: string;
  /** `family:<family>`, `service:<service>` or what the caller gave. */
  readonly group: string;
  readonly serviceName?: string;
  /** The service revision, or the task set of an EXTERNAL service, that a service's task was made from. */
  readonly serviceRevisionArn?: string;
  readonly taskSetArn?: string;
  /** Where a service's task is to be registered while it runs. */
  readonly loadBalancers?: readonly TaskLoadBalancer[];
  /** Set while a task that is to stop waits for its targets to drain: it is DEACTIVATING and its agent is not told yet. */
  readonly drainingSince?: number;
  /** Scale-in protection ends then; absent: none. */
  readonly protectedUntil?: number;
  /** The service scheduler has taken note of this task's failure. */
  readonly failureNoted?: true;
  readonly startedBy?: string;
  readonly launchType: LaunchType;
  readonly capacityProviderName?: string;
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly availabilityZone?: string;
  /** The container instance row it runs on; for FARGATE a pool host that the API never shows. Absent until placed. */
  readonly hostArn?: string;
  /** Present until it is placed: its capacity provider has no room yet. */
  readonly waiting?: TaskWaiting;
  readonly reserved: ReservedResources;
  /** Task size as given or overridden. */
  readonly cpu?: string;
  readonly memory?: string;
  readonly ephemeralStorage?: { readonly sizeInGiB: number };
  readonly overrides: TaskOverride;
  readonly attributes: readonly Attribute[];
  readonly awsvpc?: AwsvpcConfiguration;
  readonly attachments: readonly TaskAttachment[];
  readonly containers: readonly TaskContainer[];
  readonly desiredStatus: DesiredStatus;
  readonly lastStatus: TaskStatus;
  readonly healthStatus: HealthStatus;
  readonly version: number;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
  readonly connectivity?: 'CONNECTED' | 'DISCONNECTED';
  /** All times: epoch milliseconds. */
  readonly createdAt: number;
  readonly connectivityAt?: number;
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
}

/** How a task that waits for a host of its capacity provider is to be placed. */
export interface TaskWaiting {
  readonly constraints: readonly { readonly type: 'distinctInstance' | 'memberOf'; readonly expression?: string }[];
  readonly strategy: readonly { readonly type: 'random' | 'spread' | 'binpack'; readonly field?: string }[];
}

/** Words that begin the stop reason of a task its service's scheduler stopped for its health. */
export const FAILED_HEALTH = 'Task failed';

function hasUnnotedFailure(task: Task): boolean {
  if (task.lastStatus !== 'STOPPED' || task.serviceName === undefined || task.failureNoted) return false;
  if (task.stopCode === 'ServiceSchedulerInitiated') return task.stoppedReason?.startsWith(FAILED_HEALTH) ?? false;
  return task.stopCode === 'TaskFailedToStart' || task.stopCode === 'EssentialContainerExited';
}

/** `<account>/<region>` + more: the indexes ListTasks filters by. STOPPED tasks leave the host index: they hold nothing. */
export const tasks = table<Task>('tasks', (t) => t.arn, {
  /** `<clusterArn>|RUNNING` or `<clusterArn>|STOPPED` by desiredStatus. */
  clusterDesired: (t) => `${t.clusterArn}|${t.desiredStatus}`,
  /** Tasks that still hold resources of the host. */
  host: (t) => (t.lastStatus === 'STOPPED' ? undefined : t.hostArn),
  /** Unfinished tasks of a task definition: while there are any, it cannot go. */
  definition: (t) => (t.lastStatus === 'STOPPED' ? undefined : t.taskDefinitionArn),
  /** `<clusterArn>|<group>`, not STOPPED. */
  group: (t) => (t.lastStatus === 'STOPPED' ? undefined : `${t.clusterArn}|${t.group}`),
  /** Unfinished tasks of a service revision, or of a task set. */
  revision: (t) => (t.lastStatus === 'STOPPED' ? undefined : t.serviceRevisionArn),
  taskSet: (t) => (t.lastStatus === 'STOPPED' ? undefined : t.taskSetArn),
  /** `<clusterArn>|<group>` of a service's STOPPED tasks whose failure the scheduler has not noted yet. */
  unnotedFailure: (t) => (hasUnnotedFailure(t) ? `${t.clusterArn}|${t.group}` : undefined),
  /** `<clusterArn>|<lastStatus>` of unfinished tasks: cluster counts. */
  clusterStatus: (t) => (t.lastStatus === 'STOPPED' ? undefined : `${t.clusterArn}|${t.lastStatus}`),
  /** `<clusterArn>|<launchType>|<lastStatus>` of unfinished tasks: the statistics of DescribeClusters. */
  clusterLaunch: (t) => (t.lastStatus === 'STOPPED' ? undefined : `${t.clusterArn}|${t.launchType}|${t.lastStatus}`),
  /** Attachment ids of tasks that are not STOPPED: what SubmitAttachmentStateChanges names. */
  attachment: (t) => (t.lastStatus === 'STOPPED' ? undefined : t.attachments.map((a) => a.id)),
  /** `waiting` while desired and last status differ: what the reconciler has to look at after a restart. */
  unsettled: (t) => (t.desiredStatus === 'STOPPED' && t.lastStatus === 'STOPPED' ? undefined : 'waiting'),
  /** `<clusterArn>|<provider>` of tasks that wait for a host of their capacity provider. */
  waiting: (t) => (t.waiting === undefined || t.desiredStatus === 'STOPPED' ? undefined : `${t.clusterArn}|${t.capacityProviderName ?? ''}`),
  /** `stopped` for the reaper, which forgets stopped tasks an hour later. */
  stopped: (t) => (t.lastStatus === 'STOPPED' ? 'stopped' : undefined),
});
