// A task definition revision and everything inside it. Names and nesting are ECS's own
// (model: RegisterTaskDefinitionRequest, ContainerDefinition); absent members are absent, defaults that ECS
// fills in at registration (essential, cpu 0, empty lists…) are stored filled in.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export type NetworkMode = 'awsvpc' | 'bridge' | 'host' | 'none';
export type Compatibility = 'EC2' | 'FARGATE' | 'EXTERNAL' | 'MANAGED_INSTANCES';
export type TaskDefinitionStatus = 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';

export interface KeyValuePair {
  readonly name?: string;
  readonly value?: string;
}

export interface PortMapping {
  readonly containerPort?: number;
  /** 0 or absent in bridge mode: dynamic. */
  readonly hostPort?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly name?: string;
  readonly appProtocol?: 'http' | 'http2' | 'grpc';
  /** `8000-8010` */
  readonly containerPortRange?: string;
}

export interface LogConfiguration {
  readonly logDriver: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly secretOptions?: readonly Secret[];
}

export interface Secret {
  readonly name: string;
  readonly valueFrom: string;
}

export interface HealthCheck {
  /** `["CMD-SHELL", "…"]`, `["CMD", …]` or `["NONE"]`. */
  readonly command: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly startPeriod?: number;
}

export type DependencyCondition = 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';

export interface ContainerDependency {
  readonly containerName: string;
  readonly condition: DependencyCondition;
}

export interface MountPoint {
  readonly sourceVolume?: string;
  readonly containerPath?: string;
  readonly readOnly?: boolean;
}

export interface VolumeFrom {
  readonly sourceContainer?: string;
  readonly readOnly?: boolean;
}

export interface Ulimit {
  readonly name: string;
  readonly softLimit: number;
  readonly hardLimit: number;
}

export interface Device {
  readonly hostPath: string;
  readonly containerPath?: string;
  readonly permissions?: readonly ('read' | 'write' | 'mknod')[];
}

export interface LinuxParameters {
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly devices?: readonly Device[];
  readonly initProcessEnabled?: boolean;
  /** MiB */
  readonly sharedMemorySize?: number;
  readonly tmpfs?: readonly { readonly containerPath: string; readonly size: number; readonly mountOptions?: readonly string[] }[];
  /** MiB */
  readonly maxSwap?: number;
  readonly swappiness?: number;
}

export interface ContainerRestartPolicy {
  readonly enabled: boolean;
  readonly ignoredExitCodes?: readonly number[];
  /** Seconds */
  readonly restartAttemptPeriod?: number;
}

export interface ResourceRequirement {
  readonly value: string;
  readonly type: 'GPU' | 'InferenceAccelerator';
}

export interface ContainerDefinition {
  readonly name: string;
  readonly image?: string;
  readonly repositoryCredentials?: { readonly credentialsParameter: string };
  /** CPU units, 1024 a core; 0 when not given. */
  readonly cpu?: number;
  /** MiB, hard limit. */
  readonly memory?: number;
  /** MiB, soft limit. */
  readonly memoryReservation?: number;
  readonly links?: readonly string[];
  readonly portMappings?: readonly PortMapping[];
  readonly essential?: boolean;
  readonly restartPolicy?: ContainerRestartPolicy;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: readonly KeyValuePair[];
  readonly environmentFiles?: readonly { readonly value: string; readonly type: 's3' }[];
  readonly mountPoints?: readonly MountPoint[];
  readonly volumesFrom?: readonly VolumeFrom[];
  readonly linuxParameters?: LinuxParameters;
  readonly secrets?: readonly Secret[];
  readonly dependsOn?: readonly ContainerDependency[];
  /** Seconds */
  readonly startTimeout?: number;
  /** Seconds */
  readonly stopTimeout?: number;
  readonly versionConsistency?: 'enabled' | 'disabled';
  readonly hostname?: string;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly disableNetworking?: boolean;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly dnsServers?: readonly string[];
  readonly dnsSearchDomains?: readonly string[];
  readonly extraHosts?: readonly { readonly hostname: string; readonly ipAddress: string }[];
  readonly dockerSecurityOptions?: readonly string[];
  readonly interactive?: boolean;
  readonly pseudoTerminal?: boolean;
  readonly dockerLabels?: Readonly<Record<string, string>>;
  readonly ulimits?: readonly Ulimit[];
  readonly logConfiguration?: LogConfiguration;
  readonly healthCheck?: HealthCheck;
  readonly systemControls?: readonly { readonly namespace?: string; readonly value?: string }[];
  readonly resourceRequirements?: readonly ResourceRequirement[];
  readonly firelensConfiguration?: { readonly type: 'fluentd' | 'fluentbit'; readonly options?: Readonly<Record<string, string>> };
  readonly credentialSpecs?: readonly string[];
}

