// A deployment takes up its work: what it comes from, which monitors watch it, where its tasks will register.
import { changeDeployment, remember, wake } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import { isHealthy } from '../service/health.ts';
import type { ServiceDeployment } from '#model/service.ts';
import { otherSlot } from './finish.ts';

/** DP1: PENDING becomes IN_PROGRESS. One that was told to stop before it began begins, too: then all that stopping looks at is there. */
export function begin(draft: Draft): void {
  const { deployment, now } = draft;
  if (deployment === undefined) return;
  const { strategy, deploymentCircuitBreaker, alarms } = deployment.deploymentConfiguration;
  if (strategy !== 'ROLLING') adopt(draft, deployment);
  const { scheduler } = draft;
  const source = sources(draft, deployment);
  const shifts = strategy !== 'ROLLING' && scheduler.completedRevisionArn !== undefined;
  changeDeployment(draft, {
    ...(deployment.status === 'PENDING' ? { status: 'IN_PROGRESS' } : {}),
    startedAt: now,
    sourceRevisionArns: source,
    stage: strategy === 'ROLLING' ? 'SCALE_UP' : 'RECONCILE_SERVICE',
    stageStartedAt: now,
    targetSlot: shifts ? otherSlot(scheduler.productionSlot) : scheduler.productionSlot,
    productionWeight: 0,
    testWeight: 0,
    step: 0,
    failedTasks: 0,
    provenTasks: 0,
    breaker: { status: deploymentCircuitBreaker?.enable ? 'MONITORING' : 'DISABLED' },
    alarms: { status: alarms?.enable ? 'MONITORING' : 'DISABLED', triggeredAlarmNames: [] },
  });
  // A rolling update serves from the groups in production alone, whatever a shift before it left.
  const serves = draft.service.spec.loadBalancers.some((balancer) => balancer.advancedConfiguration !== undefined);
  const all = scheduler.productionSlot === 'alternate' ? 100 : 0;
  if (strategy === 'ROLLING' && serves && scheduler.completedRevisionArn !== undefined) draft.actions.push({ kind: 'traffic', production: all, test: all });
  draft.why.push('deployment begins');
  wake(draft, now + 1);
}

/** DP17: where no deployment ever completed, a shift comes from the revision that serves, if there is one. True when it was found now. */
export function adopt(draft: Draft, deployment: ServiceDeployment): boolean {
  if (draft.scheduler.completedRevisionArn !== undefined) return false;
  const serving = draft.snapshot.tasks.filter((task) => isHealthy(task) && task.origin !== deployment.targetRevisionArn).at(-1);
  if (serving !== undefined) remember(draft, { completedRevisionArn: serving.origin });
  return serving !== undefined;
}

/** Revisions with tasks when it began; the last completed one is what a rollback goes back to, also without tasks. */
function sources(draft: Draft, deployment: ServiceDeployment): readonly string[] {
  if (deployment.sourceRevisionArns.length > 0) return deployment.sourceRevisionArns;
  const running = draft.snapshot.tasks.map((task) => task.origin);
  const completed = draft.scheduler.completedRevisionArn;
  const all = new Set(completed === undefined ? running : [...running, completed]);
  all.delete(deployment.targetRevisionArn);
  return [...all];
}

