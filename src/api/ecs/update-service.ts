// UpdateService: what is not named stays as it is. A change of what tasks are made from starts a deployment; other changes do not.
//
// Order of checks: cluster, service, ACTIVE, controller, the members one by one, the service as a whole, capacity without force.
import { mergeUpdate, type ServiceUpdate } from '#core/service-definition/merge-update.ts';
import { sameValue, startsDeployment } from '#core/service-definition/starts-deployment.ts';
import type { Service } from '#model/service.ts';
import { services } from '#model/service.ts';
import type { Transaction } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { specInForce, useActiveService } from './find-service.ts';
import { startDeployment } from './new-deployment.ts';
import { parseServiceInput } from './parse-service-input.ts';
import { settledService, settledSpec } from './settle-service.ts';
import type { Shape, UpdateServiceRequest, UpdateServiceResponse } from './shapes.ts';
import { checkUpdatedService } from './validate-service-controller.ts';
import { viewService } from './view-service.ts';

type Input = Shape<UpdateServiceRequest>;

export function updateService(input: Input, ctx: EcsContext): Shape<UpdateServiceResponse> {
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, input.cluster);
    const before = useActiveService(tx, ctx, cluster, input.service);
    checkUpdatedService(input, before);
    const update = parseServiceInput(tx, ctx, cluster, input);
    const after = updated(tx, ctx, input, before, update);
    if (!sameValue(before, after)) tx.put(services, after);
    return { service: viewService(tx, after, true) };
  });
}

function updated(tx: Transaction, ctx: EcsContext, input: Input, before: Service, update: ServiceUpdate): Service {
  const inForce = specInForce(tx, before);
  const merged = mergeUpdate(before, inForce, update);
  if (before.deploymentController !== 'ECS') return settledService(merged);
  const moved = startsDeployment(inForce, merged.spec) || update.platformVersion !== undefined;
  if (!moved && !input.forceNewDeployment) return settledService({ ...merged, spec: before.spec });
  const { spec, definition } = settledSpec(tx, ctx, merged.spec, merged.platformVersion);
  const after = settledService({ ...merged, spec });
  if (!input.forceNewDeployment && !startsDeployment(inForce, spec)) return { ...after, spec: before.spec };
  if (!input.forceNewDeployment && capacityChanged(inForce, spec)) throw needsForce();
  return startDeployment(tx, ctx, after, definition);
}

function capacityChanged(before: Service['spec'], after: Service['spec']): boolean {
  return before.launchType !== after.launchType || !sameValue(before.capacityProviderStrategy, after.capacityProviderStrategy);
}

function needsForce(): Error {
  return invalidParameter(
    'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
  );
}