export interface DockerVolumeConfiguration {
  readonly scope?: 'task' | 'shared';
  readonly autoprovision?: boolean;
  readonly driver?: string;
  readonly driverOpts?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Volume {
  readonly name: string;
  readonly host?: { readonly sourcePath?: string };
  readonly dockerVolumeConfiguration?: DockerVolumeConfiguration;
  readonly efsVolumeConfiguration?: unknown;
  readonly fsxWindowsFileServerVolumeConfiguration?: unknown;
  readonly s3filesVolumeConfiguration?: unknown;
  readonly configuredAtLaunch?: boolean;
}

export interface Attribute {
  readonly name: string;
  readonly value?: string;
  readonly targetType?: 'container-instance';
  readonly targetId?: string;
}

export interface RuntimePlatform {
  readonly cpuArchitecture?: 'X86_64' | 'ARM64';
  readonly operatingSystemFamily?: string;
}

export interface TaskDefinition {
  /** `arn:aws:ecs:<region>:<account>:task-definition/<family>:<revision>` */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly family: string;
  readonly revision: number;
  readonly status: TaskDefinitionStatus;
  readonly containerDefinitions: readonly ContainerDefinition[];
  readonly volumes: readonly Volume[];
  readonly placementConstraints: readonly { readonly type: 'memberOf'; readonly expression?: string }[];
  readonly compatibilities: readonly Compatibility[];
  readonly requiresCompatibilities?: readonly Compatibility[];
  readonly requiresAttributes: readonly Attribute[];
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly networkMode?: NetworkMode;
  /** CPU units as text, normalised: `256`. */
  readonly cpu?: string;
  /** MiB as text, normalised: `512`. */
  readonly memory?: string;
  readonly pidMode?: 'host' | 'task';
  readonly ipcMode?: 'host' | 'task' | 'none';
  readonly runtimePlatform?: RuntimePlatform;
  readonly proxyConfiguration?: unknown;
  readonly inferenceAccelerators?: unknown;
  readonly ephemeralStorage?: { readonly sizeInGiB: number };
  readonly enableFaultInjection?: boolean;
  readonly registeredAt: number;
  readonly registeredBy: string;
  readonly deregisteredAt?: number;
  readonly deleteRequestedAt?: number;
  readonly tags: readonly Tag[];
}

export const taskDefinitions = table<TaskDefinition>('task_definitions', (d) => d.arn, {
  /** `<account>/<region>` */
  scope: (d) => `${d.account}/${d.region}`,
  /** `<account>/<region>/<family>`; revisions in the order registered. */
  family: (d) => `${d.account}/${d.region}/${d.family}`,
  /** `deleting`: those that go once nothing uses them. */
  deleting: (d) => (d.status === 'DELETE_IN_PROGRESS' ? 'deleting' : undefined),
});

/** The highest revision ever given out in a family; survives deletion, so that numbers are never reused. */
export interface TaskDefinitionFamily {
  /** `<account>/<region>/<family>` */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly family: string;
  readonly lastRevision: number;
  /** Of the ACTIVE revisions; 0 hides the family from ListTaskDefinitionFamilies ACTIVE. */
  readonly activeRevisions: number;
  /** The newest ACTIVE revision's ARN: what a bare family name means. */
  readonly latestActiveArn?: string;
}

export const taskDefinitionFamilies = table<TaskDefinitionFamily>('task_definition_families', (f) => f.id, {
  scope: (f) => `${f.account}/${f.region}`,
});
