// How a deployment ends: completed, rolled back, failed, or overtaken by a newer one.
import { changeDeployment, remember, say } from '../service/draft.ts';
import type { Draft } from '../service/draft.ts';
import type { ServiceDeployment } from '#model/service.ts';

/** The revision the deployment works towards now: its target, or the one it rolls back to. */
export function goalOf(deployment: ServiceDeployment): string {
  return deployment.rollback?.serviceRevisionArn ?? deployment.targetRevisionArn;
}

export function isRollingBack(deployment: ServiceDeployment): boolean {
  return deployment.status === 'ROLLBACK_IN_PROGRESS';
}

/** Where the tasks of the goal register. */
export function goalSlot(deployment: ServiceDeployment): 'primary' | 'alternate' {
  const target = deployment.targetSlot ?? 'primary';
  const keeps = deployment.rollback === undefined || deployment.deploymentConfiguration.strategy === 'ROLLING';
  return keeps ? target : otherSlot(target);
}

export function otherSlot(slot: 'primary' | 'alternate'): 'primary' | 'alternate' {
  return slot === 'primary' ? 'alternate' : 'primary';
}

/** DP3, DP7: the goal is reached. */
export function complete(draft: Draft): void {
  const { deployment, now } = draft;
  if (deployment === undefined) return;
  const rolledBack = isRollingBack(deployment);
  const done: Partial<ServiceDeployment> = rolledBack ? { status: 'ROLLBACK_SUCCESSFUL' } : { status: 'SUCCESSFUL' };
  remember(draft, { completedRevisionArn: goalOf(deployment), productionSlot: goalSlot(deployment), ...(rolledBack ? {} : { completedDeploymentId: deployment.id }) });
  changeDeployment(draft, { ...done, ...monitorsAfter(deployment), finishedAt: now, ...(rolledBack ? {} : { stage: 'CLEAN_UP' }) });
  say(draft, `(deployment ${deployment.id}) deployment completed.`);
  draft.why.push('deployment completed');
}

type Monitors = Partial<Pick<ServiceDeployment, 'breaker' | 'alarms'>>;

/** Back to the revision that last completed (DP6); without one the deployment stops where it is (DP5). */
export function rollBack(draft: Draft, reason: string, monitors: Monitors = {}): void {
  const { deployment, now, scheduler } = draft;
  if (deployment === undefined) return;
  const back = draft.snapshot.revisions.find((r) => r.arn === scheduler.completedRevisionArn && r.arn !== deployment.targetRevisionArn);
  if (back === undefined) return giveUp(draft, 'ROLLBACK_FAILED', 'No rollback candidate was found to run the rollback.', eventWords(reason, monitors), monitors);
  changeDeployment(draft, {
    ...monitors,
    status: 'ROLLBACK_IN_PROGRESS',
    statusReason: reason,
    // A shift that was cleaning up must first bring the old revision back.
    ...(deployment.stage === 'CLEAN_UP' ? { stage: 'BAKE_TIME' } : {}),
    rollback: { reason, startedAt: now, serviceRevisionArn: back.arn },
    failedTasks: 0,
    provenTasks: 0,
    hooks: settledHooks(deployment),
  });
  draft.service = { ...draft.service, targetRevisionArn: back.arn, spec: back.spec };
  say(draft, `(deployment ${deployment.id}) deployment failed: ${eventWords(reason, monitors)}`);
  say(draft, `rolling back to deployment ${scheduler.completedDeploymentId ?? back.arn}.`);
  draft.why.push('roll back');
}

/** DP5: nothing more is started; what runs goes on. */
export function fail(draft: Draft, reason: string, monitors: Monitors = {}): void {
  const { deployment } = draft;
  if (deployment !== undefined) giveUp(draft, isRollingBack(deployment) ? 'ROLLBACK_FAILED' : 'STOPPED', reason, eventWords(reason, monitors), monitors);
}

function giveUp(draft: Draft, status: 'STOPPED' | 'ROLLBACK_FAILED', statusReason: string, words: string, monitors: Monitors): void {
  const { deployment, now } = draft;
  if (deployment === undefined) return;
  inherit(draft, deployment);
  changeDeployment(draft, { ...stopped(deployment, now), ...monitors, status, statusReason });
  say(draft, `(deployment ${deployment.id}) deployment failed: ${words}`);
  draft.why.push('deployment failed');
}

/** True when nothing is started any more of the revision the service is to run: a deployment to it was given up. */
export function isGivenUp(deployment: ServiceDeployment | undefined, origin: string): boolean {
  return (deployment?.status === 'STOPPED' || deployment?.status === 'ROLLBACK_FAILED') && deployment.targetRevisionArn === origin;
}

/** What ECS says of a deployment that its monitors ended is not its status reason. */
function eventWords(reason: string, { breaker, alarms }: Monitors): string {
  if (breaker?.status === 'TRIGGERED') return 'tasks failed to start.';
  return alarms?.status === 'TRIGGERED' ? 'alarm detected.' : reason;
}

/** DP2: a newer deployment took over. */
export function supersede(draft: Draft, old: ServiceDeployment): void {
  inherit(draft, old);
  const statusReason = 'Service deployment was stopped because a new deployment was started.';
  draft.actions.push({ kind: 'putDeployment', deployment: { ...old, ...stopped(old, draft.now), statusReason, updatedAt: draft.now } });
  draft.why.push('a newer deployment took over');
}

/** DP17: a shift that was only cleaning up has brought its revision into production. */
function inherit(draft: Draft, old: ServiceDeployment): void {
  const moved = old.deploymentConfiguration.strategy !== 'ROLLING' && old.stage === 'CLEAN_UP' && !isRollingBack(old);
  if (moved) remember(draft, { completedRevisionArn: old.targetRevisionArn, completedDeploymentId: old.id, productionSlot: old.targetSlot ?? 'primary' });
}

/** What every deployment is that was stopped before its time. */
export function stopped(deployment: ServiceDeployment, now: number) {
  return { ...monitorsAfter(deployment), hooks: settledHooks(deployment), status: 'STOPPED', stoppedAt: now, finishedAt: now } as const;
}

/** Without those that wait for an answer: nobody waits for it any more. */
function settledHooks({ hooks }: ServiceDeployment): ServiceDeployment['hooks'] {
  return hooks.filter((run) => run.status !== 'AWAITING_ACTION' && run.status !== 'IN_PROGRESS');
}

function monitorsAfter({ breaker, alarms }: ServiceDeployment): Pick<ServiceDeployment, 'breaker' | 'alarms'> {
  return {
    breaker: breaker.status === 'MONITORING' ? { status: 'MONITORING_COMPLETE' } : breaker,
    alarms: alarms.status === 'MONITORING' ? { ...alarms, status: 'MONITORING_COMPLETE' } : alarms,
  };
}
