// Auto Scaling groups: what core/scaling plans, done in one transaction.
import { hexId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { planGroup } from '#core/scaling/plan-group.ts';
import type { GroupAction, GroupSnapshot, MemberView } from '#core/scaling/snapshot.ts';
import { autoScalingGroups, groupInstances, lifecycleHooks, scalingActivities } from '#model/auto-scaling-group.ts';
import type { AutoScalingGroup, GroupInstance, LifecycleHook } from '#model/auto-scaling-group.ts';
import { capacityProviders, type CapacityProvider } from '#model/capacity-provider.ts';
import { instances } from '#model/instance.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Change, Reader, Transaction } from '#store/store.ts';
import { reconciler } from '../reconciler.ts';
import { beginEnd, deleteGroup, endInstance, finishActivity, launchMember, subnetsOf, templateOf } from './group-members.ts';
import { groupOfHost, hostOfInstance, runsTasks } from './instance-tasks.ts';

/** Keys: group ARNs. */
export function scalingGroups(random: Random) {
  // The loop plans and applies one key in one turn: actions need not name their group.
  let current = '';
  return reconciler<GroupSnapshot, GroupAction>({
    name: 'scaling-group',
    *keysAtStart(reader) {
      for (const group of reader.all(autoScalingGroups)) yield group.arn;
    },
    keysOf,
    load(reader, key) {
      current = key;
      return load(reader, key);
    },
    plan: planGroup,
    apply: (tx, action, now) => apply(tx, current, action, random, now),
  });
}

function* keysOf({ table, key, before, after }: Change, reader: Reader): Iterable<string> {
  switch (table.name) {
    case autoScalingGroups.name:
      yield key;
      break;
    case groupInstances.name:
    case lifecycleHooks.name:
      yield ((after ?? before) as GroupInstance | LifecycleHook).groupArn;
      break;
    case instances.name: {
      const member = reader.get(groupInstances, key);
      if (member !== undefined) yield member.groupArn;
      break;
    }
    case capacityProviders.name:
      yield ((after ?? before) as CapacityProvider).autoScalingGroupArn;
      break;
    case tasks.name: {
      // The last task of a host may have been all that kept it.
      const task = (after ?? before) as Task;
      const ended = after === undefined || (task.lastStatus === 'STOPPED' && (before as Task | undefined)?.lastStatus !== 'STOPPED');
      const group = ended && task.hostArn !== undefined ? groupOfHost(reader, task.hostArn) : undefined;
      if (group !== undefined) yield group;
      break;
    }
    default:
  }
}

function load(reader: Reader, arn: string): GroupSnapshot | undefined {
  const group = reader.get(autoScalingGroups, arn);
  if (group === undefined) return undefined;
  const guarded = [...reader.by(capacityProviders, 'group', arn)].some((provider) => provider.managedTerminationProtection === 'ENABLED');
  return {
    group,
    members: [...reader.by(groupInstances, 'group', arn)].map((row) => viewMember(reader, row, guarded)),
    hooks: [...reader.by(lifecycleHooks, 'group', arn)],
    zones: [...new Set(subnetsOf(reader, group).map((subnet) => subnet.availabilityZone))],
    failedLaunches: failedLaunches(reader, arn),
    templateVersion: templateOf(reader, group)?.version ?? 0,
  };
}

function viewMember(reader: Reader, row: GroupInstance, guarded: boolean): MemberView {
  const host = guarded ? hostOfInstance(reader, row.instanceId) : undefined;
  return { row, instance: reader.get(instances, row.instanceId), busy: host !== undefined && runsTasks(reader, host.arn) };
}

/** Those since the last launch that worked. */
function failedLaunches(reader: Reader, arn: string): { count: number; at: number } {
  let failed = { count: 0, at: 0 };
  for (const activity of reader.by(scalingActivities, 'group', arn)) {
    if (!activity.description.startsWith('Launching')) continue;
    if (activity.statusCode === 'Successful') failed = { count: 0, at: 0 };
    else if (activity.statusCode === 'Failed') failed = { count: failed.count + 1, at: activity.endedAt ?? activity.startedAt };
  }
  return failed;
}

function apply(tx: Transaction, groupArn: string, action: GroupAction, random: Random, now: number): void {
  const group = tx.get(autoScalingGroups, groupArn);
  if (group === undefined) return;
  switch (action.kind) {
    case 'launch':
      return launchMember(tx, group, action.zone, action.cause, random, now);
    case 'putMember':
      return putMember(tx, action.member, random, now);
    case 'beginEnd':
      return beginEnd(tx, group, action.member, action.cause, random, now);
    case 'endInstance':
      return endInstance(tx, action.instanceId, now);
    case 'removeMember':
      finishActivity(tx, action.activityId, now, action.failed);
      return tx.delete(groupInstances, action.instanceId);
    case 'finishActivity':
      return finishActivity(tx, action.activityId, now);
    case 'deleteGroup':
      deleteGroup(tx, groupArn);
      return tx.delete(autoScalingGroups, (group satisfies AutoScalingGroup).arn);
  }
}

function putMember(tx: Transaction, member: GroupInstance, random: Random, now: number): void {
  const waits = member.waits.map((wait) => (wait.token === '' ? { ...wait, token: hexId(random, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') } : wait));
  if (member.lifecycleState === 'InService') finishActivity(tx, member.activityId, now);
  tx.put(groupInstances, { ...member, waits });
}
