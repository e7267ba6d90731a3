// Managed scaling: how many instances a provider's group is to have (SPEC.md). Pure; the reconciler writes what it says.
import type { Plan } from '../task/plan.ts';
import type { CapacityProvider, ProviderScaling } from '#model/capacity-provider.ts';
import type { ReservedResources } from '#model/task.ts';
import { instancesFor } from './instances-for.ts';

export interface ScalingTimes {
  /** How long the reservation must be above the target, and below it. AWS: 1 and 15 minutes. */
  readonly scaleOutAfterMs: number;
  readonly scaleInAfterMs: number;
}

export interface ProviderMember {
  readonly instanceId: string;
  readonly inService: boolean;
  readonly protectedFromScaleIn: boolean;
  /** It has registered as a container instance. */
  readonly registered: boolean;
  /** It runs tasks that are not daemons. */
  readonly used: boolean;
}

export interface ProviderSnapshot {
  readonly provider: Pick<CapacityProvider, 'arn' | 'managedScaling' | 'managedTerminationProtection'>;
  readonly scaling: ProviderScaling | undefined;
  readonly group: { readonly arn: string; readonly minSize: number; readonly maxSize: number; readonly desiredCapacity: number };
  /** Those that count for desired capacity. */
  readonly members: readonly ProviderMember[];
  /** What each task that waits for this provider takes. */
  readonly waiting: readonly ReservedResources[];
  /** What an instance of the group offers. */
  readonly instanceSize: { readonly cpu: number; readonly memoryMiB: number; readonly gpus: number };
  readonly times: ScalingTimes;
}

export type ProviderAction =
  | { readonly kind: 'setDesired'; readonly groupArn: string; readonly desiredCapacity: number }
  | { readonly kind: 'putScaling'; readonly scaling: ProviderScaling }
  | { readonly kind: 'protect'; readonly instanceId: string; readonly protectedFromScaleIn: boolean };

/** MS1. @param n instances there are @param m instances needed */
export function reservation(n: number, m: number): number {
  if (n === 0) return m === 0 ? 100 : 200;
  return (m / n) * 100;
}

export function planScaling(snapshot: ProviderSnapshot, now: number): Plan<ProviderAction> {
  const { provider, group, members, waiting, instanceSize } = snapshot;
  const actions: ProviderAction[] = provider.managedTerminationProtection === 'ENABLED' ? protections(members) : [];
  const needed = members.filter((member) => member.used).length + instancesFor(waiting, instanceSize);
  const there = Math.max(members.length, group.desiredCapacity);
  const value = reservation(there, needed);
  const scaling = follow(snapshot, value, now);
  if (provider.managedScaling.status === 'DISABLED') return close(actions, snapshot, { providerArn: provider.arn, reservation: value }, undefined, 'managed scaling is disabled');
  const wanted = Math.ceil((needed * 100) / provider.managedScaling.targetCapacity);
  const due = dueAt(snapshot, scaling);
  if (due === undefined) return close(actions, snapshot, scaling, undefined, `reservation ${Math.round(value)}`);
  if (now < due) return close(actions, snapshot, scaling, due, `reservation ${Math.round(value)}, not for long enough`);
  const desiredCapacity = step(snapshot, there, wanted);
  if (desiredCapacity === group.desiredCapacity) return close(actions, snapshot, scaling, undefined, `reservation ${Math.round(value)}, and the group is at its limit`);
  actions.push({ kind: 'setDesired', groupArn: group.arn, desiredCapacity });
  // What was seen is answered: the next step waits its own time.
  const { highSince: _, lowSince: __, ...rest } = scaling;
  const next = desiredCapacity > group.desiredCapacity ? { ...rest, scaledOutAt: now } : rest;
  return close(actions, snapshot, next, now + 1, `reservation ${Math.round(value)}: ${group.desiredCapacity} → ${desiredCapacity}`);
}

function follow({ provider, scaling }: ProviderSnapshot, value: number, now: number): ProviderScaling {
  const { targetCapacity } = provider.managedScaling;
  const { scaledOutAt } = scaling ?? {};
  return {
    providerArn: provider.arn,
    reservation: value,
    ...(value > targetCapacity && { highSince: scaling?.highSince ?? now }),
    ...(value < targetCapacity && { lowSince: scaling?.lowSince ?? now }),
    ...(scaledOutAt !== undefined && { scaledOutAt }),
  };
}

/** When the next step may be taken; undefined when the reservation is on its target. */
function dueAt({ provider, times }: ProviderSnapshot, { highSince, lowSince, scaledOutAt }: ProviderScaling): number | undefined {
  if (highSince !== undefined) return highSince + times.scaleOutAfterMs;
  if (lowSince === undefined) return undefined;
  const warm = scaledOutAt === undefined ? 0 : scaledOutAt + provider.managedScaling.instanceWarmupSeconds * 1000;
  return Math.max(lowSince + times.scaleInAfterMs, warm);
}

/** MS2, MS3 */
function step({ provider, group }: ProviderSnapshot, there: number, wanted: number): number {
  const { minimumScalingStepSize: least, maximumScalingStepSize: most } = provider.managedScaling;
  if (wanted > there) return Math.max(group.desiredCapacity, Math.min(group.maxSize, there + Math.min(most, Math.max(least, wanted - there))));
  if (wanted < group.desiredCapacity) return Math.max(group.minSize, group.desiredCapacity - Math.min(most, group.desiredCapacity - wanted));
  return group.desiredCapacity;
}

/** MS5: one that never registers keeps nothing. */
function protections(members: readonly ProviderMember[]): ProviderAction[] {
  return members
    .filter((member) => member.inService && member.registered && member.protectedFromScaleIn !== member.used)
    .map(({ instanceId, used }) => ({ kind: 'protect', instanceId, protectedFromScaleIn: used }));
}

function close(actions: ProviderAction[], { scaling }: ProviderSnapshot, next: ProviderScaling, wakeAt: number | undefined, why: string): Plan<ProviderAction> {
  if (JSON.stringify(scaling) !== JSON.stringify(next)) actions.push({ kind: 'putScaling', scaling: next });
  return wakeAt === undefined ? { actions, why } : { actions, wakeAt, why };
}
