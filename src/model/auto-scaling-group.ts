// Auto Scaling groups, the instances in them, their lifecycle hooks and what was done to them.
//
// Writers: a group's row belongs to the API, but for `desiredCapacity`, which managed scaling sets too, and `status`, which the group's
// reconciler ends; a member's row belongs to the group's reconciler, but for its protection and health, and what an API call asks of it.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export interface TemplateRef {
  readonly id: string;
  readonly name: string;
  /** A number, `$Latest` or `$Default`. */
  readonly version: string;
}

export interface GroupTag extends Tag {
  readonly propagateAtLaunch: boolean;
}

export interface AutoScalingGroup {
  /** `arn:aws:autoscaling:<region>:<account>:autoScalingGroup:<uuid>:autoScalingGroupName/<name>` */
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredCapacity: number;
  readonly defaultCooldownSeconds: number;
  readonly launchTemplate: TemplateRef;
  /** Instance types in order of preference, from a mixed instances policy; the template's own when empty. */
  readonly instanceTypes: readonly string[];
  /** Of a mixed instances policy: the first so many are on demand, then this share of the rest. */
  readonly onDemand?: { readonly base: number; readonly percentAbove: number };
  /** MixedInstancesPolicy as given. */
  readonly mixedInstancesPolicy?: unknown;
  readonly availabilityZones: readonly string[];
  readonly subnetIds: readonly string[];
  readonly healthCheckType: string;
  readonly healthCheckGraceSeconds: number;
  readonly terminationPolicies: readonly string[];
  readonly newInstancesProtected: boolean;
  readonly suspendedProcesses: readonly string[];
  readonly targetGroupArns: readonly string[];
  readonly capacityRebalance: boolean;
  readonly defaultWarmupSeconds?: number;
  readonly maxLifetimeSeconds?: number;
  readonly serviceLinkedRoleArn: string;
  readonly tags: readonly GroupTag[];
  /** Present while it is being deleted. */
  readonly status?: 'Delete in progress';
  readonly createdAt: number;
}

export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Standby'
  | 'Detaching';

/** A hook an instance waits for. */
export interface HookWait {
  readonly hookName: string;
  readonly token: string;
  readonly expiresAt: number;
  /** However many heartbeats come: 48 hours, or 100 time-outs. */
  readonly latestAt: number;
}

export interface GroupInstance {
  readonly instanceId: string;
  readonly groupArn: string;
  readonly account: string;
  readonly region: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly launchTemplate: TemplateRef;
  readonly lifecycleState: LifecycleState;
  readonly healthStatus: 'HEALTHY' | 'UNHEALTHY';
  readonly protectedFromScaleIn: boolean;
  readonly waits: readonly HookWait[];
  /** ABANDON while Pending: it is terminated. */
  readonly abandoned?: true;
  /** When it entered the group, and the state it is in. */
  readonly joinedAt: number;
  readonly since: number;
  readonly inServiceAt?: number;
  /** The activity that launches or ends it. */
  readonly activityId?: string;
}

export interface LifecycleHook {
  readonly groupArn: string;
  readonly name: string;
  readonly transition: 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';
  readonly heartbeatTimeoutSeconds: number;
  readonly defaultResult: 'CONTINUE' | 'ABANDON';
  readonly roleArn?: string;
  readonly notificationTargetArn?: string;
  readonly notificationMetadata?: string;
}

export interface ScalingActivity {
  readonly id: string;
  readonly groupArn: string;
  readonly groupName: string;
  readonly account: string;
  readonly region: string;
  readonly instanceId?: string;
  readonly description: string;
  readonly cause: string;
  readonly statusCode: 'InProgress' | 'WaitingForInstanceId' | 'MidLifecycleAction' | 'Successful' | 'Failed' | 'Cancelled';
  readonly statusMessage?: string;
  readonly progress: number;
  readonly startedAt: number;
  readonly endedAt?: number;
}

interface Owned {
  readonly account: string;
  readonly region: string;
}
const scope = (row: Owned): string => `${row.account}/${row.region}`;

export const autoScalingGroups = table<AutoScalingGroup>('auto_scaling_groups', (g) => g.arn, {
  scope,
  /** `<account>/<region>/<name>`: at most one. */
  name: (g) => `${scope(g)}/${g.name}`,
  template: (g) => g.launchTemplate.id,
});
export const groupInstances = table<GroupInstance>('group_instances', (m) => m.instanceId, { scope, group: (m) => m.groupArn });
export const lifecycleHooks = table<LifecycleHook>('lifecycle_hooks', (h) => `${h.groupArn}/${h.name}`, { group: (h) => h.groupArn });
export const scalingActivities = table<ScalingActivity>('scaling_activities', (a) => a.id, {
  scope,
  group: (a) => a.groupArn,
  /** All of them, oldest first, for the reaper (six weeks). */
  all: () => 'all',
});
