// Rolls a traffic shift back: all traffic to the old revision first, then the hooks that want to hear of it, then the new
// tasks go (DP14).
import { changeDeployment, liveTasks, wake } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import { isHealthy } from '../service/health.ts';
import type { ServiceDeployment } from '#model/service.ts';
import { complete, goalOf, goalSlot } from './finish.ts';
import { passHooks } from './hooks.ts';
import { healthyOf, keep, removeTasks } from './sides.ts';
import { sendTraffic } from './traffic.ts';

export function planShiftBack(draft: Draft, deployment: ServiceDeployment): void {
  const goal = goalOf(deployment);
  const desired = draft.service.desiredCount;
  keep(draft, deployment, goal, goalSlot(deployment) === 'alternate');
  if (deployment.stage !== 'CLEAN_UP') return bringBack(draft, deployment, goal);
  const others = draft.snapshot.tasks.filter((task) => task.origin !== goal);
  removeTasks(draft, liveTasks(others), deployment);
  const left = others.some((task) => task.desiredStatus === 'RUNNING' || task.lastStatus === 'DEACTIVATING');
  if (!left && healthyOf(draft, goal) >= desired) complete(draft);
}

/** All traffic, also what a shift that was overtaken left elsewhere, once there are tasks to take it. */
function bringBack(draft: Draft, deployment: ServiceDeployment, goal: string): void {
  if (!isReady(draft, goal)) return;
  if (deployment.productionWeight > 0 || deployment.testWeight > 0) {
    changeDeployment(draft, { stage: 'PRODUCTION_TRAFFIC_SHIFT', stageStartedAt: draft.now });
    return sendTraffic(draft, { productionWeight: 0, testWeight: 0 });
  }
  if (deployment.stage === 'PRODUCTION_TRAFFIC_SHIFT') {
    passHooks(draft, 'PRODUCTION_TRAFFIC_SHIFT', { rollback: true });
    passHooks(draft, 'TEST_TRAFFIC_SHIFT', { rollback: true });
  } else sendTraffic(draft, { productionWeight: 0, testWeight: 0 });
  changeDeployment(draft, { stage: 'CLEAN_UP', stageStartedAt: draft.now });
  wake(draft, draft.now + 1);
}

/** What is left of the old revision beats new tasks of which none serves, and new tasks that take its place. */
function isReady(draft: Draft, goal: string): boolean {
  const healthy = healthyOf(draft, goal);
  if (healthy >= draft.service.desiredCount) return true;
  const othersServe = draft.snapshot.tasks.some((task) => task.origin !== goal && isHealthy(task));
  return healthy > 0 && (!othersServe || draft.scheduler.unplaced !== undefined);
}
