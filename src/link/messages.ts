// The messages of the ECS agent protocol (ACS: orders, TCS: telemetry), in the shapes Amazon's own agent speaks.
// Public models: aws/amazon-ecs-agent, ecs-agent/acs and ecs-agent/tcs. Times on the wire are epoch milliseconds
// in ACS (generatedAt, seqNum) and epoch seconds in the Submit* API. Members of ours that Amazon's agent ignores
// are marked LONGSHORE.

/** A frame: `{"type": "PayloadMessage", "message": {…}}`. */
export interface Frame<Type extends string = string, Message = unknown> {
  readonly type: Type;
  readonly message: Message;
}

// ---- control plane → agent -------------------------------------------------------------------------------------

export interface RoleCredentials {
  readonly credentialsId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly roleArn: string;
  /** ISO 8601 */
  readonly expiration: string;
}

export interface PayloadElasticNetworkInterface {
  readonly attachmentArn: string;
  readonly ec2Id: string;
  readonly macAddress: string;
  readonly ipv4Addresses: readonly { readonly primary: boolean; readonly privateAddress: string }[];
  readonly domainNameServers?: readonly string[];
  /** `172.31.0.1/20` */
  readonly subnetGatewayIpv4Address: string;
  readonly privateDnsName?: string;
  readonly interfaceAssociationProtocol?: 'default';
  /** LONGSHORE: the bridge this interface belongs to. */
  readonly vpcId: string;
  /** LONGSHORE: `172.31.0.0/16` */
  readonly vpcCidrBlock: string;
  /** LONGSHORE */
  readonly subnetId: string;
  /** LONGSHORE */
  readonly securityGroupIds: readonly string[];
}

export interface PayloadPortMapping {
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly name?: string;
  readonly containerPortRange?: string;
}

export interface PayloadContainer {
  readonly name: string;
  readonly image: string;
  /** CPU units */
  readonly cpu: number;
  /** MiB; 0 = none */
  readonly memory: number;
  readonly essential: boolean;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly portMappings: readonly PayloadPortMapping[];
  readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string; readonly readOnly: boolean }[];
  readonly volumesFrom: readonly { readonly sourceContainer: string; readonly readOnly: boolean }[];
  readonly links?: readonly string[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY' }[];
  readonly secrets?: readonly PayloadSecret[];
  readonly environmentFiles?: readonly { readonly value: string; readonly type: string }[];
  /** Seconds; 0 = default */
  readonly startTimeout?: number;
  /** Seconds; 0 = default */
  readonly stopTimeout?: number;
  /** Lower case `docker` when a health check is defined. */
  readonly healthCheckType?: 'docker';
  readonly restartPolicy?: { readonly enabled: boolean; readonly ignoredExitCodes?: readonly number[]; readonly restartAttemptPeriod?: number };
  readonly firelensConfiguration?: { readonly type: string; readonly options?: Readonly<Record<string, string>> };
  readonly registryAuthentication?: {
    readonly type: 'ecr' | 'asm';
    readonly ecrAuthData?: { readonly region: string; readonly registryId: string; readonly endpointOverride?: string; readonly useExecutionRole?: boolean };
    readonly asmAuthData?: { readonly credentialsParameter: string; readonly region: string };
  };
  /** A JSON string: `{"command":[…]}` or `{}`. */
  readonly overrides: string;
  /** `config` and `hostConfig` are JSON strings in Docker's own API form. */
  readonly dockerConfig: { readonly version?: string; readonly config: string; readonly hostConfig: string };
  /** What runs beside the container's process: with ECS Exec enabled, its agent. */
  readonly managedAgents?: readonly { readonly name: 'ExecuteCommandAgent' }[];
  /** LONGSHORE: the container's ARN, for labels and metadata. */
  readonly containerArn?: string;
  /** LONGSHORE: seconds; ECS's own agent gets it by registration attribute. */
  readonly disableNetworking?: boolean;
}

export interface PayloadSecret {
  readonly name: string;
  readonly valueFrom: string;
  readonly provider: 'ssm' | 'asm';
  readonly region: string;
  readonly type: 'ENVIRONMENT_VARIABLE' | 'MOUNT_POINT';
  readonly target: 'CONTAINER' | 'LOG_DRIVER';
  readonly containerPath?: string;
}

