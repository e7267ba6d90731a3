// When a task of a service counts as healthy, unhealthy or proven (SPEC.md SV1 to SV4).
import { FAILED_HEALTH } from '#model/task.ts';
import type { TaskView } from './snapshot.ts';

/** A task without any check must run for so long before a deployment takes it as proof (AWS: 40 seconds). */
export const UNCHECKED_PROOF_MS = 40_000;

/** ECS's definition: RUNNING, its containers healthy if they are checked, and every target of it healthy if it is to have any. */
export function isHealthy(task: TaskView): boolean {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING' || task.lost) return false;
  if (task.hasHealthCheck && task.healthStatus !== 'HEALTHY') return false;
  if (task.targets.length < task.wantedTargets) return false;
  // A target in a group that no listener uses is checked by nobody.
  return task.targets.every((target) => !target.draining && (target.state === 'healthy' || target.state === 'unused'));
}

export interface Unhealthy {
  /** ECS's stop reason. */
  readonly reason: string;
  /** The rest of the service event. */
  readonly event: string;
}

/** Why the task is to be replaced for its health; undefined when it is not, or not yet (health check grace period). */
export function unhealthyBecause(task: TaskView, graceMs: number, now: number): Unhealthy | undefined {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING' || task.lost) return undefined;
  if (now < (task.startedAt ?? task.createdAt) + graceMs) return undefined;
  if (task.hasHealthCheck && task.healthStatus === 'UNHEALTHY') {
    return { reason: `${FAILED_HEALTH} container health checks`, event: 'failed container health checks.' };
  }
  const failed = task.targets.find((target) => target.state === 'unhealthy' && !target.draining);
  if (failed === undefined) return undefined;
  const { targetGroupArn, port, description = 'Health checks failed' } = failed;
  return {
    reason: `${FAILED_HEALTH} ELB health checks in (target-group ${targetGroupArn})`,
    event: `(port ${port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${description}).`,
  };
}

/** When the grace period that keeps a task from being judged ends; undefined when it has none left. */
export function graceEnds(task: TaskView, graceMs: number, now: number): number | undefined {
  const end = (task.startedAt ?? task.createdAt) + graceMs;
  return task.lastStatus === 'RUNNING' && !isHealthy(task) && end > now ? end : undefined;
}

/** Since when, or from when on, a healthy task proves its revision; undefined while it is not healthy. */
export function provenAt(task: TaskView): number | undefined {
  if (!isHealthy(task)) return undefined;
  if (task.hasHealthCheck || task.wantedTargets > 0) return task.startedAt ?? task.createdAt;
  return (task.startedAt ?? task.createdAt) + UNCHECKED_PROOF_MS;
}

export function isProven(task: TaskView, now: number): boolean {
  const at = provenAt(task);
  return at !== undefined && at <= now;
}

export function isProtected(task: TaskView, now: number): boolean {
  return task.protectedUntil !== undefined && task.protectedUntil > now;
}
