// BLUE_GREEN, LINEAR and CANARY: the target revision comes up beside the one in production, and traffic moves over stage
// by stage (DP8 to DP14). One stage a look at most; each change of traffic is in the transaction that records it.
import { changeDeployment, liveTasks, wake } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import type { HookStage, LifecycleStage, ServiceDeployment } from '#model/service.ts';
import { isHealthy } from '../service/health.ts';
import { healthyOf, keep, removeTasks } from './sides.ts';
import { adopt } from './begin.ts';
import { complete, goalOf, isRollingBack, otherSlot } from './finish.ts';
import { passHooks } from './hooks.ts';
import { planShiftBack } from './shift-back.ts';
import { shiftSteps } from './steps.ts';
import { sendTraffic } from './traffic.ts';
import { watchDeployment } from './watch.ts';

export function planShift(draft: Draft): void {
  if (watchDeployment(draft, draft.service.desiredCount)) return;
  const { deployment } = draft;
  if (deployment === undefined) return;
  if (isRollingBack(deployment)) return planShiftBack(draft, deployment);
  const stage = STAGES[deployment.stage];
  if (deployment.stage !== 'CLEAN_UP') keepSource(draft, deployment);
  if (deployment.stage !== 'RECONCILE_SERVICE' && deployment.stage !== 'PRE_SCALE_UP') keepTarget(draft, deployment);
  stage(draft, deployment);
}

type Stage = (draft: Draft, deployment: ServiceDeployment) => void;

const STAGES: Readonly<Record<LifecycleStage, Stage>> = {
  RECONCILE_SERVICE: reconcile,
  PRE_SCALE_UP: (draft) => hooked(draft, 'PRE_SCALE_UP', 'SCALE_UP'),
  SCALE_UP: scaleUp,
  POST_SCALE_UP: (draft) => hooked(draft, 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT'),
  TEST_TRAFFIC_SHIFT: shiftTest,
  POST_TEST_TRAFFIC_SHIFT: (draft) => hooked(draft, 'POST_TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'),
  PRODUCTION_TRAFFIC_SHIFT: shiftProduction,
  POST_PRODUCTION_TRAFFIC_SHIFT: (draft) => hooked(draft, 'POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME'),
  BAKE_TIME: bake,
  CLEAN_UP: cleanUp,
};

/** The revision in production keeps its number until the clean-up. */
function keepSource(draft: Draft, deployment: ServiceDeployment): void {
  const source = draft.scheduler.completedRevisionArn;
  if (source === undefined || source === deployment.targetRevisionArn) return;
  keep(draft, deployment, source, draft.scheduler.productionSlot === 'alternate');
}

function keepTarget(draft: Draft, deployment: ServiceDeployment): void {
  keep(draft, deployment, deployment.targetRevisionArn, deployment.targetSlot === 'alternate');
}

/** DP8: only one revision besides the target may be left, and it has all of the traffic. */
function reconcile(draft: Draft, deployment: ServiceDeployment): void {
  // What could not go when the deployment began may serve by now.
  if (adopt(draft, deployment)) return changeDeployment(draft, { targetSlot: otherSlot(draft.scheduler.productionSlot) });
  const known = [deployment.targetRevisionArn, draft.scheduler.completedRevisionArn];
  const strays = draft.snapshot.tasks.filter((task) => !known.includes(task.origin));
  if (strays.length === 0) return deployment.sourceRevisionArns.length > 1 ? hooked(draft, 'RECONCILE_SERVICE', 'PRE_SCALE_UP') : enter(draft, 'PRE_SCALE_UP');
  const left = liveTasks(strays);
  const source = draft.scheduler.completedRevisionArn;
  // They may be all that serves: the revision in production has to be back first.
  const ready = source === undefined || healthyOf(draft, source) >= draft.service.desiredCount || !left.some(isHealthy);
  if (!ready) return removeTasks(draft, left.filter((task) => task.startedAt === undefined), deployment);
  if (left.length > 0) sendTraffic(draft, { productionWeight: 0, testWeight: 0 });
  removeTasks(draft, left, deployment);
}

function scaleUp(draft: Draft, deployment: ServiceDeployment): void {
  if (healthyOf(draft, deployment.targetRevisionArn) >= draft.service.desiredCount) enter(draft, 'POST_SCALE_UP');
}

function shiftTest(draft: Draft, deployment: ServiceDeployment): void {
  const hasTest = draft.service.spec.loadBalancers.some((balancer) => balancer.advancedConfiguration?.testListenerRule !== undefined);
  if (hasTest && deployment.testWeight < 100) return sendTraffic(draft, { testWeight: 100 });
  hooked(draft, 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT');
}

/** DP9: hooks before and after each step, and its bake time after it. */
function shiftProduction(draft: Draft, deployment: ServiceDeployment): void {
  // Nothing is in production yet when a service is new: there is nobody to move over slowly.
  const first = draft.scheduler.completedRevisionArn === undefined;
  const steps = first ? [{ percent: 100, bakeMs: 0 }] : shiftSteps(deployment.deploymentConfiguration);
  const step = steps[deployment.step];
  if (step === undefined) return enter(draft, 'POST_PRODUCTION_TRAFFIC_SHIFT');
  if (deployment.productionWeight < step.percent) {
    if (healthyOf(draft, deployment.targetRevisionArn) < draft.service.desiredCount) return;
    if (passHooks(draft, 'PRE_PRODUCTION_TRAFFIC_SHIFT', { step: deployment.step }) !== 'clear') return;
    changeDeployment(draft, { stageStartedAt: draft.now });
    return sendTraffic(draft, { productionWeight: step.percent });
  }
  if (passHooks(draft, 'PRODUCTION_TRAFFIC_SHIFT', { step: deployment.step }) !== 'clear') return;
  const until = deployment.stageStartedAt + step.bakeMs;
  if (draft.now < until) return wake(draft, until);
  changeDeployment(draft, { step: deployment.step + 1 });
}

/** A new service has nothing to go back to: it is not watched. */
function bake(draft: Draft, deployment: ServiceDeployment): void {
  const minutes = draft.scheduler.completedRevisionArn === undefined ? 0 : (deployment.deploymentConfiguration.bakeTimeInMinutes ?? 0);
  const until = deployment.stageStartedAt + minutes * 60_000;
  if (draft.now < until) wake(draft, until);
  else enter(draft, 'CLEAN_UP');
}

function cleanUp(draft: Draft, deployment: ServiceDeployment): void {
  const goal = goalOf(deployment);
  const others = draft.snapshot.tasks.filter((task) => task.origin !== goal);
  if (healthyOf(draft, goal) >= draft.service.desiredCount) removeTasks(draft, liveTasks(others), deployment);
  if (!others.some((task) => task.desiredStatus === 'RUNNING' || task.lastStatus === 'DEACTIVATING')) complete(draft);
}

function hooked(draft: Draft, stage: HookStage, next: LifecycleStage): void {
  if (passHooks(draft, stage) === 'clear') enter(draft, next);
}

function enter(draft: Draft, stage: LifecycleStage): void {
  changeDeployment(draft, { stage, stageStartedAt: draft.now });
  draft.why.push(`stage ${stage}`);
}
