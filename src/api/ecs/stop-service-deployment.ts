// StopServiceDeployment: asks the scheduler to roll a deployment back, or with ABORT to leave everything where it is.
import { isDeploymentFinished, serviceDeployments } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { conflict, serviceDeploymentNotFound } from './errors.ts';
import { required } from './required.ts';
import { findServiceChild } from './service-child.ts';
import type { Shape, StopServiceDeploymentRequest, StopServiceDeploymentResponse } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

export function stopServiceDeployment(input: Shape<StopServiceDeploymentRequest>, ctx: EcsContext): Shape<StopServiceDeploymentResponse> {
  const arn = required('serviceDeploymentArn', input.serviceDeploymentArn);
  const stopType = optionalOneOf('stopType', input.stopType, ['ABORT', 'ROLLBACK']) ?? 'ROLLBACK';
  return ctx.store.transact((tx) => {
    const row = findServiceChild(tx, ctx, 'service-deployment', serviceDeployments, arn);
    if (!row) throw serviceDeploymentNotFound();
    if (isDeploymentFinished(row)) {
      throw conflict(`The service deployment can't be stopped because it's in the ${row.status} state.`, [row.arn]);
    }
    // One that is stopping or rolling back already goes on with it.
    if (row.status === 'PENDING' || row.status === 'IN_PROGRESS') {
      const status = stopType === 'ABORT' ? 'STOP_REQUESTED' : 'ROLLBACK_REQUESTED';
      tx.put(serviceDeployments, { ...row, status, updatedAt: ctx.now });
    }
    return { serviceDeploymentArn: row.arn };
  });
}
