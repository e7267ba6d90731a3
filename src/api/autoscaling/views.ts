// Groups, their instances, hooks and activities as Auto Scaling shows them.
import { groupInstances, type AutoScalingGroup as GroupRow, type GroupInstance, type LifecycleHook as HookRow, type ScalingActivity, type TemplateRef } from '#model/auto-scaling-group.ts';
import type { Reader } from '#store/store.ts';
import type { Activity, AutoScalingGroup, AutoScalingInstanceDetails, Instance, LaunchTemplateSpecification, LifecycleHook } from './shapes.ts';

export function viewGroup(reader: Reader, group: GroupRow): AutoScalingGroup {
  const members = [...reader.by(groupInstances, 'group', group.arn)];
  const mixed = group.mixedInstancesPolicy as AutoScalingGroup['MixedInstancesPolicy'];
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(mixed === undefined ? { LaunchTemplate: viewTemplate(group.launchTemplate) } : { MixedInstancesPolicy: mixed }),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desiredCapacity,
    DefaultCooldown: group.defaultCooldownSeconds,
    AvailabilityZones: [...group.availabilityZones],
    LoadBalancerNames: [],
    TargetGroupARNs: [...group.targetGroupArns],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.healthCheckGraceSeconds,
    Instances: members.map(viewMember),
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: group.suspendedProcesses.map((ProcessName) => ({ ProcessName, SuspensionReason: 'User suspended' })),
    VPCZoneIdentifier: group.subnetIds.join(','),
    EnabledMetrics: [],
    ...(group.status !== undefined && { Status: group.status }),
    Tags: group.tags.map((tag) => ({ ResourceId: group.name, ResourceType: 'auto-scaling-group', Key: tag.key, Value: tag.value, PropagateAtLaunch: tag.propagateAtLaunch })),
    TerminationPolicies: [...group.terminationPolicies],
    NewInstancesProtectedFromScaleIn: group.newInstancesProtected,
    ServiceLinkedRoleARN: group.serviceLinkedRoleArn,
    CapacityRebalance: group.capacityRebalance,
    TrafficSources: group.targetGroupArns.map((Identifier) => ({ Identifier, Type: 'elbv2' })),
    ...(group.maxLifetimeSeconds !== undefined && { MaxInstanceLifetime: group.maxLifetimeSeconds }),
    ...(group.defaultWarmupSeconds !== undefined && { DefaultInstanceWarmup: group.defaultWarmupSeconds }),
  };
}

export function viewMember(row: GroupInstance): Instance {
  return {
    InstanceId: row.instanceId,
    InstanceType: row.instanceType,
    AvailabilityZone: row.availabilityZone,
    LifecycleState: row.lifecycleState,
    HealthStatus: row.healthStatus === 'HEALTHY' ? 'Healthy' : 'Unhealthy',
    LaunchTemplate: viewTemplate(row.launchTemplate),
    ProtectedFromScaleIn: row.protectedFromScaleIn,
  };
}

export function viewDetails(row: GroupInstance, groupName: string): AutoScalingInstanceDetails {
  return {
    InstanceId: row.instanceId,
    InstanceType: row.instanceType,
    AutoScalingGroupName: groupName,
    AvailabilityZone: row.availabilityZone,
    LifecycleState: row.lifecycleState,
    HealthStatus: row.healthStatus,
    LaunchTemplate: viewTemplate(row.launchTemplate),
    ProtectedFromScaleIn: row.protectedFromScaleIn,
  };
}

function viewTemplate({ id, name, version }: TemplateRef): LaunchTemplateSpecification {
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
}

export function viewHook(hook: HookRow, groupName: string): LifecycleHook {
  return {
    LifecycleHookName: hook.name,
    AutoScalingGroupName: groupName,
    LifecycleTransition: hook.transition,
    HeartbeatTimeout: hook.heartbeatTimeoutSeconds,
    GlobalTimeout: Math.min(172_800, hook.heartbeatTimeoutSeconds * 100),
    DefaultResult: hook.defaultResult,
    ...(hook.roleArn !== undefined && { RoleARN: hook.roleArn }),
    ...(hook.notificationTargetArn !== undefined && { NotificationTargetARN: hook.notificationTargetArn }),
    ...(hook.notificationMetadata !== undefined && { NotificationMetadata: hook.notificationMetadata }),
  };
}

export function viewActivity(activity: ScalingActivity): Activity {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.groupName,
    AutoScalingGroupARN: activity.groupArn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAt),
    ...(activity.endedAt !== undefined && { EndTime: new Date(activity.endedAt) }),
    StatusCode: activity.statusCode,
    ...(activity.statusMessage !== undefined && { StatusMessage: activity.statusMessage }),
    Progress: activity.progress,
    Details: '{}',
  };
}
