// What the plan of a group looks at and what it may answer.
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from '#model/auto-scaling-group.ts';
import type { Instance } from '#model/instance.ts';

export interface MemberView {
  readonly row: GroupInstance;
  /** Of its instance; undefined when that is gone. */
  readonly instance: Pick<Instance, 'state' | 'desired' | 'stateReason' | 'launchedAt' | 'spot'> | undefined;
  /** Managed termination protection: it runs tasks that are not daemons. */
  readonly busy: boolean;
}

export interface GroupSnapshot {
  readonly group: AutoScalingGroup;
  readonly members: readonly MemberView[];
  readonly hooks: readonly LifecycleHook[];
  /** Zones it has a subnet in. */
  readonly zones: readonly string[];
  /** Launches that failed since the last that worked, and when the last of them did. */
  readonly failedLaunches: { readonly count: number; readonly at: number };
  /** The number of the launch template's newest version. */
  readonly templateVersion: number;
}

export type GroupAction =
  | { readonly kind: 'launch'; readonly zone: string; readonly cause: string }
  /** Replaces the member's row; the tokens of new waits are made when it is written. */
  | { readonly kind: 'putMember'; readonly member: GroupInstance }
  /** Begins the end of a member: its row, the activity. */
  | { readonly kind: 'beginEnd'; readonly member: GroupInstance; readonly cause: string }
  | { readonly kind: 'endInstance'; readonly instanceId: string }
  | { readonly kind: 'removeMember'; readonly instanceId: string; readonly activityId: string | undefined; readonly failed: string | undefined }
  | { readonly kind: 'finishActivity'; readonly activityId: string }
  | { readonly kind: 'deleteGroup' };

/** Pending or in service: what desired capacity counts. */
export function counts({ lifecycleState }: GroupInstance): boolean {
  return lifecycleState.startsWith('Pending') || lifecycleState === 'InService';
}

export function isEnding({ lifecycleState }: GroupInstance): boolean {
  return lifecycleState.startsWith('Terminating');
}
