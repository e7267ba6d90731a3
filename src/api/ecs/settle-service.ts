// A service or task set as it is to be, checked as a whole: its definition, network, capacity, placement and load balancers must
// fit one another. Order of checks: definition, launch type, network, platform version, load balancers, placement,
// deployment configuration, health check grace period.
import { checkDeployment } from '#core/service-definition/check-deployment.ts';
import { effectiveLaunchType } from '#core/service-definition/merge-update.ts';
import { rebalancingObstacle, type RebalancingObstacle } from '#core/service-definition/rebalancing.ts';
import { platformFamily } from '#core/task/new-task.ts';
import type { DeploymentStrategy, Service, ServiceSpec } from '#model/service.ts';
import { type TaskDefinition, taskDefinitions } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { clientException, invalidParameter } from './errors.ts';
import { resolvePlatformVersion } from './platform-version.ts';
import { serviceViolationError } from './service-messages.ts';
import { taskNetwork } from './task-network.ts';
import { validConstraints, validPlacementStrategy } from './validate-placement.ts';
import { validLoadBalancers } from './validate-service-load-balancers.ts';

export interface SettledSpec {
  readonly spec: ServiceSpec;
  readonly definition: TaskDefinition;
}

/**
 * The spec with defaults filled in: security group, platform version.
 * @param askedPlatform `LATEST`, a number, or undefined when none was ever asked for
 * @param strategy decides what load balancers must say about shifting traffic
 * Throws InvalidParameterException, ClientException, PlatformUnknownException.
 */
export function settledSpec(
  reader: Reader,
  ctx: EcsContext,
  draft: ServiceSpec,
  askedPlatform: string | undefined,
  strategy: DeploymentStrategy,
): SettledSpec {
  const definition = reader.get(taskDefinitions, draft.taskDefinitionArn);
  if (!definition) throw clientException('TaskDefinition not found.');
  const launchType = effectiveLaunchType(draft);
  if (launchType === 'MANAGED_INSTANCES') throw invalidParameter('The MANAGED_INSTANCES launch type needs a capacity provider, which Longshore does not have yet.');
  if (!(definition.compatibilities as readonly string[]).includes(launchType)) {
    throw invalidParameter(`Task definition does not support launch_type ${launchType}.`);
  }
  // AWS has neither for hosts that are not its own.
  if (launchType === 'EXTERNAL' && draft.loadBalancers.length > 0) throw invalidParameter('Load balancers are not supported with the EXTERNAL launch type.');
  if (launchType === 'EXTERNAL' && draft.serviceRegistries.length > 0) throw invalidParameter('Service registries are not supported with the EXTERNAL launch type.');
  const network = taskNetwork(reader, ctx, definition, draft.awsvpc && { awsvpcConfiguration: draft.awsvpc });
  if (network?.configuration.assignPublicIp === 'ENABLED' && launchType !== 'FARGATE') {
    throw invalidParameter('Assign public IP is not supported for this launch type.');
  }
  const platformVersion = resolvePlatformVersion(askedPlatform, launchType);
  validLoadBalancers(reader, ctx, draft.loadBalancers, definition, strategy);
  const { platformVersion: _version, platformFamily: _family, awsvpc: _awsvpc, ...rest } = draft;
  const spec: ServiceSpec = {
    ...rest,
    ...(platformVersion !== undefined && { platformVersion, platformFamily: platformFamily(definition) }),
    ...(network && { awsvpc: network.configuration }),
  };
  return { spec, definition };
}

/**
 * The service with its own members checked and in ECS's form; the spec is settledSpec's. Throws InvalidParameterException.
 * @param definition that a grace period is checked against; undefined when none is asked for, and with EXTERNAL
 */
export function settledService(draft: Service, definition: TaskDefinition | undefined): Service {
  const launchType = effectiveLaunchType(draft.spec);
  if (draft.schedulingStrategy === 'DAEMON') checkDaemon(draft, launchType);
  const placementConstraints = validConstraints(draft.placementConstraints, launchType);
  const placementStrategy = validPlacementStrategy(draft.placementStrategy, launchType);
  const service = { ...draft, placementConstraints, placementStrategy };
  const violation = checkDeployment(service.deploymentConfiguration, service);
  if (violation) throw serviceViolationError(violation);
  const obstacle = service.availabilityZoneRebalancing === 'ENABLED' ? rebalancingObstacle(service) : undefined;
  if (obstacle) throw invalidParameter(OBSTACLES[obstacle]);
  checkGracePeriod(service, definition);
  return service;
}

function checkDaemon(draft: Service, launchType: string): void {
  if (launchType === 'FARGATE') throw invalidParameter('The daemon scheduling strategy is not supported for the FARGATE launch type.');
  if (draft.deploymentController !== 'ECS') {
    throw invalidParameter(`The daemon scheduling strategy is not supported with the ${draft.deploymentController} deployment controller.`);
  }
  if (draft.placementStrategy.length > 0) {
    throw invalidParameter('The daemon scheduling strategy does not support placement strategies. Remove the placement strategy and try again');
  }
}

/** A grace period is for health checks: of load balancers, or since 2025 of containers too. Task sets bring their own. */
function checkGracePeriod(service: Service, definition: TaskDefinition | undefined): void {
  if (!service.healthCheckGracePeriodSeconds || service.spec.loadBalancers.length > 0 || !definition) return;
  if (definition.containerDefinitions.some((container) => container.healthCheck !== undefined)) return;
  throw invalidParameter('Health check grace period is only valid for services configured to use load balancers');
}

const NOT_WITH = 'Availability Zone rebalancing is not supported for services that use';
const OBSTACLES: Readonly<Record<RebalancingObstacle, string>> = {
  daemon: `${NOT_WITH} the DAEMON scheduling strategy.`,
  controller: `${NOT_WITH} the CODE_DEPLOY or EXTERNAL deployment controller.`,
  external: `${NOT_WITH} the EXTERNAL launch type.`,
  maximumPercent: `${NOT_WITH} a maximumPercent of 100 or less.`,
  classicLoadBalancer: `${NOT_WITH} a Classic Load Balancer.`,
  placementStrategy: `${NOT_WITH} a placement strategy whose first rule is not spread by attribute:ecs.availability-zone.`,
  placementConstraint: `${NOT_WITH} attribute:ecs.availability-zone in a placement constraint.`,
};
