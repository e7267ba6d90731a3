// The members that CreateService and UpdateService share, read into the model: references resolved, enumerations checked.
// Whether they fit together is settle-service.ts's question, asked of the service as it would be.
import type { DeploymentConfigurationInput } from '#core/service-definition/deployment-configuration.ts';
import type { ServiceUpdate } from '#core/service-definition/merge-update.ts';
import type { Cluster } from '#model/cluster.ts';
import type { HookStage, LifecycleHook, PlacementConstraintItem, PlacementStrategyItem, ServiceLoadBalancer, ServiceSpec } from '#model/service.ts';
import type { AwsvpcConfiguration } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { runnableDefinition } from './launch-request.ts';
import type { DeploymentConfiguration, NetworkConfiguration, Shape, UpdateServiceRequest } from './shapes.ts';
import { refuseUnsupported } from './unsupported-service-features.ts';
import { oneOf, optionalOneOf } from './validate-enum.ts';
import { validRunStrategy } from './validate-strategy.ts';

/** Members that both requests have. */
export type ServiceInput = Omit<Shape<UpdateServiceRequest>, 'service' | 'cluster' | 'forceNewDeployment' | 'deploymentController'>;

export const HOOK_STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
] as const satisfies readonly HookStage[];

const MAX_GRACE_SECONDS = 2_147_483_647;

/** Throws InvalidParameterException, ClientException for the task definition, UnsupportedFeatureException. */
export function parseServiceInput(reader: Reader, ctx: EcsContext, cluster: Cluster, input: ServiceInput): ServiceUpdate {
  refuseUnsupported(input);
  if ((input.serviceRegistries?.length ?? 0) > 1) throw invalidParameter('serviceRegistries can have at most 1 items.');
  const { desiredCount, healthCheckGracePeriodSeconds: grace } = input;
  if (desiredCount !== undefined && desiredCount < 0) throw invalidParameter('Invalid desired count. The desired count must be 0 or more.');
  if (grace !== undefined && (grace < 0 || grace > MAX_GRACE_SECONDS)) throw invalidParameter('Invalid health check grace period. It must be between 0 and 2147483647.');
  return {
    desiredCount,
    taskDefinitionArn: input.taskDefinition === undefined ? undefined : runnableDefinition(reader, ctx, input.taskDefinition).arn,
    capacityProviderStrategy: input.capacityProviderStrategy?.length ? validRunStrategy(input.capacityProviderStrategy, cluster) : input.capacityProviderStrategy && [],
    awsvpc: parseNetwork(input.networkConfiguration),
    platformVersion: input.platformVersion || undefined,
    loadBalancers: input.loadBalancers?.map(plain<ServiceLoadBalancer>),
    serviceRegistries: input.serviceRegistries?.map(plain<ServiceSpec['serviceRegistries'][number]>),
    serviceConnectConfiguration: input.serviceConnectConfiguration && plain(input.serviceConnectConfiguration),
    monitoring: input.monitoring && plain(input.monitoring),
    deploymentConfiguration: parseDeploymentConfiguration(input.deploymentConfiguration),
    availabilityZoneRebalancing: optionalOneOf('availabilityZoneRebalancing', input.availabilityZoneRebalancing, ['ENABLED', 'DISABLED']),
    placementConstraints: input.placementConstraints?.map(plain<PlacementConstraintItem>),
    // An empty object removes the strategy, as an empty list does (UpdateServiceRequest.placementStrategy).
    placementStrategy: input.placementStrategy?.map(plain<PlacementStrategyItem>).filter((item) => Object.keys(item).length > 0),
    healthCheckGracePeriodSeconds: grace,
    enableExecuteCommand: input.enableExecuteCommand,
    enableECSManagedTags: input.enableECSManagedTags,
    propagateTags: optionalOneOf('propagateTags', input.propagateTags, ['TASK_DEFINITION', 'SERVICE', 'NONE']),
  };
}

/** As given: whether its subnets and groups exist is asked together with the task definition's network mode. */
export function parseNetwork(input: Shape<NetworkConfiguration> | undefined): AwsvpcConfiguration | undefined {
  const given = input?.awsvpcConfiguration;
  if (!given) return undefined;
  const assignPublicIp = optionalOneOf('assignPublicIp', given.assignPublicIp, ['ENABLED', 'DISABLED']) ?? 'DISABLED';
  return { subnets: given.subnets ?? [], securityGroups: given.securityGroups ?? [], assignPublicIp };
}

function parseDeploymentConfiguration(input: Shape<DeploymentConfiguration> | undefined): DeploymentConfigurationInput | undefined {
  if (!input) return undefined;
  optionalOneOf('deploymentCircuitBreaker.thresholdConfiguration.type', input.deploymentCircuitBreaker?.thresholdConfiguration?.type, ['BOUNDED_PERCENT', 'UNBOUNDED_PERCENT', 'COUNT']);
  optionalOneOf('earlySuccessCriteria.sourceServiceRevisionCleanup', input.earlySuccessCriteria?.sourceServiceRevisionCleanup, ['BLOCKING', 'DEFERRED']);
  return {
    ...plain<DeploymentConfigurationInput>(input),
    strategy: optionalOneOf('strategy', input.strategy, ['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']),
    lifecycleHooks: input.lifecycleHooks?.map(parseHook),
  };
}

function parseHook(input: NonNullable<Shape<DeploymentConfiguration>['lifecycleHooks']>[number]): LifecycleHook {
  optionalOneOf('lifecycleHooks.timeoutConfiguration.action', input.timeoutConfiguration?.action, ['ROLLBACK', 'CONTINUE']);
  return {
    ...plain<LifecycleHook>(input),
    targetType: optionalOneOf('lifecycleHooks.targetType', input.targetType, ['AWS_LAMBDA', 'PAUSE']) ?? 'AWS_LAMBDA',
    lifecycleStages: (input.lifecycleStages ?? []).map((stage) => oneOf('lifecycleHooks.lifecycleStages', stage, HOOK_STAGES)),
  };
}

/** Without undefined members: what is stored is plain JSON. */
function plain<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
