// A service and what the scheduler knows of it: its revisions (immutable snapshots), deployments (moves from revisions
// to a revision), task sets (EXTERNAL controller) and events.
//
// Writers: Service's specification and desiredCount belong to the API (UpdateService, scaling); status, scheduler and
// the ServiceDeployment rows' progress belong to the service reconciler. A ServiceRevision is never changed.
import { table } from './table.ts';
import type { Tag } from './tag.ts';
import type { CapacityProviderStrategyItem } from './cluster.ts';
import type { AwsvpcConfiguration, LaunchType } from './task.ts';

export type ServiceStatus = 'ACTIVE' | 'DRAINING' | 'INACTIVE';
export type SchedulingStrategy = 'REPLICA' | 'DAEMON';
export type DeploymentControllerType = 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
export type DeploymentStrategy = 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';

export interface ServiceLoadBalancer {
  readonly targetGroupArn?: string;
  readonly loadBalancerName?: string;
  readonly containerName?: string;
  readonly containerPort?: number;
  readonly advancedConfiguration?: {
    readonly alternateTargetGroupArn?: string;
    readonly productionListenerRule?: string;
    readonly testListenerRule?: string;
    readonly roleArn?: string;
  };
}

export interface PlacementStrategyItem {
  readonly type: 'random' | 'spread' | 'binpack';
  readonly field?: string;
}

export interface PlacementConstraintItem {
  readonly type: 'distinctInstance' | 'memberOf';
  readonly expression?: string;
}

