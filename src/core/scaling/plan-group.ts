// What a group does next: total, pure, and empty once there is nothing to do (SPEC.md).
import type { Plan } from '../task/plan.ts';
import type { GroupInstance, LifecycleState } from '#model/auto-scaling-group.ts';
import { chooseVictim } from './choose-victim.ts';
import { expireWaits, waitsFor } from './hooks.ts';
import { counts, isEnding, type GroupAction, type GroupSnapshot, type MemberView } from './snapshot.ts';

const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 300_000;

interface Draft {
  readonly snapshot: GroupSnapshot;
  readonly now: number;
  readonly actions: GroupAction[];
  /** As they will be; ended ones are out of it. */
  members: MemberView[];
  wakeAt: number;
  readonly why: string[];
}

export function planGroup(snapshot: GroupSnapshot, now: number): Plan<GroupAction> {
  const draft: Draft = { snapshot, now, actions: [], members: [], wakeAt: Infinity, why: [] };
  for (const member of snapshot.members) stepMember(draft, member);
  if (snapshot.group.status !== undefined) planDeletion(draft);
  else {
    replaceUnhealthy(draft);
    scale(draft);
  }
  const why = draft.why.join('; ') || 'as desired';
  return draft.wakeAt === Infinity ? { actions: draft.actions, why } : { actions: draft.actions, wakeAt: draft.wakeAt, why };
}

/** AS1, AS2, AS7, AS8, AS12: one member on its own way. */
function stepMember(draft: Draft, member: MemberView): void {
  const { now, snapshot } = draft;
  const { instance } = member;
  const gone = instance === undefined || instance.state === 'terminated';
  if (gone) return leave(draft, member);
  const row = expireWaits(member.row, snapshot.hooks, now);
  for (const wait of row.waits) draft.wakeAt = Math.min(draft.wakeAt, wait.expiresAt);
  const next = nextState(draft, { ...member, row });
  if (next !== member.row) draft.actions.push({ kind: 'putMember', member: next });
  if (next.abandoned === true && !isEnding(next)) return beginEnd(draft, { ...member, row: next }, 'an instance was taken out of service in response to a lifecycle action being abandoned.');
  if (next.lifecycleState === 'Terminating:Proceed' && instance.desired !== 'terminated') draft.actions.push({ kind: 'endInstance', instanceId: next.instanceId });
  draft.members.push({ ...member, row: next });
}

function nextState({ snapshot: { hooks }, now }: Draft, { row, instance }: MemberView): GroupInstance {
  const to = (lifecycleState: LifecycleState, more: Partial<GroupInstance> = {}): GroupInstance => ({ ...row, lifecycleState, since: now, ...more });
  switch (row.lifecycleState) {
    case 'Pending': {
      if (instance?.state !== 'running') return row;
      const waits = waitsFor(hooks, 'autoscaling:EC2_INSTANCE_LAUNCHING', now);
      return waits.length > 0 ? to('Pending:Wait', { waits }) : to('InService', { inServiceAt: now });
    }
    case 'Pending:Wait':
      return row.waits.length === 0 && row.abandoned !== true ? to('InService', { inServiceAt: now }) : row;
    case 'Pending:Proceed':
      return to('InService', { inServiceAt: now });
    case 'Terminating': {
      // One that is ending already cannot be held.
      const waits = instance?.desired === 'terminated' ? [] : waitsFor(hooks, 'autoscaling:EC2_INSTANCE_TERMINATING', now);
      return waits.length > 0 ? to('Terminating:Wait', { waits }) : to('Terminating:Proceed');
    }
    case 'Terminating:Wait':
      return row.waits.length === 0 || instance?.desired === 'terminated' ? to('Terminating:Proceed', { waits: [] }) : row;
    case 'Terminating:Proceed':
    case 'InService':
    case 'Standby':
    case 'Detaching':
      return row;
  }
}

