// UpdateService: what is not named stays as it is. A change of what tasks are made from starts a deployment; other changes do not.
//
// Order of checks: cluster, service, ACTIVE, controller, the members one by one, the service as a whole, capacity without force.
import { effectiveLaunchType, mergeUpdate, type ServiceUpdate } from '#core/service-definition/merge-update.ts';
import { sameValue, startsDeployment } from '#core/service-definition/starts-deployment.ts';
import { type Service, services, type ServiceSpec } from '#model/service.ts';
import { type TaskDefinition, taskDefinitions } from '#model/task-definition.ts';
import type { Reader, Transaction } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, noDesiredCount } from './errors.ts';
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
    if (before.schedulingStrategy === 'DAEMON' && input.desiredCount !== undefined) throw noDesiredCount();
    const update = parseServiceInput(tx, ctx, cluster, input);
    const after = updated(tx, ctx, input, before, update);
    if (!sameValue(before, after)) tx.put(services, after);
    return { service: viewService(tx, after, true) };
  });
}

function updated(tx: Transaction, ctx: EcsContext, input: Input, before: Service, update: ServiceUpdate): Service {
  const inForce = specInForce(tx, before);
  const merged = mergeUpdate(before, inForce, update);
  if (before.deploymentController === 'EXTERNAL') return settledService(merged, undefined);
  const force = input.forceNewDeployment ?? false;
  const { strategy } = merged.deploymentConfiguration;
  const reshaped = force || update.platformVersion !== undefined || startsDeployment(inForce, merged.spec) || strategy !== before.deploymentConfiguration.strategy;
  // What the service was made of may be gone by now, a subnet say: that stands in the way of changes that need it only.
  const { spec, definition } = reshaped ? settledSpec(tx, ctx, merged.spec, platformVersion(merged, update), strategy) : unchanged(tx, inForce);
  // A grace period of earlier outlives the health checks it was for: it is unused then.
  const after = settledService({ ...merged, spec }, update.healthCheckGracePeriodSeconds === undefined ? undefined : definition);
  if (!force && capacityChanged(inForce, spec)) throw needsForce();
  const deploys = before.deploymentController === 'ECS' && (force || startsDeployment(inForce, spec));
  if (!definition || !deploys) return { ...after, spec: before.spec };
  return startDeployment(tx, ctx, after, definition);
}

/** The one asked for earlier rests while the service is not on Fargate. */
function platformVersion({ spec, platformVersion: known }: Service, update: ServiceUpdate): string | undefined {
  return update.platformVersion ?? (effectiveLaunchType(spec) === 'FARGATE' ? known : undefined);
}

function unchanged(reader: Reader, spec: ServiceSpec): { spec: ServiceSpec; definition: TaskDefinition | undefined } {
  return { spec, definition: reader.get(taskDefinitions, spec.taskDefinitionArn) };
}

function capacityChanged(before: Service['spec'], after: Service['spec']): boolean {
  return before.launchType !== after.launchType || !sameValue(before.capacityProviderStrategy, after.capacityProviderStrategy);
}

function needsForce(): Error {
  return invalidParameter(
    'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
  );
}
