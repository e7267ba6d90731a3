// What becomes of the container instance when its EC2 instance ends, is taken back, or is drained before its group ends it.
import type { Plan } from '../task/plan.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Instance } from '#model/instance.ts';

export interface InstanceHostSnapshot {
  readonly instance: Pick<Instance, 'id' | 'state' | 'desired' | 'interruptAt'> | undefined;
  readonly host: Pick<ContainerInstance, 'arn' | 'status'> | undefined;
  /** Tasks that are not daemons run on it. */
  readonly busy: boolean;
  /** Its group holds its end for managed draining. */
  readonly drainHeld: boolean;
}

export type InstanceHostAction =
  | { readonly kind: 'drain'; readonly hostArn: string; readonly reason: string }
  | { readonly kind: 'deregister'; readonly hostArn: string }
  /** Managed draining is done. */
  | { readonly kind: 'letGo'; readonly instanceId: string }
  /** A spot instance's two minutes are over. */
  | { readonly kind: 'takeBack'; readonly instanceId: string };

export function planInstanceHost({ instance, host, busy, drainHeld }: InstanceHostSnapshot, now: number): Plan<InstanceHostAction> {
  const actions: InstanceHostAction[] = [];
  const gone = instance === undefined || instance.state === 'terminated';
  if (gone) {
    if (host !== undefined) actions.push({ kind: 'deregister', hostArn: host.arn });
    return { actions, why: 'the instance has ended' };
  }
  const reason = drainReason(instance, drainHeld);
  if (host?.status === 'ACTIVE' && reason !== undefined) actions.push({ kind: 'drain', hostArn: host.arn, reason });
  if (drainHeld && (host === undefined || (host.status !== 'ACTIVE' && !busy))) actions.push({ kind: 'letGo', instanceId: instance.id });
  if (instance.interruptAt === undefined || instance.desired === 'terminated') return { actions, why: reason ?? 'the instance runs' };
  if (now < instance.interruptAt) return { actions, wakeAt: instance.interruptAt, why: 'spot capacity is taken back' };
  return { actions: [...actions, { kind: 'takeBack', instanceId: instance.id }], why: 'spot capacity is taken back' };
}

function drainReason(instance: NonNullable<InstanceHostSnapshot['instance']>, drainHeld: boolean): string | undefined {
  if (drainHeld) return 'Managed draining: its Auto Scaling group ends the instance.';
  if (instance.desired === 'terminated') return 'The EC2 instance is being terminated.';
  return instance.interruptAt === undefined ? undefined : 'Spot Instance interruption.';
}
