// What IAM is asked about Auto Scaling: the group that an input names. Describe operations name no resource to IAM, as in AWS.
import { groupInstances } from '#model/auto-scaling-group.ts';
import type { OperationAccess } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { findGroup } from './find.ts';
import { OPERATION_NAMES } from './operation-names.ts';

function groupArns(input: any, ctx: ApiContext): readonly string[] {
  const names: unknown[] = [input.AutoScalingGroupName, ...(Array.isArray(input.Tags) ? input.Tags.map((tag: any) => tag?.ResourceId) : [])];
  const byName = names.filter((name) => typeof name === 'string').map((name) => findGroup(ctx.store, ctx, name)?.arn ?? `arn:aws:autoscaling:${ctx.region}:${ctx.account}:autoScalingGroup:*:autoScalingGroupName/${name}`);
  const member = typeof input.InstanceId === 'string' ? ctx.store.get(groupInstances, input.InstanceId) : undefined;
  return [...new Set([...byName, ...(member === undefined ? [] : [member.groupArn])])];
}

export const ACCESS: Readonly<Record<string, OperationAccess<ApiContext>>> = Object.fromEntries(
  OPERATION_NAMES.filter((name) => !name.startsWith('Describe')).map((name) => [name, { resources: groupArns }]),
);

/** What names no resource to IAM. */
export function onAllOf(operations: readonly string[]): readonly string[] {
  return operations.filter((name) => name.startsWith('Describe'));
}
