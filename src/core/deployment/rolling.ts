// A rolling deployment: the target revision takes the others' place within the percentages.
import { changeDeployment, liveTasks, wake } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import { isHealthy, isProven, provenAt } from '../service/health.ts';
import { limitsOf } from '../service/limits.ts';
import { scaleTo } from '../service/scale.ts';
import type { ServiceDeployment } from '#model/service.ts';
import { complete, goalOf, goalSlot } from './finish.ts';
import { watchDeployment } from './watch.ts';

export function planRolling(draft: Draft): void {
  const desired = draft.service.desiredCount;
  if (watchDeployment(draft, desired)) return;
  const { deployment } = draft;
  if (deployment === undefined) return;
  const goal = goalOf(deployment);
  const others = liveTasks(draft.snapshot.tasks).filter((task) => task.origin !== goal);
  const plan = scaleTo(draft, {
    origin: goal,
    desired,
    // The service's of now: a deployment that they left no room goes on once they are changed.
    limits: limitsOf(draft.service.deploymentConfiguration, desired),
    others,
    startedBy: deployment.id,
    alternate: goalSlot(deployment) === 'alternate',
    deploying: true,
  });
  if (plan.launch > 0 || plan.stops.length > 0) return;
  if (isReached(draft, deployment, desired)) bakeOrComplete(draft, deployment);
}

/** DP3: enough of the goal is healthy (proven, where a circuit breaker watches), and the others are gone or draining is over. */
export function isReached(draft: Draft, deployment: ServiceDeployment, desired: number): boolean {
  const { now, snapshot } = draft;
  const goal = goalOf(deployment);
  const { deploymentCircuitBreaker, earlySuccessCriteria: early } = deployment.deploymentConfiguration;
  const strict = deploymentCircuitBreaker?.enable === true;
  const own = liveTasks(snapshot.tasks).filter((task) => task.origin === goal);
  const healthy = own.filter(strict ? (task) => isProven(task, now) : isHealthy);
  if (strict) for (const task of own) wake(draft, provenAt(task));
  const early100 = early?.enable === true && deployment.rollback === undefined;
  const enough = early100 ? Math.ceil((desired * (early.healthyPercent ?? 100)) / 100) : desired;
  if (healthy.length < enough) return false;
  if (early100 && early.sourceServiceRevisionCleanup === 'DEFERRED') return true;
  const othersLeft = snapshot.tasks.some((task) => task.origin !== goal && (task.desiredStatus === 'RUNNING' || task.lastStatus === 'DEACTIVATING'));
  return !othersLeft && (early100 || own.length === desired);
}

/** With alarms to watch, the deployment stays under watch for its bake time. */
function bakeOrComplete(draft: Draft, deployment: ServiceDeployment): void {
  const { bakeTimeInMinutes = 0, alarms } = deployment.deploymentConfiguration;
  if (alarms?.enable !== true || bakeTimeInMinutes === 0 || deployment.rollback !== undefined) return complete(draft);
  if (deployment.stage !== 'BAKE_TIME') {
    changeDeployment(draft, { stage: 'BAKE_TIME', stageStartedAt: draft.now });
    return wake(draft, draft.now + bakeTimeInMinutes * 60_000);
  }
  const until = deployment.stageStartedAt + bakeTimeInMinutes * 60_000;
  if (draft.now >= until) complete(draft);
  else wake(draft, until);
}
