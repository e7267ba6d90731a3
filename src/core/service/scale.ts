// Brings the tasks of a service to a wanted number of one revision or task set, and says what it does.
import { lastSegment } from '#model/arn.ts';
import { planCounts } from './counts.ts';
import type { CountPlan } from './counts.ts';
import { liveTasks, remember, say, stopTasks, wake } from './draft.ts';
import type { Draft } from './draft.ts';
import { graceEnds } from './health.ts';
import type { Limits } from './limits.ts';
import type { TaskView } from './snapshot.ts';
import { launching } from './throttle.ts';

export interface Wanted {
  readonly origin: string;
  readonly desired: number;
  readonly limits: Limits;
  /** Tasks that are not of the origin and have to go; [] leaves them alone. */
  readonly others: readonly TaskView[];
  /** `ecs-svc/…`: whose tasks they become, and who is named as stopping the others. */
  readonly startedBy: string;
  readonly alternate: boolean;
  readonly deploying: boolean;
  /** Another origin of the service is kept beside it: what has no place may be the other's. */
  readonly shared?: boolean;
  /** A failed deployment starts nothing more. */
  readonly paused?: boolean;
}

const SOON_MS = 1_000;
const STUCK_SAID_EVERY_MS = 3_600_000;

/** At most one launch in a plan: the rest follows when its rows are there. */
export function scaleTo(draft: Draft, wanted: Wanted): CountPlan {
  const graceMs = (draft.service.healthCheckGracePeriodSeconds ?? 0) * 1000;
  const own = liveTasks(draft.snapshot.tasks).filter((task) => task.origin === wanted.origin);
  const held = launching(draft);
  const goes = wanted.paused !== true;
  const scalingReason = `Scaling activity initiated by (deployment ${wanted.startedBy})`;
  const plan = planCounts({ ...wanted, own, graceMs, now: draft.now, ...held, mayLaunch: goes && held.mayLaunch, mayMakeRoom: goes && held.mayMakeRoom, scalingReason });
  for (const { task, unhealthy } of plan.stops) if (unhealthy !== undefined) say(draft, `(task ${lastSegment(task.arn)}) ${unhealthy.event}`);
  stopTasks(draft, plan.stops);
  if (plan.launch > 0 && !hasLaunch(draft)) {
    draft.actions.push({ kind: 'launch', origin: wanted.origin, count: plan.launch, startedBy: wanted.startedBy, alternate: wanted.alternate });
    draft.why.push(`start ${plan.launch}`);
  }
  const { unplaced } = draft.scheduler;
  // What is stopped now may be the place that was missing: try soon.
  if (unplaced !== undefined && plan.stops.length > 0) remember(draft, { unplaced: { ...unplaced, attempts: 0, retryAt: draft.now + SOON_MS } });
  if (unplaced !== undefined && plan.needed === 0 && wanted.others.length === 0 && wanted.shared !== true) forgetUnplaced(draft);
  for (const task of [...own, ...wanted.others]) {
    wake(draft, graceEnds(task, graceMs, draft.now));
    wake(draft, task.protectedUntil);
  }
  if (plan.stuck) sayStuck(draft);
  return plan;
}

/** Nothing is missing any more: what once had no place is no reason to make room later. */
function forgetUnplaced(draft: Draft): void {
  const { unplaced: _, ...rest } = draft.scheduler;
  draft.scheduler = rest;
}

export function hasLaunch(draft: Draft): boolean {
  return draft.actions.some((action) => action.kind === 'launch');
}

/** The percentages let nothing go on; said once an hour. */
export function sayStuck(draft: Draft): void {
  const { stuckSaidAt } = draft.scheduler;
  if (stuckSaidAt !== undefined && draft.now < stuckSaidAt + STUCK_SAID_EVERY_MS) return;
  say(draft, 'was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.');
  remember(draft, { stuckSaidAt: draft.now });
}