export interface PayloadVolume {
  readonly name: string;
  readonly type: 'host' | 'docker' | 'efs' | 'fsxWindowsFileServer' | 's3files';
  /** Empty sourcePath: a directory of the task's own, gone with it. */
  readonly host?: { readonly sourcePath: string };
  readonly dockerVolumeConfiguration?: {
    readonly scope: 'task' | 'shared';
    readonly autoprovision: boolean;
    readonly driver?: string;
    readonly driverOpts?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly efsVolumeConfiguration?: unknown;
}

export interface PayloadTask {
  readonly arn: string;
  readonly family: string;
  readonly version: string;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly taskClusterArn: string;
  readonly launchType: string;
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none';
  /** vCPUs (0.25), 0 = no task limit. */
  readonly cpu: number;
  /** MiB, 0 = no task limit. */
  readonly memory: number;
  readonly pidMode?: string;
  readonly ipcMode?: string;
  readonly group?: string;
  readonly serviceName?: string;
  readonly containers: readonly PayloadContainer[];
  readonly volumes: readonly PayloadVolume[];
  readonly elasticNetworkInterfaces?: readonly PayloadElasticNetworkInterface[];
  readonly roleCredentials?: RoleCredentials;
  readonly executionRoleCredentials?: RoleCredentials;
  readonly enableFaultInjection?: boolean;
  /** LONGSHORE: for metadata and log stream names. */
  readonly startedBy?: string;
  readonly createdAt?: number;
  readonly platformVersion?: string;
  readonly availabilityZone?: string;
  readonly ephemeralStorageGiB?: number;
  /** LONGSHORE: SDKs in the containers are to call Longshore's API (AWS_ENDPOINT_URL). */
  readonly apiEndpoint?: boolean;
}

interface Addressed {
  readonly messageId: string;
  readonly clusterArn: string;
  readonly containerInstanceArn: string;
}

export interface PayloadMessage extends Addressed {
  /** Grows with every payload to this instance; a later order for a task overrides an earlier one. */
  readonly seqNum: number;
  readonly generatedAt: number;
  readonly tasks: readonly PayloadTask[];
}

export interface TaskManifestMessage extends Addressed {
  readonly generatedAt: number;
  /** Shares the number space of seqNum; older ones are discarded. */
  readonly timeline: number;
  readonly tasks: readonly { readonly taskArn: string; readonly taskClusterArn: string; readonly desiredStatus: 'RUNNING' | 'STOPPED' }[];
}

export interface TaskIdentifier {
  readonly taskArn: string;
  readonly taskClusterArn: string;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
}

export interface TaskStopVerificationAck {
  /** The manifest's. */
  readonly messageId: string;
  readonly generatedAt: number;
  readonly stopTasks: readonly TaskIdentifier[];
}

export interface IAMRoleCredentialsMessage {
  readonly messageId: string;
  readonly taskArn: string;
  readonly taskClusterArn: string;
  readonly roleType: 'TaskApplication' | 'TaskExecution';
  readonly roleCredentials: RoleCredentials;
}

/** LONGSHORE: somebody is to talk to a command in a container; the agent opens a channel for the session and runs it. */
export interface LongshoreExecMessage {
  readonly messageId: string;
  readonly sessionId: string;
  readonly taskArn: string;
  readonly containerName: string;
  readonly command: string;
  /** ARN of who runs it. */
  readonly owner: string;
  /** Where to connect, on the host and port of the ACS endpoint; `ticket` goes into the query. */
  readonly path: string;
  readonly ticket: string;
  /** Where the session is to be recorded. */
  readonly log?: { readonly group: string; readonly region: string };
}

// ---- networks (LONGSHORE: no message of Amazon's) -----------------------------------------------------------------

/** One rule of a security group, as a host applies it: IPv4 only. */
export interface NetworkRule {
  readonly direction: 'ingress' | 'egress';
  /** `tcp`, `udp`, `icmp`, `-1` (all) or a number as text. */
  readonly protocol: string;
  /** Ports, or type and code of ICMP; absent or -1: all. */
  readonly fromPort?: number;
  readonly toPort?: number;
  /** One of the two: a block, or the members of a group of the same VPC. */
  readonly cidr?: string;
  readonly groupId?: string;
}

/** What hosts know of a VPC, piece by piece. `host` is the underlay address of a host. */
export type NetworkEntry =
  /** An interface that is in use, and where. `balancer`: it is a load balancer's, held by the host's own bridge. */
  | { readonly kind: 'interface'; readonly id: string; readonly address: string; readonly macAddress: string; readonly host: string; readonly groupIds: readonly string[]; readonly balancer?: boolean }
  | { readonly kind: 'group'; readonly id: string; readonly rules: readonly NetworkRule[] }
  /** A host that has a part in the VPC, and its own address in it once there are several. */
  | { readonly kind: 'host'; readonly id: string; readonly host: string; readonly address?: string };

export interface VpcUpdate {
  readonly vpcId: string;
  readonly cidrBlock: string;
  /** VXLAN network identifier, 1 … 2^24-1. */
  readonly vni: number;
  readonly version: number;
  /** The version these changes are made to; absent: this is all there is. */
  readonly baseVersion?: number;
  readonly put: readonly NetworkEntry[];
  /** Ids of entries that are no more. */
  readonly removed: readonly string[];
}

export interface NetworkStateMessage {
  readonly messageId: string;
  /** Grows within a connection; a message that is not newer than the last is passed over. */
  readonly number: number;
  /** Every VPC this host has a part in. */
  readonly vpcIds: readonly string[];
  /** What changed in them. */
  readonly vpcs: readonly VpcUpdate[];
}

export interface AcsToAgent {
  readonly PayloadMessage: PayloadMessage;
  readonly TaskManifestMessage: TaskManifestMessage;
  readonly TaskStopVerificationAck: TaskStopVerificationAck;
  readonly HeartbeatMessage: { readonly messageId: string; readonly healthy: boolean };
  readonly IAMRoleCredentialsMessage: IAMRoleCredentialsMessage;
  /** LONGSHORE: only to agents that say they can (`longshore.capability.vpc`). */
  readonly NetworkStateMessage: NetworkStateMessage;
  readonly LongshoreExecMessage: LongshoreExecMessage;
  readonly CloseMessage: { readonly message: string };
  readonly ErrorMessage: { readonly message: string };
  readonly InactiveInstanceException: { readonly message: string };
}

// ---- agent → control plane -------------------------------------------------------------------------------------

export interface AgentToAcs {
  readonly AckRequest: { readonly cluster: string; readonly containerInstance: string; readonly messageId: string };
  readonly NackRequest: { readonly cluster: string; readonly containerInstance: string; readonly messageId: string; readonly reason: string };
  readonly HeartbeatAckRequest: { readonly messageId: string };
  readonly IAMRoleCredentialsAckRequest: { readonly messageId: string; readonly credentialsId: string; readonly expiration: string };
  readonly TaskStopVerificationMessage: { readonly messageId: string; readonly stopCandidates: readonly TaskIdentifier[] };
  /** LONGSHORE: `taken` false: the changes were made to another version than the one here; everything is wanted. */
  readonly NetworkStateAckRequest: { readonly messageId: string; readonly taken: boolean };
}

// ---- telemetry (TCS) ---------------------------------------------------------------------------------------------

export interface ContainerHealth {
  readonly containerName: string;
  readonly healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** Epoch seconds */
  readonly statusSince: number;
}

export interface TaskHealth {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionFamily: string;
  readonly taskDefinitionVersion: string;
  readonly containers: readonly ContainerHealth[];
}

export interface TelemetryMetadata {
  readonly cluster: string;
  readonly containerInstance: string;
  readonly messageId: string;
  readonly fin?: boolean;
  readonly idle?: boolean;
}

export interface CWStatsSet {
  readonly min: number;
  readonly max: number;
  readonly sampleCount: number;
  readonly sum: number;
}

export interface ContainerMetric {
  readonly containerName: string;
  readonly cpuStatsSet: CWStatsSet;
  readonly memoryStatsSet: CWStatsSet;
}

export interface TaskMetric {
  readonly taskArn: string;
  readonly taskDefinitionFamily: string;
  readonly taskDefinitionVersion: string;
  readonly containerMetrics: readonly ContainerMetric[];
}

export interface AgentToTcs {
  readonly PublishMetricsRequest: { readonly metadata: TelemetryMetadata; readonly taskMetrics?: readonly TaskMetric[]; readonly timestamp: number };
  readonly PublishHealthRequest: { readonly metadata: TelemetryMetadata; readonly tasks?: readonly TaskHealth[]; readonly timestamp: number };
  readonly PublishInstanceStatusRequest: {
    readonly metadata: TelemetryMetadata;
    readonly statuses?: readonly { readonly type: string; readonly status: string; readonly lastUpdated: number; readonly lastStatusChange: number }[];
    readonly timestamp: number;
  };
}

export interface TcsToAgent {
  readonly AckPublishMetric: { readonly message?: string };
  readonly AckPublishHealth: { readonly message?: string };
  readonly AckPublishInstanceStatus: { readonly message?: string };
  readonly HeartbeatMessage: { readonly healthy: boolean };
}
