// Operations on the instances of a group: end, protect, judge, attach, detach, stand by.
import { uuid } from '#base/ids.ts';
import { autoScalingGroups, groupInstances, scalingActivities, type AutoScalingGroup, type GroupInstance, type ScalingActivity } from '#model/auto-scaling-group.ts';
import { instances } from '#model/instance.ts';
import type { Transaction } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { changeableGroup, getMember, membersOf, scopeOf } from './find.ts';
import type {
  AttachInstancesQuery,
  DetachInstancesQuery,
  EnterStandbyQuery,
  ExitStandbyQuery,
  SetInstanceHealthQuery,
  SetInstanceProtectionQuery,
  Shape,
  TerminateInstanceInAutoScalingGroupType,
} from './shapes.ts';
import { viewActivity } from './views.ts';

export function terminateInstanceInAutoScalingGroup(input: Shape<TerminateInstanceInAutoScalingGroupType>, ctx: ApiContext) {
  return ctx.store.transact((tx) => {
    const member = getMember(tx, ctx, input.InstanceId);
    const group = tx.get(autoScalingGroups, member.groupArn);
    if (group === undefined || member.lifecycleState.startsWith('Terminating')) throw validationError(`Instance ${member.instanceId} is already being terminated.`);
    if (input.ShouldDecrementDesiredCapacity === true) decrement(tx, group, 1, 'Terminating instance');
    const activity = putActivity(tx, ctx, group, member.instanceId, `Terminating EC2 instance: ${member.instanceId}`, 'instance was taken out of service in response to a user request.');
    tx.put(groupInstances, { ...member, lifecycleState: 'Terminating', since: ctx.now, waits: [], activityId: activity.id });
    return { Activity: viewActivity(activity) };
  });
}

function decrement(tx: Transaction, group: AutoScalingGroup, by: number, what: string): void {
  if (group.desiredCapacity - by < group.minSize) {
    throw validationError(
      `Currently, desiredSize equals minSize (${group.minSize}). ${what} without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
    );
  }
  tx.put(autoScalingGroups, { ...group, desiredCapacity: group.desiredCapacity - by });
}

export function setInstanceProtection(input: Shape<SetInstanceProtectionQuery>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    for (const member of membersOf(tx, group, input.InstanceIds)) tx.put(groupInstances, { ...member, protectedFromScaleIn: input.ProtectedFromScaleIn === true });
    return {};
  });
}

/** With ShouldRespectGracePeriod, its default, an instance in its grace period stays as it is. */
export function setInstanceHealth(input: Shape<SetInstanceHealthQuery>, ctx: ApiContext): Record<string, never> {
  const status = input.HealthStatus?.toUpperCase();
  if (status !== 'HEALTHY' && status !== 'UNHEALTHY') throw validationError(`Valid instance health states are: [Healthy, Unhealthy]; got ${input.HealthStatus ?? 'null'}`);
  return ctx.store.transact((tx) => {
    const member = getMember(tx, ctx, input.InstanceId);
    const group = tx.get(autoScalingGroups, member.groupArn);
    const graceEnds = (member.inServiceAt ?? Infinity) + (group?.healthCheckGraceSeconds ?? 0) * 1000;
    if (status === 'UNHEALTHY' && input.ShouldRespectGracePeriod !== false && (group?.healthCheckGraceSeconds ?? 0) > 0 && ctx.now < graceEnds) return {};
    tx.put(groupInstances, { ...member, healthStatus: status });
    return {};
  });
}

export function attachInstances(input: Shape<AttachInstancesQuery>, ctx: ApiContext): Record<string, never> {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    const ids = [...new Set(input.InstanceIds ?? [])];
    if (ids.length === 0) throw validationError('The instance ids cannot be empty.');
    const desired = group.desiredCapacity + ids.length;
    if (desired > group.maxSize) throw validationError(`AutoScalingGroup update failed: attaching ${ids.length} instances would exceed the maximum size of ${group.maxSize}.`);
    for (const id of ids) tx.put(groupInstances, attached(tx, ctx, group, id));
    tx.put(autoScalingGroups, { ...group, desiredCapacity: desired });
    return {};
  });
}

function attached(tx: Transaction, ctx: ApiContext, group: AutoScalingGroup, id: string): GroupInstance {
  const instance = tx.get(instances, id);
  if (instance === undefined || scopeOf(instance) !== scopeOf(ctx)) throw validationError(`Invalid Instance ID(s): [${id}] specified`);
  if (instance.state !== 'running') throw validationError(`Instance ${id} is not in the correct state for attachment. It must be running.`);
  if (tx.get(groupInstances, id) !== undefined) throw validationError(`Instance ${id} is already part of an Auto Scaling group.`);
  if (!group.availabilityZones.includes(instance.availabilityZone)) throw validationError(`The instance ${id} is not in one of the group's availability zones.`);
  return {
    instanceId: id,
    groupArn: group.arn,
    account: ctx.account,
    region: ctx.region,
    instanceType: instance.instanceType,
    availabilityZone: instance.availabilityZone,
    launchTemplate: group.launchTemplate,
    lifecycleState: 'InService',
    healthStatus: 'HEALTHY',
    protectedFromScaleIn: group.newInstancesProtected,
    waits: [],
    joinedAt: ctx.now,
    since: ctx.now,
    inServiceAt: ctx.now,
  };
}

export function detachInstances(input: Shape<DetachInstancesQuery>, ctx: ApiContext) {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    const members = membersOf(tx, group, input.InstanceIds);
    if (input.ShouldDecrementDesiredCapacity === true) decrement(tx, group, members.length, 'Detaching instance');
    return {
      Activities: members.map((member) => {
        tx.delete(groupInstances, member.instanceId);
        return viewActivity(putActivity(tx, ctx, group, member.instanceId, `Detaching EC2 instance: ${member.instanceId}`, 'instance was detached in response to a user request.', true));
      }),
    };
  });
}

