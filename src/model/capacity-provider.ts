// Capacity providers over Auto Scaling groups, and what managed scaling remembers of each in a cluster.
//
// Writers: a provider's row belongs to the API; its scaling row to the managed scaling reconciler.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

/** The lifecycle hook by which ECS holds the end of an instance until its tasks are elsewhere. */
export const MANAGED_DRAINING_HOOK = 'ecs-managed-draining-termination-hook';

export interface ManagedScaling {
  readonly status: 'ENABLED' | 'DISABLED';
  /** Per cent of the instances that are to be in use. */
  readonly targetCapacity: number;
  readonly minimumScalingStepSize: number;
  readonly maximumScalingStepSize: number;
  readonly instanceWarmupSeconds: number;
}

export interface CapacityProvider {
  /** `arn:aws:ecs:<region>:<account>:capacity-provider/<name>` */
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly updateStatus?: 'DELETE_COMPLETE' | 'UPDATE_COMPLETE';
  readonly updateStatusReason?: string;
  readonly autoScalingGroupArn: string;
  readonly managedScaling: ManagedScaling;
  readonly managedTerminationProtection: 'ENABLED' | 'DISABLED';
  readonly managedDraining: 'ENABLED' | 'DISABLED';
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

/** Managed scaling of one provider: since when its metric has been off its target. */
export interface ProviderScaling {
  readonly providerArn: string;
  /** CapacityProviderReservation at the last look. */
  readonly reservation: number;
  readonly highSince?: number;
  readonly lowSince?: number;
  readonly scaledOutAt?: number;
}

export const capacityProviders = table<CapacityProvider>('capacity_providers', (p) => p.arn, {
  scope: (p) => `${p.account}/${p.region}`,
  /** Of ACTIVE ones: a group has at most one. */
  group: (p) => (p.status === 'ACTIVE' ? p.autoScalingGroupArn : undefined),
});
export const providerScalings = table<ProviderScaling>('provider_scalings', (s) => s.providerArn);
