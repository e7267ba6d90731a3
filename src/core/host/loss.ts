// When a host whose agent is away counts as lost (SPEC.md HO8). What follows is decided elsewhere: services replace its tasks
// (core/service SV24), tasks that were to stop end without it (core/task plan-lifecycle.ts).
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Plan } from '../task/plan.ts';

export interface HostLossSnapshot {
  readonly host: ContainerInstance;
  /** How long an agent may be away. */
  readonly lossMs: number;
  /** Since when this control plane can be connected to: nobody is away from one that was not there. */
  readonly since: number;
}

export interface HostLossAction {
  readonly kind: 'lose';
  readonly hostArn: string;
}

export function planHostLoss({ host, lossMs, since }: HostLossSnapshot, now: number): Plan<HostLossAction> {
  if (host.agentConnected || host.status === 'INACTIVE') return { actions: [], why: 'its agent is connected, or it is no host any more' };
  if (host.lostAt !== undefined) return { actions: [], why: 'lost already' };
  const lostAt = Math.max(host.agentDisconnectedAt ?? host.registeredAt, since) + lossMs;
  if (now < lostAt) return { actions: [], wakeAt: lostAt, why: 'its agent is away and may come back' };
  return { actions: [{ kind: 'lose', hostArn: host.arn }], why: 'its agent was away for too long' };
}

export interface HostTimes {
  /** Between two heartbeats of the control plane. */
  readonly heartbeatMs: number;
  /** Without a word from the agent its connection counts as broken. */
  readonly silenceMs: number;
  /** From then on until the host counts as lost. */
  readonly lossMs: number;
}

/** HO9: how a host that was not heard of for `afterMs` comes to be lost: half of it is to notice, with three heartbeats in it. */
export function hostTimes(afterMs: number): HostTimes {
  const silenceMs = Math.min(65_000, Math.floor(afterMs / 2));
  return { heartbeatMs: Math.min(20_000, Math.floor(silenceMs / 3.2)), silenceMs, lossMs: afterMs - silenceMs };
}

/** The host from now on, until its agent connects again. */
export function loseHost(host: ContainerInstance, now: number): ContainerInstance {
  return { ...host, lostAt: now, version: host.version + 1 };
}

/** Expected back by nobody any more. */
export function isLost(host: ContainerInstance | undefined): boolean {
  return host?.lostAt !== undefined && !host.agentConnected;
}
