// What to do next with one target: the row says what is wanted, HAProxy what is there.
//
// The first check of a target is ours, again and again until it succeeds, so that it serves within milliseconds of being ready; from
// then on health checks are HAProxy's. A target that never answered is handed over as well, once it would have failed for good.
import type { Target, TargetGroup } from '#model/load-balancer.ts';
import { HEALTH, healthOf, type Health, type ServerStat } from './target-health.ts';

export interface Probe {
  readonly startedAt: number;
  readonly succeeded: boolean;
}

export interface TargetView {
  readonly target: Target;
  readonly group: TargetGroup;
  /** A listener or rule of a load balancer forwards to the group. */
  readonly inUse: boolean;
  /** In the worker that takes new connections; undefined when it is not there. */
  readonly server: ServerStat | undefined;
  /** In any worker, on its way out or not. */
  readonly present: boolean;
  /** Its connections in all workers. */
  readonly sessions: number;
  /** Taken out of rotation in all workers, and `sessions` counted after that. */
  readonly withdrawn: boolean;
  readonly probe: Probe | undefined;
}

export type TargetStep =
  /** Ask the target itself whether it answers. */
  | { readonly do: 'probe' }
  /** Put it in, as healthy or as failed. */
  | { readonly do: 'admit'; readonly healthy: boolean }
  /** No new requests from now on. */
  | { readonly do: 'withdraw' }
  /** Take it out and forget it. */
  | { readonly do: 'remove'; readonly why: string }
  | { readonly do: 'nothing' };

export interface TargetPlan {
  readonly step: TargetStep;
  /** What the API is to report; undefined = as before. */
  readonly health: Health | undefined;
  readonly wakeAt?: number;
}

export function planTarget(view: TargetView, now: number): TargetPlan {
  if (view.target.drainingSince !== undefined) return planDraining(view, view.target.drainingSince, now);
  if (!view.inUse) return { step: { do: 'nothing' }, health: HEALTH.unused };
  if (view.server === undefined || view.server.status === 'MAINT') return planAdmission(view, now);
  return { step: { do: 'nothing' }, health: healthOf(view.server) };
}

function planAdmission({ probe, group }: TargetView, now: number): TargetPlan {
  if (!group.healthCheck.enabled || probe?.succeeded === true) return { step: { do: 'admit', healthy: true }, health: undefined };
  if (probe === undefined) return { step: { do: 'probe' }, health: HEALTH.checking };
  const { intervalSeconds, unhealthyThreshold } = group.healthCheck;
  const failedAt = probe.startedAt + intervalSeconds * unhealthyThreshold * 1000;
  if (now >= failedAt) return { step: { do: 'admit', healthy: false }, health: undefined };
  return { step: { do: 'nothing' }, health: HEALTH.checking, wakeAt: failedAt };
}

function planDraining(view: TargetView, since: number, now: number): TargetPlan {
  if (!view.present) return { step: { do: 'remove', why: 'it is not in rotation' }, health: HEALTH.draining };
  if (!view.withdrawn) return { step: { do: 'withdraw' }, health: HEALTH.draining };
  if (view.sessions === 0) return { step: { do: 'remove', why: 'no connection is left' }, health: HEALTH.draining };
  const deadline = since + deregistrationDelayMs(view.group);
  if (now >= deadline) return { step: { do: 'remove', why: 'the deregistration delay has passed' }, health: HEALTH.draining };
  return { step: { do: 'nothing' }, health: HEALTH.draining, wakeAt: deadline };
}

export function deregistrationDelayMs(group: Pick<TargetGroup, 'attributes'>): number {
  return Number(group.attributes['deregistration_delay.timeout_seconds'] ?? 300) * 1000;
}
