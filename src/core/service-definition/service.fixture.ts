// Services and deployment configurations for tests.
import type { DeploymentConfiguration, Service, ServiceSpec } from '#model/service.ts';
import { deploymentConfiguration, type DeploymentConfigurationInput, type ServiceKind } from './deployment-configuration.ts';

export const REPLICA: ServiceKind = { schedulingStrategy: 'REPLICA', deploymentController: 'ECS' };
export const DAEMON: ServiceKind = { schedulingStrategy: 'DAEMON', deploymentController: 'ECS' };

export const SPEC: ServiceSpec = {
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/app:1',
  launchType: 'EC2',
  capacityProviderStrategy: [],
  loadBalancers: [{ targetGroupArn: 'tg', containerName: 'app', containerPort: 80 }],
  serviceRegistries: [],
};

export const SERVICE: Service = {
  arn: 'arn:aws:ecs:us-east-1:000000000000:service/default/web',
  account: '000000000000',
  region: 'us-east-1',
  clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/default',
  name: 'web',
  status: 'ACTIVE',
  ...REPLICA,
  desiredCount: 3,
  spec: SPEC,
  deploymentConfiguration: deploymentConfiguration(undefined, REPLICA),
  placementConstraints: [],
  placementStrategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
  healthCheckGracePeriodSeconds: 30,
  availabilityZoneRebalancing: 'ENABLED',
  enableECSManagedTags: true,
  propagateTags: 'SERVICE',
  enableExecuteCommand: true,
  platformVersion: 'LATEST',
  createdBy: 'arn:aws:iam::000000000000:root',
  createdAt: 0,
  tags: [],
};

/** A REPLICA service's configuration as it is after defaults. */
export function configuration(input: DeploymentConfigurationInput, kind: ServiceKind = REPLICA): DeploymentConfiguration {
  return deploymentConfiguration(input, kind);
}
