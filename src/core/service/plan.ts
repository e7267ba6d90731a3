// What a service needs next: total, pure, and empty once there is nothing to do (SPEC.md).
import { isDeploymentFinished } from '#model/service.ts';
import type { Plan } from '../task/plan.ts';
import { begin } from '../deployment/begin.ts';
import { goalOf, stopped, supersede } from '../deployment/finish.ts';
import { planRolling } from '../deployment/rolling.ts';
import { planShift } from '../deployment/shift.ts';
import { planDaemon } from './daemon.ts';
import { closeDraft, openDraft, stopTasks, wake, wantedTasks } from './draft.ts';
import type { Draft } from './draft.ts';
import { UNCHECKED_PROOF_MS } from './health.ts';
import type { ServiceAction, ServiceSnapshot } from './snapshot.ts';
import { releaseLost } from './lost.ts';
import { planSteady } from './steady.ts';
import { planTaskSets } from './task-sets.ts';
import { forgiveFailures, noteFailures } from './throttle.ts';

/** How long an INACTIVE service can still be described. */
const INACTIVE_KEPT_MS = 3_600_000;

export function planService(snapshot: ServiceSnapshot, now: number): Plan<ServiceAction> {
  const draft = openDraft(snapshot, now);
  const { service } = snapshot;
  if (service.status === 'INACTIVE') planForget(draft);
  else if (service.status === 'DRAINING') planEnd(draft);
  else {
    if (service.deploymentController === 'ECS') planDeployments(draft);
    else planTaskSets(draft);
    releaseLost(draft);
  }
  return closeDraft(draft);
}

function planDeployments(draft: Draft): void {
  for (const old of draft.snapshot.deployments) if (old.arn !== draft.deployment?.arn && !isDeploymentFinished(old)) supersede(draft, old);
  if (draft.deployment !== undefined && draft.deployment.startedAt === undefined && !isDeploymentFinished(draft.deployment)) return begin(draft);
  const { deployment } = draft;
  const running = deployment !== undefined && !isDeploymentFinished(deployment);
  noteFailures(draft, running ? goalOf(deployment) : undefined);
  forgiveFailures(draft);
  if (draft.scheduler.failureRounds > 0) wakeToForgive(draft);
  if (draft.service.schedulingStrategy === 'DAEMON') planDaemon(draft);
  else if (!running) planSteady(draft);
  else if (deployment.deploymentConfiguration.strategy === 'ROLLING') planRolling(draft);
  else planShift(draft);
}

function wakeToForgive(draft: Draft): void {
  for (const task of draft.snapshot.tasks) if (task.startedAt !== undefined) wake(draft, task.startedAt + UNCHECKED_PROOF_MS);
}

/** SV16: a deleted service stops everything, and is INACTIVE when nothing of it is left. */
function planEnd(draft: Draft): void {
  const { snapshot, now } = draft;
  for (const old of snapshot.deployments) if (!isDeploymentFinished(old) && old.arn !== draft.deployment?.arn) supersede(draft, old);
  if (draft.deployment !== undefined && !isDeploymentFinished(draft.deployment)) {
    const statusReason = 'Service deployment was stopped because the service was deleted.';
    draft.deployment = { ...draft.deployment, ...stopped(draft.deployment, now), statusReason };
  }
  const reason = 'Task stopped because its service was deleted';
  stopTasks(draft, wantedTasks(snapshot.tasks).map((task) => ({ task, reason })));
  for (const set of snapshot.taskSets) draft.actions.push({ kind: 'deleteTaskSet', taskSetArn: set.arn });
  if (snapshot.tasks.length > 0) return;
  draft.service = { ...draft.service, status: 'INACTIVE', deletedAt: now };
  wake(draft, now + INACTIVE_KEPT_MS);
}

function planForget(draft: Draft): void {
  const at = (draft.service.deletedAt ?? draft.service.createdAt) + INACTIVE_KEPT_MS;
  if (draft.now < at) wake(draft, at);
  else draft.actions.push({ kind: 'forget', serviceArn: draft.service.arn });
}
