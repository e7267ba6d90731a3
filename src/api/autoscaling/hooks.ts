// Lifecycle hooks: kept, listed, and told that an action is complete.
import { completeWait } from '#core/scaling/hooks.ts';
import { groupInstances, lifecycleHooks, type AutoScalingGroup, type GroupInstance, type LifecycleHook } from '#model/auto-scaling-group.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { changeableGroup, getGroup } from './find.ts';
import type {
  CompleteLifecycleActionType,
  DeleteLifecycleHookType,
  DescribeLifecycleHooksType,
  LifecycleHookSpecification,
  PutLifecycleHookType,
  RecordLifecycleActionHeartbeatType,
  Shape,
} from './shapes.ts';
import { viewHook } from './views.ts';

const TRANSITIONS = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] as const;
const NAME = /^[A-Za-z0-9\-_/]{1,255}$/;
const HOOKS_MAX = 50;

/** @param known whose values stay where none are given */
export function parseHook(group: AutoScalingGroup, input: Shape<LifecycleHookSpecification>, known?: LifecycleHook): LifecycleHook {
  const name = input.LifecycleHookName ?? '';
  if (!NAME.test(name)) throw validationError(`Value '${name}' at 'lifecycleHookName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9\\-_\\/]+`);
  const transition = TRANSITIONS.find((each) => each === (input.LifecycleTransition ?? known?.transition));
  if (transition === undefined) throw validationError(`Lifecycle transition ${input.LifecycleTransition ?? 'null'} is invalid. Valid types are: ${TRANSITIONS.join(', ')}`);
  const heartbeatTimeoutSeconds = input.HeartbeatTimeout ?? known?.heartbeatTimeoutSeconds ?? 3600;
  if (heartbeatTimeoutSeconds < 30 || heartbeatTimeoutSeconds > 7200) throw validationError('Heartbeat timeout must be between 30 and 7200 seconds.');
  const defaultResult = input.DefaultResult ?? known?.defaultResult ?? 'ABANDON';
  if (defaultResult !== 'CONTINUE' && defaultResult !== 'ABANDON') throw validationError(`Default result ${defaultResult} is invalid. Valid results are: CONTINUE, ABANDON`);
  return {
    groupArn: group.arn,
    name,
    transition,
    heartbeatTimeoutSeconds,
    defaultResult,
    ...optional('roleArn', input.RoleARN ?? known?.roleArn),
    ...optional('notificationTargetArn', input.NotificationTargetARN ?? known?.notificationTargetArn),
    ...optional('notificationMetadata', input.NotificationMetadata ?? known?.notificationMetadata),
  };
}

function optional<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } {
  return (value === undefined || value === '' ? {} : { [key]: value }) as { readonly [K in Key]?: string };
}

export function putLifecycleHook(input: Shape<PutLifecycleHookType>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    const known = tx.get(lifecycleHooks, `${group.arn}/${input.LifecycleHookName ?? ''}`);
    if (known === undefined && tx.count(lifecycleHooks, 'group', group.arn) >= HOOKS_MAX) throw validationError(`A group can have at most ${HOOKS_MAX} lifecycle hooks.`);
    tx.put(lifecycleHooks, parseHook(group, input, known));
    return {};
  });
}

export function deleteLifecycleHook(input: Shape<DeleteLifecycleHookType>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    tx.delete(lifecycleHooks, getHook(tx, group, input.LifecycleHookName).key);
    return {};
  });
}

export function describeLifecycleHooks(input: Shape<DescribeLifecycleHooksType>, ctx: ApiContext) {
  const group = getGroup(ctx.store, ctx, input.AutoScalingGroupName);
  const names = input.LifecycleHookNames ?? [];
  const hooks = [...ctx.store.by(lifecycleHooks, 'group', group.arn)].filter((hook) => names.length === 0 || names.includes(hook.name));
  return { LifecycleHooks: hooks.map((hook) => viewHook(hook, group.name)) };
}

export function completeLifecycleAction(input: Shape<CompleteLifecycleActionType>, ctx: ApiContext): Record<string, never> {
  const result = input.LifecycleActionResult;
  if (result !== 'CONTINUE' && result !== 'ABANDON') throw validationError(`Lifecycle action result ${result ?? 'null'} is invalid. Valid results are: CONTINUE, ABANDON`);
  return ctx.store.transact((tx) => {
    const { member, hook } = waitingMember(tx, ctx, input);
    tx.put(groupInstances, completeWait(member, hook.name, result));
    return {};
  });
}

export function recordLifecycleActionHeartbeat(input: Shape<RecordLifecycleActionHeartbeatType>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    const { member, hook } = waitingMember(tx, ctx, input);
    const extend = (wait: GroupInstance['waits'][number]) => (wait.hookName === hook.name ? { ...wait, expiresAt: Math.min(wait.latestAt, ctx.now + hook.heartbeatTimeoutSeconds * 1000) } : wait);
    tx.put(groupInstances, { ...member, waits: member.waits.map(extend) });
    return {};
  });
}

function getHook(reader: Reader, group: AutoScalingGroup, name: string | undefined): LifecycleHook & { readonly key: string } {
  const key = `${group.arn}/${name ?? ''}`;
  const hook = reader.get(lifecycleHooks, key);
  if (hook === undefined) throw validationError(`No Lifecycle Hook found: ${name ?? ''}`);
  return { ...hook, key };
}

/** The member that waits for this hook, by the action's token or its instance. */
function waitingMember(reader: Reader, ctx: ApiContext, input: Shape<RecordLifecycleActionHeartbeatType>): { member: GroupInstance; hook: LifecycleHook } {
  const group = getGroup(reader, ctx, input.AutoScalingGroupName);
  const hook = getHook(reader, group, input.LifecycleHookName);
  const isMeant = (wait: GroupInstance['waits'][number], member: GroupInstance): boolean =>
    wait.hookName === hook.name && (input.LifecycleActionToken === undefined ? member.instanceId === input.InstanceId : wait.token === input.LifecycleActionToken);
  for (const member of reader.by(groupInstances, 'group', group.arn)) if (member.waits.some((wait) => isMeant(wait, member))) return { member, hook };
  throw validationError(`No active Lifecycle Action found with ${input.LifecycleActionToken === undefined ? `instance ID ${input.InstanceId ?? 'null'}` : `token ${input.LifecycleActionToken}`}`);
}