function leave(draft: Draft, { row, instance }: MemberView): void {
  const failed = row.lifecycleState.startsWith('Pending') ? (instance?.stateReason?.message ?? 'Instance failed to launch.') : undefined;
  draft.actions.push({ kind: 'removeMember', instanceId: row.instanceId, activityId: row.activityId, failed });
  draft.why.push(`${row.instanceId} is gone`);
}

function beginEnd(draft: Draft, member: MemberView, cause: string): void {
  const row: GroupInstance = { ...member.row, lifecycleState: 'Terminating', since: draft.now, waits: [] };
  draft.members = draft.members.filter((other) => other.row.instanceId !== row.instanceId);
  draft.actions.push({ kind: 'beginEnd', member: row, cause });
  draft.why.push(`end ${row.instanceId}`);
}

/** AS3: EC2's own health check, and what SetInstanceHealth said. */
function replaceUnhealthy(draft: Draft): void {
  const { suspendedProcesses: suspended } = draft.snapshot.group;
  for (const member of [...draft.members]) {
    const { row, instance } = member;
    if (row.lifecycleState !== 'InService') continue;
    const leaving = instance?.desired === 'terminated';
    const stopped = instance?.state !== 'running' && !suspended.includes('HealthCheck');
    if (!leaving && !stopped && row.healthStatus === 'HEALTHY') continue;
    if (!leaving && (suspended.includes('ReplaceUnhealthy') || suspended.includes('Terminate'))) continue;
    const seen = leaving || stopped ? 'an EC2 health check indicating it has been terminated or stopped.' : 'a user health-check.';
    beginEnd(draft, { ...member, row: { ...row, healthStatus: 'UNHEALTHY' } }, `an instance was taken out of service in response to ${seen}`);
  }
}

function scale(draft: Draft): void {
  const { group } = draft.snapshot;
  const counted = draft.members.filter(({ row }) => counts(row));
  const want = Math.min(group.maxSize, Math.max(group.minSize, group.desiredCapacity));
  if (counted.length < want) scaleOut(draft, counted, want);
  else if (counted.length > want && !group.suspendedProcesses.includes('Terminate')) scaleIn(draft, counted, want);
}

/** AS4, AS9 */
function scaleOut(draft: Draft, counted: readonly MemberView[], want: number): void {
  const { group, zones, failedLaunches: failed } = draft.snapshot;
  if (group.suspendedProcesses.includes('Launch') || zones.length === 0) return;
  if (failed.count > 0) {
    const at = failed.at + Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(10, failed.count - 1));
    if (draft.now < at) {
      draft.wakeAt = Math.min(draft.wakeAt, at);
      return void draft.why.push('the last launches failed');
    }
  }
  const sizes = new Map(zones.map((zone) => [zone, counted.filter(({ row }) => row.availabilityZone === zone).length]));
  const cause = `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${counted.length} to ${want}.`;
  for (let size = counted.length; size < want; size++) {
    const zone = [...sizes].reduce((least, each) => (each[1] < least[1] ? each : least))[0];
    sizes.set(zone, (sizes.get(zone) ?? 0) + 1);
    draft.actions.push({ kind: 'launch', zone, cause });
  }
  draft.why.push(`${counted.length} of ${want}`);
}

/** AS5, AS6 */
function scaleIn(draft: Draft, counted: readonly MemberView[], want: number): void {
  const { group, templateVersion } = draft.snapshot;
  let left = [...counted];
  const cause = `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${counted.length} to ${want}.`;
  while (left.length > want) {
    const victim = chooseVictim(left, { policies: group.terminationPolicies, templateVersion });
    if (victim === undefined) return void draft.why.push('what is left is protected from scale-in');
    left = left.filter((member) => member !== victim);
    beginEnd(draft, victim, cause);
  }
}

/** AS10 */
function planDeletion(draft: Draft): void {
  for (const member of [...draft.members]) if (!isEnding(member.row)) beginEnd(draft, member, 'an instance was taken out of service in response to the group being deleted.');
  const removed = draft.actions.filter((action) => action.kind === 'removeMember').length;
  if (draft.snapshot.members.length === removed) draft.actions.push({ kind: 'deleteGroup' });
}
