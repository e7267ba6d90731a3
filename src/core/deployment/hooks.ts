// Lifecycle hooks of a deployment: started when their stage comes, waited for, and what their outcome means (DP11 to DP13).
import { changeDeployment, wake } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import type { HookRun, HookStage, ServiceDeployment } from '#model/service.ts';
import { rollBack } from './finish.ts';
import { USER_REASON } from './watch.ts';

const DEFAULT_TIMEOUT_MINUTES = 1_440;

/** `clear`: go on. `turned`: the deployment is being rolled back because of a hook. */
export type HookGate = 'clear' | 'waiting' | 'turned';

/** Runs the hooks of a stage once, or once a step. @param rollback they only inform, and nothing waits for them */
export function passHooks(draft: Draft, stage: HookStage, options: { readonly step?: number; readonly rollback?: boolean } = {}): HookGate {
  const { deployment } = draft;
  if (deployment === undefined) return 'clear';
  let gate: HookGate = 'clear';
  deployment.deploymentConfiguration.lifecycleHooks?.forEach((hook, index) => {
    if (gate === 'turned' || !hook.lifecycleStages.includes(stage)) return;
    const run = deployment.hooks.find(
      (r) => r.hook === index && r.stage === stage && r.step === options.step && (r.rollback === true) === (options.rollback === true),
    );
    if (run === undefined) {
      start(draft, deployment, { index, stage, ...options });
      gate = 'waiting';
    } else {
      const outcome = judge(draft, run);
      if (outcome !== 'clear') gate = outcome;
    }
  });
  return options.rollback === true ? 'clear' : gate;
}

function start(draft: Draft, deployment: ServiceDeployment, at: { index: number; stage: HookStage; step?: number; rollback?: boolean }): void {
  const hook = deployment.deploymentConfiguration.lifecycleHooks?.[at.index];
  if (hook === undefined) return;
  const targetType = hook.targetType ?? 'AWS_LAMBDA';
  const minutes = hook.timeoutConfiguration?.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES;
  const run: Omit<HookRun, 'hookId'> = {
    hook: at.index,
    stage: at.stage,
    targetType,
    ...(hook.hookTargetArn === undefined ? {} : { targetArn: hook.hookTargetArn }),
    status: targetType === 'PAUSE' ? 'AWAITING_ACTION' : 'IN_PROGRESS',
    startedAt: draft.now,
    expiresAt: draft.now + minutes * 60_000,
    timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
    ...(at.step === undefined ? {} : { step: at.step }),
    ...(at.rollback === true ? { rollback: true as const } : {}),
    ...(targetType === 'PAUSE' ? {} : { callAgainAt: draft.now }),
  };
  draft.actions.push({ kind: 'startHook', deploymentArn: deployment.arn, run });
  draft.why.push(`hook of ${at.stage}`);
}

function judge(draft: Draft, run: HookRun): HookGate {
  if (run.status === 'SUCCEEDED') return 'clear';
  if (run.rollback === true) return 'waiting';
  if (run.status === 'FAILED') return turn(draft, failure(run));
  if (run.status === 'TIMED_OUT') return run.timeoutAction === 'CONTINUE' ? 'clear' : turn(draft, timeout(run));
  if (draft.now < run.expiresAt) {
    wake(draft, run.expiresAt);
    return 'waiting';
  }
  changeHook(draft, { ...run, status: 'TIMED_OUT' });
  return run.timeoutAction === 'CONTINUE' ? 'waiting' : turn(draft, timeout(run));
}

/** A pause fails when somebody asks for the rollback. */
function failure({ stage, targetType, targetArn }: HookRun): string {
  if (targetType === 'PAUSE') return USER_REASON;
  return `Service deployment rolled back because ${stage} lifecycle hook(s) failed. Lifecycle hook target ${targetArn ?? ''} returned FAILED status.`;
}

function timeout({ stage }: HookRun): string {
  return `Service deployment rolled back because ${stage} lifecycle hook(s) timed out.`;
}

function turn(draft: Draft, reason: string): HookGate {
  rollBack(draft, reason);
  return 'turned';
}

function changeHook(draft: Draft, run: HookRun): void {
  const { deployment } = draft;
  if (deployment === undefined) return;
  changeDeployment(draft, { hooks: deployment.hooks.map((r) => (r.hookId === run.hookId ? run : r)) });
}

export interface HookAnswer {
  /** What the endpoint said; anything else counts as FAILED. */
  readonly hookStatus?: unknown;
  /** Seconds until it is to be asked again, default 30. */
  readonly callBackDelay?: unknown;
}

const DEFAULT_CALLBACK_SECONDS = 30;

/** The run after its endpoint answered; undefined stands for a call that failed. */
export function answerHook(run: HookRun, answer: HookAnswer | undefined, now: number): HookRun {
  const { callAgainAt: _, ...rest } = run;
  if (answer?.hookStatus === 'SUCCEEDED') return { ...rest, status: 'SUCCEEDED' };
  if (answer?.hookStatus !== 'IN_PROGRESS') return { ...rest, status: 'FAILED' };
  const seconds = typeof answer.callBackDelay === 'number' && answer.callBackDelay >= 0 ? answer.callBackDelay : DEFAULT_CALLBACK_SECONDS;
  return { ...rest, status: 'IN_PROGRESS', callAgainAt: now + seconds * 1000 };
}

/** What an endpoint is told: the members of the event that ECS gives a Lambda function. */
export interface HookPayload {
  readonly executionDetails: {
    readonly serviceArn: string;
    readonly targetServiceRevisionArn: string;
    readonly testTrafficWeights: Readonly<Record<string, number>>;
    readonly productionTrafficWeights: Readonly<Record<string, number>>;
  };
  readonly executionId: string;
  readonly lifecycleStage: HookStage;
  readonly resourceArn: string;
  readonly hookDetails?: unknown;
}

export function hookPayload(deployment: ServiceDeployment, run: HookRun): HookPayload {
  const { targetRevisionArn: target, sourceRevisionArns: sources, productionWeight, testWeight } = deployment;
  const source = sources[0];
  const weights = (percent: number): Record<string, number> => ({ [target]: percent, ...(source === undefined ? {} : { [source]: 100 - percent }) });
  const details = deployment.deploymentConfiguration.lifecycleHooks?.[run.hook]?.hookDetails;
  return {
    executionDetails: {
      serviceArn: deployment.serviceArn,
      targetServiceRevisionArn: target,
      testTrafficWeights: weights(testWeight),
      productionTrafficWeights: weights(productionWeight),
    },
    executionId: run.hookId,
    lifecycleStage: run.stage,
    resourceArn: deployment.arn,
    ...(details === undefined ? {} : { hookDetails: details }),
  };
}
