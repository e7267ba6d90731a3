// How long a service's past deployments can be looked up: ECS keeps them 90 days.
import { goalOf } from '#core/deployment/finish.ts';
import { isDeploymentFinished, type Service, serviceDeployments, serviceRevisions, serviceSchedulers } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Transaction } from '#store/store.ts';

const KEPT_MS = 90 * 86_400_000;

/** Deletes deployments that ended before, and their revisions, except what is running, current, or what a rollback goes back to. */
export function forgetOldDeployments(tx: Transaction, service: Service, now: number): void {
  const current = service.currentDeploymentArn === undefined ? undefined : tx.get(serviceDeployments, service.currentDeploymentArn);
  const needed = new Set([service.targetRevisionArn, current && goalOf(current), tx.get(serviceSchedulers, service.arn)?.completedRevisionArn]);
  for (const row of tx.by(serviceDeployments, 'service', service.arn)) {
    const revision = row.targetRevisionArn;
    const isOld = isDeploymentFinished(row) && row.arn !== current?.arn && now - (row.finishedAt ?? row.updatedAt) > KEPT_MS;
    if (!isOld || needed.has(revision) || tx.count(tasks, 'revision', revision) > 0) continue;
    tx.delete(serviceDeployments, row.arn);
    tx.delete(serviceRevisions, revision);
  }
}
