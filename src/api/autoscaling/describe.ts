// DescribeAutoScalingGroups, DescribeAutoScalingInstances, DescribeScalingActivities, DescribeTags.
import { autoScalingGroups, groupInstances, scalingActivities, type AutoScalingGroup, type GroupTag } from '#model/auto-scaling-group.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { findGroup, getGroup, scopeOf } from './find.ts';
import { pageOf } from './pages.ts';
import type { AutoScalingGroupNamesType, DescribeAutoScalingInstancesType, DescribeScalingActivitiesType, DescribeTagsType, Shape } from './shapes.ts';
import { viewActivity, viewDetails, viewGroup } from './views.ts';

function groupsOf(reader: Reader, ctx: ApiContext): AutoScalingGroup[] {
  return [...reader.by(autoScalingGroups, 'scope', scopeOf(ctx))];
}

/** Names that are not there are left out, as in AWS. */
export function describeAutoScalingGroups(input: Shape<AutoScalingGroupNamesType>, ctx: ApiContext) {
  const names = input.AutoScalingGroupNames ?? [];
  const all = names.length === 0 ? groupsOf(ctx.store, ctx) : [...new Set(names)].flatMap((name) => findGroup(ctx.store, ctx, name) ?? []);
  const matching = all.filter((group) => (input.Filters ?? []).every((filter) => passes(group.tags, filter)));
  const { rows, ...next } = pageOf('DescribeAutoScalingGroups', ctx, input, matching, (group) => group.arn);
  return { AutoScalingGroups: rows.map((group) => viewGroup(ctx.store, group)), ...next };
}

function passes(tags: readonly GroupTag[], { Name: name = '', Values: values = [] }: { readonly Name?: string | undefined; readonly Values?: readonly string[] | undefined }): boolean {
  if (name === 'tag-key') return tags.some((tag) => values.includes(tag.key));
  if (name === 'tag-value') return tags.some((tag) => values.includes(tag.value));
  if (name.startsWith('tag:')) return tags.some((tag) => tag.key === name.slice(4) && values.includes(tag.value));
  throw validationError(`Filter type ${name} is not correct. Allowed Filter types are: tag-key tag-value tag:<tag-key>`);
}

export function describeAutoScalingInstances(input: Shape<DescribeAutoScalingInstancesType>, ctx: ApiContext) {
  const all = [...ctx.store.by(groupInstances, 'scope', scopeOf(ctx))].filter((row) => !input.InstanceIds?.length || input.InstanceIds.includes(row.instanceId));
  const { rows, ...next } = pageOf('DescribeAutoScalingInstances', ctx, { ...input, MaxRecords: Math.min(50, input.MaxRecords ?? 50) }, all, (row) => row.instanceId);
  return { AutoScalingInstances: rows.map((row) => viewDetails(row, ctx.store.get(autoScalingGroups, row.groupArn)?.name ?? '')), ...next };
}

/** Newest first. */
export function describeScalingActivities(input: Shape<DescribeScalingActivitiesType>, ctx: ApiContext) {
  const { AutoScalingGroupName: name, ActivityIds: ids } = input;
  const own = name === undefined ? [...ctx.store.by(scalingActivities, 'scope', scopeOf(ctx))] : [...ctx.store.by(scalingActivities, 'group', getGroup(ctx.store, ctx, name).arn)];
  const wanted = own.filter((activity) => !ids?.length || ids.includes(activity.id)).reverse();
  const { rows, ...next } = pageOf('DescribeScalingActivities', ctx, input, wanted, (activity) => activity.id);
  return { Activities: rows.map(viewActivity), ...next };
}

export function describeTags(input: Shape<DescribeTagsType>, ctx: ApiContext) {
  const all = groupsOf(ctx.store, ctx).flatMap((group) =>
    group.tags.map((tag) => ({ ResourceId: group.name, ResourceType: 'auto-scaling-group', Key: tag.key, Value: tag.value, PropagateAtLaunch: tag.propagateAtLaunch })),
  );
  const fields = { 'auto-scaling-group': 'ResourceId', key: 'Key', value: 'Value', 'propagate-at-launch': 'PropagateAtLaunch' } as const;
  const matching = all.filter((tag) =>
    (input.Filters ?? []).every(({ Name = '', Values = [] }) => {
      if (!Object.hasOwn(fields, Name)) throw validationError(`Filter type ${Name} is not correct. Allowed Filter types are: auto-scaling-group key value propagate-at-launch`);
      return Values.includes(String(tag[fields[Name as keyof typeof fields]]));
    }),
  );
  const { rows, ...next } = pageOf('DescribeTags', ctx, input, matching, (tag) => `${tag.ResourceId} ${tag.Key}`);
  return { Tags: rows, ...next };
}
