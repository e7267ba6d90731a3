// Rolls a traffic shift back: all traffic to the old revision first, then the hooks that want to hear of it, then the new
// tasks go (DP14).
import { changeDeployment, liveTasks, wake } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import type { ServiceDeployment } from '#model/service.ts';
import { complete, goalOf, goalSlot } from './finish.ts';
import { passHooks } from './hooks.ts';
import { healthyOf, keep, removeTasks } from './sides.ts';
import { sendTraffic } from './traffic.ts';

export function planShiftBack(draft: Draft, deployment: ServiceDeployment): void {
  const goal = goalOf(deployment);
  const desired = draft.service.desiredCount;
  keep(draft, deployment, goal, goalSlot(deployment) === 'alternate');
  const healthy = healthyOf(draft, goal);
  if (deployment.productionWeight > 0 || deployment.testWeight > 0) {
    // What is left of the old revision beats new tasks of which none serves.
    const ready = healthy >= desired || (healthy > 0 && healthyOf(draft, deployment.targetRevisionArn) === 0);
    if (!ready) return;
    changeDeployment(draft, { stage: 'PRODUCTION_TRAFFIC_SHIFT', stageStartedAt: draft.now });
    return sendTraffic(draft, { productionWeight: 0, testWeight: 0 });
  }
  if (deployment.stage === 'PRODUCTION_TRAFFIC_SHIFT') {
    passHooks(draft, 'PRODUCTION_TRAFFIC_SHIFT', { rollback: true });
    passHooks(draft, 'TEST_TRAFFIC_SHIFT', { rollback: true });
  }
  if (deployment.stage !== 'CLEAN_UP') {
    changeDeployment(draft, { stage: 'CLEAN_UP', stageStartedAt: draft.now });
    return wake(draft, draft.now + 1);
  }
  const others = draft.snapshot.tasks.filter((task) => task.origin !== goal);
  removeTasks(draft, liveTasks(others), deployment);
  const left = others.some((task) => task.desiredStatus === 'RUNNING' || task.lastStatus === 'DEACTIVATING');
  if (!left && healthy >= desired) complete(draft);
}
