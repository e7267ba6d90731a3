// Holding launches back when tasks keep failing to start, and trying again after a launch that found no place.
import { changeDeployment, remember, say, wake } from './draft.ts';
import type { Draft } from './draft.ts';
import { UNCHECKED_PROOF_MS, isProven } from './health.ts';
import type { FailedTask } from './snapshot.ts';

const FIRST_DELAY_MS = 1_000;
/** AWS stretches the delay to about this, too. */
const MAX_DELAY_MS = 15 * 60_000;
/** From this many failures in a row on, the event is said. */
const SAY_FROM = 3;

/** The delay after the `round`th failure in a row: none, then 1 s, doubling up to 15 minutes. */
export function launchDelayMs(round: number): number {
  return round <= 1 ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (round - 2));
}

/** True for a task that never got to serve: only those hold launches back; what fails after a long life is replaced at once. */
function failedEarly(task: FailedTask): boolean {
  return task.startedAt === undefined || task.stoppedAt - task.startedAt < UNCHECKED_PROOF_MS;
}

/** Takes note of failed tasks: SV13 for the throttle, DP4 for the circuit breaker of the deployment in progress. */
export function noteFailures(draft: Draft, target: string | undefined): void {
  const { failures } = draft.snapshot;
  if (failures.length === 0) return;
  draft.actions.push({ kind: 'noteFailures', taskArns: failures.map((task) => task.arn) });
  const own = failures.filter((task) => task.origin === target);
  if (draft.deployment !== undefined && own.length > 0) {
    const { failedTasks, failedTasksTotal } = draft.deployment;
    changeDeployment(draft, { failedTasks: failedTasks + own.length, failedTasksTotal: failedTasksTotal + own.length });
  }
  if (failures.some(failedEarly)) delayLaunches(draft);
}

/** Tasks that fail together are one failure: the delay grows once for each time that launches were let through. */
function delayLaunches(draft: Draft): void {
  const { throttledUntil = 0, failureRounds } = draft.scheduler;
  if (draft.now < throttledUntil) return remember(draft, { lastFailureAt: draft.now });
  const rounds = failureRounds + 1;
  remember(draft, { failureRounds: rounds, lastFailureAt: draft.now, throttledUntil: draft.now + launchDelayMs(rounds) });
  if (rounds === SAY_FROM) {
    say(draft, 'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.');
  }
}

/** Forgets the failures once a task made after the last of them has proven itself. */
export function forgiveFailures(draft: Draft): void {
  const { failureRounds, lastFailureAt = 0 } = draft.scheduler;
  if (failureRounds === 0) return;
  const proven = draft.snapshot.tasks.some((task) => task.createdAt >= lastFailureAt && isProven(task, draft.now));
  if (!proven) return;
  const { lastFailureAt: _, throttledUntil: __, ...rest } = draft.scheduler;
  draft.scheduler = { ...rest, failureRounds: 0 };
}

export interface Launching {
  readonly mayLaunch: boolean;
  /** Not held back for failures. */
  readonly mayMakeRoom: boolean;
  readonly noPlace: boolean;
}

/** Whether a launch may be tried now; wakes when not. */
export function launching(draft: Draft): Launching {
  const { throttledUntil, unplaced } = draft.scheduler;
  const mayMakeRoom = draft.now >= (throttledUntil ?? 0);
  const mayLaunch = mayMakeRoom && draft.now >= (unplaced?.retryAt ?? 0);
  if (!mayLaunch) wake(draft, Math.max(throttledUntil ?? 0, unplaced?.retryAt ?? 0));
  return { mayLaunch, mayMakeRoom, noPlace: unplaced !== undefined };
}
