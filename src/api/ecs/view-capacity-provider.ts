// A capacity provider as the API shows it.
import type { CapacityProvider as ProviderRow } from '#model/capacity-provider.ts';
import { capacityProviderArn } from './find-capacity-provider.ts';
import type { Scope } from './arns.ts';
import type { CapacityProvider, Shape } from './shapes.ts';

export function viewProvider(row: ProviderRow, withTags: boolean): Shape<CapacityProvider> {
  const { managedScaling: scaling } = row;
  return {
    capacityProviderArn: row.arn,
    name: row.name,
    status: row.status,
    autoScalingGroupProvider: {
      autoScalingGroupArn: row.autoScalingGroupArn,
      managedScaling: {
        status: scaling.status,
        targetCapacity: scaling.targetCapacity,
        minimumScalingStepSize: scaling.minimumScalingStepSize,
        maximumScalingStepSize: scaling.maximumScalingStepSize,
        instanceWarmupPeriod: scaling.instanceWarmupSeconds,
      },
      managedTerminationProtection: row.managedTerminationProtection,
      managedDraining: row.managedDraining,
    },
    ...(row.updateStatus !== undefined && { updateStatus: row.updateStatus }),
    ...(row.updateStatusReason !== undefined && { updateStatusReason: row.updateStatusReason }),
    tags: withTags ? row.tags : [],
    type: 'EC2_AUTOSCALING',
  };
}

/** FARGATE or FARGATE_SPOT. */
export function viewFargateProvider(scope: Scope, name: string): Shape<CapacityProvider> {
  return { capacityProviderArn: capacityProviderArn(scope, name), name, status: 'ACTIVE', tags: [], type: name as 'FARGATE' | 'FARGATE_SPOT' };
}
