// Groups and their instances, of the caller's account and region only: those of others do not exist.
import { autoScalingGroups, groupInstances, type AutoScalingGroup, type GroupInstance } from '#model/auto-scaling-group.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { groupNotFound, instanceNotFound, scalingInProgress, validationError } from './errors.ts';

export function scopeOf({ account, region }: { readonly account: string; readonly region: string }): string {
  return `${account}/${region}`;
}

/** By name, or by ARN. */
export function findGroup(reader: Reader, ctx: ApiContext, ref: string): AutoScalingGroup | undefined {
  const name = ref.startsWith('arn:') ? ref.slice(ref.indexOf('autoScalingGroupName/') + 'autoScalingGroupName/'.length) : ref;
  for (const group of reader.by(autoScalingGroups, 'name', `${scopeOf(ctx)}/${name}`)) return group;
  return undefined;
}

/** Throws ValidationError. */
export function getGroup(reader: Reader, ctx: ApiContext, name: string | undefined): AutoScalingGroup {
  const group = findGroup(reader, ctx, name ?? '');
  if (group === undefined) throw groupNotFound();
  return group;
}

/** As getGroup, for a change: not of a group that is being deleted. */
export function changeableGroup(reader: Reader, ctx: ApiContext, name: string | undefined): AutoScalingGroup {
  const group = getGroup(reader, ctx, name);
  if (group.status !== undefined) throw scalingInProgress();
  return group;
}

/** Throws ValidationError. */
export function getMember(reader: Reader, ctx: ApiContext, instanceId: string | undefined): GroupInstance {
  const row = instanceId === undefined ? undefined : reader.get(groupInstances, instanceId);
  if (row === undefined || scopeOf(row) !== scopeOf(ctx)) throw instanceNotFound(instanceId ?? '');
  return row;
}

/** Members of this group by id; throws ValidationError for any that is not in it. */
export function membersOf(reader: Reader, group: AutoScalingGroup, ids: readonly string[] | undefined): GroupInstance[] {
  if (ids === undefined || ids.length === 0) throw validationError('The instance ids cannot be empty.');
  return [...new Set(ids)].map((id) => {
    const row = reader.get(groupInstances, id);
    if (row?.groupArn !== group.arn) throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    return row;
  });
}
