// CreateAutoScalingGroup, UpdateAutoScalingGroup, DeleteAutoScalingGroup.
import { uuid } from '#base/ids.ts';
import { autoScalingGroups, groupInstances, lifecycleHooks, scalingActivities, type AutoScalingGroup } from '#model/auto-scaling-group.ts';
import type { ApiContext } from '../context.ts';
import { ensureDefaultVpc } from '../default-vpc.ts';
import { alreadyExists, resourceInUse, unsupportedFeature, validationError } from './errors.ts';
import { changeableGroup, findGroup, getGroup } from './find.ts';
import { parseGroup } from './group-input.ts';
import { parseHook } from './hooks.ts';
import type { CreateAutoScalingGroupType, DeleteAutoScalingGroupType, Shape, UpdateAutoScalingGroupType } from './shapes.ts';
import { parseTags } from './tags.ts';

export function createAutoScalingGroup(input: Shape<CreateAutoScalingGroupType>, ctx: ApiContext): Record<string, never> {
  const name = input.AutoScalingGroupName ?? '';
  if (name === '' || name.length > 255 || /[:\r\n]/.test(name)) throw validationError(`Value '${name}' at 'autoScalingGroupName' failed to satisfy constraint: Member must have length between 1 and 255 and no colon`);
  if (input.MinSize === undefined || input.MaxSize === undefined) throw validationError('MinSize and MaxSize are required.');
  if (input.InstanceId !== undefined) throw unsupportedFeature('a group made from an instance');
  if (input.LoadBalancerNames?.length) throw unsupportedFeature('classic load balancers');
  const tags = parseTags(input.Tags);
  return ctx.store.transact((tx) => {
    ensureDefaultVpc(tx, ctx.account, ctx.region, ctx.random);
    if (findGroup(tx, ctx, name) !== undefined) throw alreadyExists(name);
    const arn = `arn:aws:autoscaling:${ctx.region}:${ctx.account}:autoScalingGroup:${uuid(ctx.random)}:autoScalingGroupName/${name}`;
    const group: AutoScalingGroup = { ...parseGroup(tx, ctx, input), arn, name, account: ctx.account, region: ctx.region, tags, createdAt: ctx.now };
    tx.put(autoScalingGroups, group);
    for (const hook of input.LifecycleHookSpecificationList ?? []) tx.put(lifecycleHooks, parseHook(group, hook));
    return {};
  });
}

export function updateAutoScalingGroup(input: Shape<UpdateAutoScalingGroupType>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    tx.put(autoScalingGroups, { ...group, ...parseGroup(tx, ctx, input, group) });
    return {};
  });
}

export function deleteAutoScalingGroup(input: Shape<DeleteAutoScalingGroupType>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    const group = getGroup(tx, ctx, input.AutoScalingGroupName);
    const members = tx.count(groupInstances, 'group', group.arn);
    if (members > 0 && input.ForceDelete !== true) {
      throw resourceInUse('You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.');
    }
    if (members > 0) {
      if (group.status === undefined) tx.put(autoScalingGroups, { ...group, desiredCapacity: 0, minSize: 0, status: 'Delete in progress' });
      return {};
    }
    for (const hook of [...tx.by(lifecycleHooks, 'group', group.arn)]) tx.delete(lifecycleHooks, lifecycleHooks.key(hook));
    for (const activity of [...tx.by(scalingActivities, 'group', group.arn)]) tx.delete(scalingActivities, activity.id);
    tx.delete(autoScalingGroups, group.arn);
    return {};
  });
}
