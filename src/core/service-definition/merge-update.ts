// What an update makes of a service: members it does not name stay as they are, an empty list empties.
import { strategyLaunchType } from '#model/fargate-providers.ts';
import type { CapacityProviderStrategyItem } from '#model/cluster.ts';
import type { PlacementConstraintItem, PlacementStrategyItem, Service, ServiceLoadBalancer, ServiceSpec } from '#model/service.ts';
import type { AwsvpcConfiguration, LaunchType } from '#model/task.ts';
import { type DeploymentConfigurationInput, deploymentConfiguration } from './deployment-configuration.ts';

/** An update with its references resolved. Absent members keep what the service has; 0, false and [] are values. */
export interface ServiceUpdate {
  readonly desiredCount?: number | undefined;
  readonly taskDefinitionArn?: string | undefined;
  /** Empty: back to a launch type. */
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  readonly awsvpc?: AwsvpcConfiguration | undefined;
  /** As asked: `LATEST` or a number. */
  readonly platformVersion?: string | undefined;
  readonly loadBalancers?: readonly ServiceLoadBalancer[] | undefined;
  readonly serviceRegistries?: ServiceSpec['serviceRegistries'] | undefined;
  readonly serviceConnectConfiguration?: unknown;
  readonly monitoring?: unknown;
  readonly deploymentConfiguration?: DeploymentConfigurationInput | undefined;
  readonly availabilityZoneRebalancing?: 'ENABLED' | 'DISABLED' | undefined;
  readonly placementConstraints?: readonly PlacementConstraintItem[] | undefined;
  readonly placementStrategy?: readonly PlacementStrategyItem[] | undefined;
  readonly healthCheckGracePeriodSeconds?: number | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
  readonly enableECSManagedTags?: boolean | undefined;
  readonly propagateTags?: 'TASK_DEFINITION' | 'SERVICE' | 'NONE' | undefined;
}

/**
 * The service after the update (SD6, SD7, SD8). Its spec's platformVersion is left for the caller to resolve.
 * @param spec of the revision in production, which an update starts from; after a rollback it is not the service's last one
 */
export function mergeUpdate(service: Service, spec: ServiceSpec, update: ServiceUpdate): Service {
  const grace = update.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
  const asked = update.platformVersion ?? service.platformVersion;
  return {
    ...service,
    spec: mergeSpec(spec, update),
    desiredCount: update.desiredCount ?? service.desiredCount,
    deploymentConfiguration: update.deploymentConfiguration
      ? deploymentConfiguration(update.deploymentConfiguration, service, service.deploymentConfiguration)
      : service.deploymentConfiguration,
    placementConstraints: update.placementConstraints ?? service.placementConstraints,
    placementStrategy: update.placementStrategy ?? service.placementStrategy,
    availabilityZoneRebalancing: update.availabilityZoneRebalancing ?? service.availabilityZoneRebalancing,
    enableECSManagedTags: update.enableECSManagedTags ?? service.enableECSManagedTags,
    propagateTags: update.propagateTags ?? service.propagateTags,
    enableExecuteCommand: update.enableExecuteCommand ?? service.enableExecuteCommand,
    ...(grace !== undefined && { healthCheckGracePeriodSeconds: grace }),
    ...(asked !== undefined && { platformVersion: asked }),
  };
}

function mergeSpec(spec: ServiceSpec, update: ServiceUpdate): ServiceSpec {
  const { launchType: _launchType, ...rest } = spec;
  const connect = update.serviceConnectConfiguration ?? spec.serviceConnectConfiguration;
  const monitoring = update.monitoring ?? spec.monitoring;
  const awsvpc = update.awsvpc ?? spec.awsvpc;
  return {
    ...rest,
    ...capacity(spec, update.capacityProviderStrategy),
    taskDefinitionArn: update.taskDefinitionArn ?? spec.taskDefinitionArn,
    loadBalancers: update.loadBalancers ?? spec.loadBalancers,
    serviceRegistries: update.serviceRegistries ?? spec.serviceRegistries,
    ...(awsvpc !== undefined && { awsvpc }),
    ...(connect !== undefined && { serviceConnectConfiguration: connect }),
    ...(monitoring !== undefined && { monitoring }),
  };
}

/** A strategy and a launch type exclude each other; without a strategy the launch type is that which its providers stood for. */
function capacity(
  spec: ServiceSpec,
  asked: readonly CapacityProviderStrategyItem[] | undefined,
): { launchType?: LaunchType; capacityProviderStrategy: readonly CapacityProviderStrategyItem[] } {
  if (asked?.length) return { capacityProviderStrategy: asked };
  if (asked === undefined) return { ...(spec.launchType && { launchType: spec.launchType }), capacityProviderStrategy: spec.capacityProviderStrategy };
  return { launchType: effectiveLaunchType(spec), capacityProviderStrategy: [] };
}

/** What tasks of a spec are launched as: a strategy has providers of one kind. */
export function effectiveLaunchType(spec: Pick<ServiceSpec, 'launchType' | 'capacityProviderStrategy'>): LaunchType {
  return spec.launchType ?? strategyLaunchType(spec.capacityProviderStrategy) ?? 'EC2';
}