export function enterStandby(input: Shape<EnterStandbyQuery>, ctx: ApiContext) {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    const members = membersOf(tx, group, input.InstanceIds);
    if (input.ShouldDecrementDesiredCapacity === true) decrement(tx, group, members.length, 'Moving instance to standby');
    return {
      Activities: members.map((member) => {
        if (member.lifecycleState !== 'InService') throw validationError(`The instance ${member.instanceId} is not in InService.`);
        tx.put(groupInstances, { ...member, lifecycleState: 'Standby', since: ctx.now });
        return viewActivity(putActivity(tx, ctx, group, member.instanceId, `Moving EC2 instance to Standby: ${member.instanceId}`, 'instance was moved to standby in response to a user request.', true));
      }),
    };
  });
}

/** Desired capacity grows by those that come back. */
export function exitStandby(input: Shape<ExitStandbyQuery>, ctx: ApiContext) {
  return ctx.store.transact((tx) => {
    const group = changeableGroup(tx, ctx, input.AutoScalingGroupName);
    const members = membersOf(tx, group, input.InstanceIds);
    const desiredCapacity = group.desiredCapacity + members.length;
    if (desiredCapacity > group.maxSize) throw validationError(`AutoScalingGroup update failed: exiting standby would exceed the maximum size of ${group.maxSize}.`);
    tx.put(autoScalingGroups, { ...group, desiredCapacity });
    return {
      Activities: members.map((member) => {
        if (member.lifecycleState !== 'Standby') throw validationError(`The instance ${member.instanceId} is not in Standby.`);
        tx.put(groupInstances, { ...member, lifecycleState: 'InService', since: ctx.now });
        return viewActivity(putActivity(tx, ctx, group, member.instanceId, `Moving EC2 instance out of Standby: ${member.instanceId}`, 'instance was moved out of standby in response to a user request.', true));
      }),
    };
  });
}

function putActivity(tx: Transaction, ctx: ApiContext, group: AutoScalingGroup, instanceId: string, description: string, cause: string, done = false): ScalingActivity {
  const at = new Date(ctx.now).toISOString().replace(/\.\d+Z$/, 'Z');
  const activity: ScalingActivity = {
    id: uuid(ctx.random),
    groupArn: group.arn,
    groupName: group.name,
    account: ctx.account,
    region: ctx.region,
    instanceId,
    description,
    cause: `At ${at} ${cause}`,
    statusCode: done ? 'Successful' : 'InProgress',
    progress: done ? 100 : 0,
    startedAt: ctx.now,
    ...(done && { endedAt: ctx.now }),
  };
  tx.put(scalingActivities, activity);
  return activity;
}