export interface CircuitBreaker {
  readonly enable: boolean;
  readonly rollback: boolean;
  readonly resetOnHealthyTask?: boolean;
  readonly thresholdConfiguration?: { readonly type: 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT' | 'COUNT'; readonly value: number };
}

export type LifecycleStage =
  | 'RECONCILE_SERVICE'
  | 'PRE_SCALE_UP'
  | 'SCALE_UP'
  | 'POST_SCALE_UP'
  | 'TEST_TRAFFIC_SHIFT'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT'
  | 'BAKE_TIME'
  | 'CLEAN_UP';
export type HookStage = Exclude<LifecycleStage, 'SCALE_UP' | 'BAKE_TIME' | 'CLEAN_UP'> | 'PRE_PRODUCTION_TRAFFIC_SHIFT';

export interface LifecycleHook {
  readonly targetType?: 'AWS_LAMBDA' | 'PAUSE';
  readonly hookTargetArn?: string;
  readonly roleArn?: string;
  readonly lifecycleStages: readonly HookStage[];
  readonly hookDetails?: unknown;
  readonly timeoutConfiguration?: { readonly timeoutInMinutes?: number; readonly action?: 'ROLLBACK' | 'CONTINUE' };
}

export interface DeploymentConfiguration {
  readonly strategy: DeploymentStrategy;
  readonly maximumPercent: number;
  readonly minimumHealthyPercent: number;
  readonly deploymentCircuitBreaker?: CircuitBreaker;
  readonly alarms?: { readonly alarmNames: readonly string[]; readonly rollback: boolean; readonly enable: boolean };
  readonly bakeTimeInMinutes?: number;
  readonly lifecycleHooks?: readonly LifecycleHook[];
  readonly linearConfiguration?: { readonly stepPercent?: number; readonly stepBakeTimeInMinutes?: number };
  readonly canaryConfiguration?: { readonly canaryPercent?: number; readonly canaryBakeTimeInMinutes?: number };
  readonly earlySuccessCriteria?: {
    readonly enable: boolean;
    readonly healthyPercent?: number;
    readonly sourceServiceRevisionCleanup?: 'BLOCKING' | 'DEFERRED';
  };
}

/** What a revision snapshots and a task of the service is made from. */
export interface ServiceSpec {
  readonly taskDefinitionArn: string;
  readonly launchType?: LaunchType;
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly awsvpc?: AwsvpcConfiguration;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  readonly serviceRegistries: readonly { readonly registryArn?: string; readonly port?: number; readonly containerName?: string; readonly containerPort?: number }[];
  /** As given; carried for later issues. */
  readonly serviceConnectConfiguration?: unknown;
  readonly volumeConfigurations?: readonly unknown[];
  readonly vpcLatticeConfigurations?: readonly unknown[];
  readonly monitoring?: unknown;
}

export interface Service {
  /** `arn:aws:ecs:<region>:<account>:service/<cluster>/<name>` */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly name: string;
  readonly status: ServiceStatus;
  readonly schedulingStrategy: SchedulingStrategy;
  readonly deploymentController: DeploymentControllerType;
  readonly desiredCount: number;
  readonly spec: ServiceSpec;
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly placementConstraints: readonly PlacementConstraintItem[];
  readonly placementStrategy: readonly PlacementStrategyItem[];
  /** As asked for: `LATEST` or a number; absent when never on Fargate. What tasks run with is in the spec. */
  readonly platformVersion?: string;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  readonly enableECSManagedTags: boolean;
  readonly propagateTags: 'TASK_DEFINITION' | 'SERVICE' | 'NONE';
  readonly enableExecuteCommand: boolean;
  readonly roleArn?: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  /** The revision that new tasks are made from once its deployment runs; undefined for EXTERNAL. */
  readonly targetRevisionArn?: string;
  /** The deployment in progress or the last finished one. */
  readonly currentDeploymentArn?: string;
  /** Until DELETE's draining ended. */
  readonly deletedAt?: number;
}

export const services = table<Service>('services', (s) => s.arn, {
  /** `<clusterArn>|<status>` */
  cluster: (s) => `${s.clusterArn}|${s.status}`,
  /** What the reconciler looks at after a restart. */
  live: (s) => (s.status === 'INACTIVE' ? undefined : 'live'),
  targetGroup: (s) => (s.status === 'INACTIVE' ? undefined : s.spec.loadBalancers.flatMap((lb) => lb.targetGroupArn ?? [])),
  taskDefinition: (s) => (s.status === 'INACTIVE' ? undefined : s.spec.taskDefinitionArn),
});

export interface ServiceRevision {
  /** `arn:aws:ecs:<region>:<account>:service-revision/<cluster>/<service>/<19 digits>` */
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly spec: ServiceSpec;
  /** Image digests resolved when the revision was made, by container. */
  readonly containerImages: readonly { readonly containerName: string; readonly image: string; readonly imageDigest?: string }[];
  readonly createdAt: number;
}

export const serviceRevisions = table<ServiceRevision>('service_revisions', (r) => r.arn, { service: (r) => r.serviceArn });

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'STOP_REQUESTED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

export type TargetSlot = 'primary' | 'alternate';

export interface HookRun {
  /** UUID: what ContinueServiceDeployment names. */
  readonly hookId: string;
  /** Position in deploymentConfiguration.lifecycleHooks. */
  readonly hook: number;
  readonly stage: HookStage;
  readonly targetType: 'AWS_LAMBDA' | 'PAUSE';
  readonly targetArn?: string;
  readonly status: 'AWAITING_ACTION' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly timeoutAction: 'ROLLBACK' | 'CONTINUE';
  /** The step of a LINEAR or CANARY shift it ran for. */
  readonly step?: number;
  /** It ran because the deployment was rolled back: it informs, and holds nothing up. */
  readonly rollback?: true;
  /** When an IN_PROGRESS endpoint hook is to be asked again. */
  readonly callAgainAt?: number;
}

export interface ServiceDeployment {
  /** `arn:aws:ecs:<region>:<account>:service-deployment/<cluster>/<service>/<21 characters>` */
  readonly arn: string;
  /** `ecs-svc/<19 digits>`: startedBy of its tasks, id in DescribeServices' deployments. */
  readonly id: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason?: string;
  readonly targetRevisionArn: string;
  /** Active when the deployment began; a rollback goes back to the newest of them. */
  readonly sourceRevisionArns: readonly string[];
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly stage: LifecycleStage;
  readonly stageStartedAt: number;
  /** Per cent of production and test traffic that goes to the target revision. */
  readonly productionWeight: number;
  readonly testWeight: number;
  /** LINEAR and CANARY: steps done so far. */
  readonly step: number;
  readonly hooks: readonly HookRun[];
  /** Tasks of the target revision that failed since the last healthy one (circuit breaker). */
  readonly failedTasks: number;
  /** Tasks of the target revision that failed, all in all: `failedTasks` of DescribeServices. */
  readonly failedTasksTotal: number;
  readonly breaker: { readonly status: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED' };
  readonly alarms: { readonly status: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED'; readonly triggeredAlarmNames: readonly string[] };
  readonly rollback?: { readonly reason: string; readonly startedAt: number; readonly serviceRevisionArn: string };
  /** Launches are held back until then after repeated failures. */
  readonly throttledUntil?: number;
  readonly launchFailures: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  /** Where the target revision's tasks register: the service's own target groups, or their alternates. */
  readonly targetSlot?: TargetSlot;
  /** Proven tasks of the target revision at the last look: more of them reset the circuit breaker's count. */
  readonly provenTasks?: number;
  readonly finishedAt?: number;
  readonly stoppedAt?: number;
  readonly updatedAt: number;
}

const FINISHED: ReadonlySet<ServiceDeploymentStatus> = new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']);

/** True once nothing about the deployment changes any more. */
export function isDeploymentFinished(deployment: ServiceDeployment): boolean {
  return FINISHED.has(deployment.status);
}

export const serviceDeployments = table<ServiceDeployment>('service_deployments', (d) => d.arn, {
  service: (d) => d.serviceArn,
  unfinished: (d) => (isDeploymentFinished(d) ? undefined : d.serviceArn),
});

export interface ServiceEvent {
  /** UUID */
  readonly id: string;
  readonly serviceArn: string;
  readonly createdAt: number;
  readonly message: string;
}

/** DescribeServices shows the newest 100; older ones are forgotten. */
export const serviceEvents = table<ServiceEvent>('service_events', (e) => e.id, { service: (e) => e.serviceArn });

/** What the scheduler remembers of a service from look to look. Written by the service reconciler alone; absent until its first look. */
export interface ServiceScheduler {
  readonly serviceArn: string;
  /** The last thing said was the steady state event. */
  readonly steady: boolean;
  /** Target groups of the revision in production. */
  readonly productionSlot: TargetSlot;
  /** The revision the last finished deployment put into production: what a rollback goes back to. */
  readonly completedRevisionArn?: string;
  /** `ecs-svc/<19 digits>` of the deployment that did. */
  readonly completedDeploymentId?: string;
  /** Start failures in a row, and until when launches are held back for them. */
  readonly failureRounds: number;
  readonly lastFailureAt?: number;
  readonly throttledUntil?: number;
  /** The last launch that found no place. */
  readonly unplaced?: { readonly at: number; readonly attempts: number; readonly retryAt: number; readonly reason: string; readonly saidAt: number };
  /** The last event about a deployment that cannot go on, so that it is said once. */
  readonly stuckSaidAt?: number;
  /** A move of a task to another zone: when it began, and how uneven the zones were then. */
  readonly rebalancing?: { readonly since: number; readonly unevenness: number };
}

export const serviceSchedulers = table<ServiceScheduler>('service_schedulers', (s) => s.serviceArn);

export interface TaskSet {
  /** `arn:aws:ecs:<region>:<account>:task-set/<cluster>/<service>/ecs-svc/<19 digits>` */
  readonly arn: string;
  /** `ecs-svc/<19 digits>` */
  readonly id: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly spec: ServiceSpec;
  readonly externalId?: string;
  readonly scale: { readonly value: number; readonly unit: 'PERCENT' };
  readonly stabilityStatus: 'STEADY_STATE' | 'STABILIZING';
  readonly stabilityStatusAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: readonly Tag[];
}

export const taskSets = table<TaskSet>('task_sets', (t) => t.arn, {
  service: (t) => t.serviceArn,
  taskDefinition: (t) => t.spec.taskDefinitionArn,
});
