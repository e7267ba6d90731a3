// ContinueServiceDeployment: ends the wait of a PAUSE hook, for going on or for rolling back.
import { type HookRun, serviceDeployments } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, serviceDeploymentNotFound } from './errors.ts';
import { required } from './required.ts';
import { findServiceChild } from './service-child.ts';
import type { ContinueServiceDeploymentRequest, ContinueServiceDeploymentResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

export function continueServiceDeployment(input: Shape<ContinueServiceDeploymentRequest>, ctx: EcsContext): Shape<ContinueServiceDeploymentResponse> {
  const arn = required('serviceDeploymentArn', input.serviceDeploymentArn);
  const hookId = required('hookId', input.hookId);
  const action = optionalOneOf('action', input.action, ['CONTINUE', 'ROLLBACK']) ?? 'CONTINUE';
  return ctx.store.transact((tx) => {
    const row = findServiceChild(tx, ctx, 'service-deployment', serviceDeployments, arn);
    if (!row) throw serviceDeploymentNotFound();
    const run = row.hooks.find((hook) => hook.hookId === hookId);
    if (!run) throw invalidParameter('The specified lifecycle hook does not exist.');
    if (run.targetType !== 'PAUSE' || run.status !== 'AWAITING_ACTION') {
      throw invalidParameter(`The specified lifecycle hook is not awaiting an action. Its status is ${run.status}.`);
    }
    const answered: HookRun = { ...run, status: action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED' };
    tx.put(serviceDeployments, { ...row, hooks: row.hooks.map((hook) => (hook === run ? answered : hook)), updatedAt: ctx.now });
    return { serviceDeploymentArn: row.arn };
  });
}
