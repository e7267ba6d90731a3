// SetDesiredCapacity, SuspendProcesses, ResumeProcesses, CreateOrUpdateTags, DeleteTags: changes of a group's row.
import { autoScalingGroups } from '#model/auto-scaling-group.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { changeableGroup } from './find.ts';
import type { CreateOrUpdateTagsType, DeleteTagsType, ScalingProcessQuery, SetDesiredCapacityType, Shape } from './shapes.ts';
import { mergeTags, parseTags } from './tags.ts';

export const PROCESSES = ['AddToLoadBalancer', 'AlarmNotification', 'AZRebalance', 'HealthCheck', 'InstanceRefresh', 'Launch', 'ReplaceUnhealthy', 'ScheduledActions', 'Terminate'] as const;

export function setDesiredCapacity(input: Shape<SetDesiredCapacityType>, ctx: ApiContext): Record<string, never> {
  const desired = input.DesiredCapacity;
  if (desired === undefined) throw validationError('DesiredCapacity is required.');
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    if (desired > group.maxSize) throw validationError(`New SetDesiredCapacity value ${desired} is above max value ${group.maxSize} for the AutoScalingGroup.`);
    if (desired < group.minSize) throw validationError(`New SetDesiredCapacity value ${desired} is below min value ${group.minSize} for the AutoScalingGroup.`);
    tx.put(autoScalingGroups, { ...group, desiredCapacity: desired });
    return {};
  });
}

export function suspendProcesses(input: Shape<ScalingProcessQuery>, ctx: ApiContext): Record<string, never> {
  return changeProcesses(input, ctx, (now, named) => [...new Set([...now, ...named])]);
}

export function resumeProcesses(input: Shape<ScalingProcessQuery>, ctx: ApiContext): Record<string, never> {
  return changeProcesses(input, ctx, (now, named) => now.filter((process) => !named.includes(process)));
}

/** No processes named = all of them. */
function changeProcesses(input: Shape<ScalingProcessQuery>, ctx: ApiContext, change: (now: readonly string[], named: readonly string[]) => string[]): Record<string, never> {
  const named = input.ScalingProcesses?.length ? input.ScalingProcesses : PROCESSES;
  for (const process of named) if (!(PROCESSES as readonly string[]).includes(process)) throw validationError(`Invalid ScalingProcess: ${process}`);
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    tx.put(autoScalingGroups, { ...group, suspendedProcesses: change(group.suspendedProcesses, named) });
    return {};
  });
}

export function createOrUpdateTags(input: Shape<CreateOrUpdateTagsType>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    for (const tag of input.Tags ?? []) {
      const group = changeableGroup(tx, ctx, tag.ResourceId);
      tx.put(autoScalingGroups, { ...group, tags: mergeTags(group.tags, parseTags([tag])) });
    }
    return {};
  });
}

export function deleteTags(input: Shape<DeleteTagsType>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    for (const { ResourceId, Key, Value } of input.Tags ?? []) {
      const group = changeableGroup(tx, ctx, ResourceId);
      tx.put(autoScalingGroups, { ...group, tags: group.tags.filter((tag) => tag.key !== Key || (Value !== undefined && Value !== '' && tag.value !== Value)) });
    }
    return {};
  });
}
