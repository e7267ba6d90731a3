// Operations that answer what Auto Scaling is able to do; none of them depends on state.
import type { ApiContext } from '../context.ts';
import { autoScalingGroups } from '#model/auto-scaling-group.ts';
import { PROCESSES } from './desired-capacity.ts';
import { scopeOf } from './find.ts';

export function describeAccountLimits(_input: object, ctx: ApiContext) {
  return { MaxNumberOfAutoScalingGroups: 500, MaxNumberOfLaunchConfigurations: 200, NumberOfAutoScalingGroups: ctx.store.count(autoScalingGroups, 'scope', scopeOf(ctx)), NumberOfLaunchConfigurations: 0 };
}

export function describeTerminationPolicyTypes() {
  return { TerminationPolicyTypes: ['AllocationStrategy', 'ClosestToNextInstanceHour', 'Default', 'NewestInstance', 'OldestInstance', 'OldestLaunchConfiguration', 'OldestLaunchTemplate'] };
}

export function describeScalingProcessTypes() {
  return { Processes: PROCESSES.map((ProcessName) => ({ ProcessName })) };
}

export function describeLifecycleHookTypes() {
  return { LifecycleHookTypes: ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] };
}

export function describeAdjustmentTypes() {
  return { AdjustmentTypes: ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'].map((AdjustmentType) => ({ AdjustmentType })) };
}
