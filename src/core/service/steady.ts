// A service without a deployment in progress: the wanted number of its revision, kept.
import { isDeploymentFinished } from '#model/service.ts';
import { isGivenUp } from '../deployment/finish.ts';
import { liveTasks, remember, say, stopTasks, wake } from './draft.ts';
import type { Draft } from './draft.ts';
import { isHealthy } from './health.ts';
import { limitsOf } from './limits.ts';
import { rebalanceBy } from './rebalance.ts';
import { scaleInOrder } from './scale-in.ts';
import { scaleTo } from './scale.ts';
import type { TaskView } from './snapshot.ts';

export function planSteady(draft: Draft): void {
  const { service, deployment } = draft;
  const origin = service.targetRevisionArn;
  if (origin === undefined) return;
  const desired = service.desiredCount;
  const live = liveTasks(draft.snapshot.tasks);
  // A deployment that failed without a rollback starts nothing more and leaves the old tasks alone (DP5).
  const paused = isGivenUp(deployment, origin);
  const limits = limitsOf(service.deploymentConfiguration, desired);
  const more = paused ? 0 : rebalanceBy(draft, live, desired, limits.upper);
  const others = live.filter((task) => task.origin !== origin);
  const startedBy = deployment?.id ?? 'ecs-svc/0';
  if (paused) scaleInOld(draft, others, startedBy);
  scaleTo(draft, {
    origin,
    desired: desired + more,
    limits,
    others: paused ? [] : others,
    startedBy,
    alternate: draft.scheduler.productionSlot === 'alternate',
    deploying: false,
    paused,
  });
  saySteady(draft);
}

/** Old tasks that a failed deployment left go when there are more than the desired count of them. */
function scaleInOld(draft: Draft, old: readonly TaskView[], startedBy: string): void {
  const surplus = Math.max(0, old.length - draft.service.desiredCount);
  const reason = `Scaling activity initiated by (deployment ${startedBy})`;
  stopTasks(draft, scaleInOrder(old, draft.now).slice(0, surplus).map((task) => ({ task, reason })));
  for (const task of old) wake(draft, task.protectedUntil);
}

/** SV15: said once each time all is as wanted again. */
export function saySteady(draft: Draft): void {
  const { tasks } = draft.snapshot;
  const { service, scheduler, deployment } = draft;
  const live = liveTasks(tasks);
  const wanted = live.length === service.desiredCount && live.every((task) => isHealthy(task) && task.origin === service.targetRevisionArn);
  const steady = wanted && tasks.length === live.length && (deployment === undefined || isDeploymentFinished(deployment));
  if (steady === scheduler.steady) return;
  remember(draft, { steady });
  if (!steady) return;
  const { stuckSaidAt: _, unplaced: __, ...rest } = draft.scheduler;
  draft.scheduler = rest;
  say(draft, 'has reached a steady state.');
}
