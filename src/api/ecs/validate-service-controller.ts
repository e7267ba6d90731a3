// What the deployment controller of a service leaves to the service: EXTERNAL keeps most of it in task sets, CODE_DEPLOY
// changes it through CodeDeploy.
import type { DeploymentControllerType, Service } from '#model/service.ts';
import { invalidParameter, unsupportedFeature } from './errors.ts';
import type { CreateServiceRequest, Shape, UpdateServiceRequest } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

const CONTROLLERS = ['ECS', 'CODE_DEPLOY', 'EXTERNAL'] as const satisfies readonly DeploymentControllerType[];

/** The controller asked for, ECS by default. Throws InvalidParameterException. */
export function askedController(input: Shape<CreateServiceRequest>): DeploymentControllerType {
  return optionalOneOf('deploymentController.type', input.deploymentController?.type, CONTROLLERS) ?? 'ECS';
}

/** Throws InvalidParameterException for what a new EXTERNAL service may not say. */
export function checkNewService(input: Shape<CreateServiceRequest>, controller: DeploymentControllerType): void {
  if (controller !== 'EXTERNAL') return;
  if (input.taskDefinition) throw invalidParameter('TaskDefinition must be blank');
  if (input.loadBalancers?.length) throw invalidParameter('LoadBalancers must be empty or null.');
  if (input.serviceRegistries?.length) throw invalidParameter('ServiceRegistries must be empty or null.');
  if (input.capacityProviderStrategy?.length) throw invalidParameter('CapacityProviderStrategy must be empty or null.');
  if (input.platformVersion) throw invalidParameter('PlatformVersion must be blank');
  if (input.role) throw invalidParameter('Role must be blank');
}

/** Members that start a deployment, as ECS calls them where it refuses them. */
const LEFT_TO_CONTROLLER: readonly (readonly [keyof Shape<UpdateServiceRequest>, string])[] = [
  ['taskDefinition', 'update task definition'],
  ['networkConfiguration', 'update network parameters'],
  ['loadBalancers', 'update load balancers'],
  ['serviceRegistries', 'update service registries'],
  ['platformVersion', 'update platform version'],
  ['capacityProviderStrategy', 'update capacity provider strategy'],
  ['serviceConnectConfiguration', 'update Service Connect configuration'],
];

/** Throws InvalidParameterException for what only the controller may change, UnsupportedFeatureException for another controller. */
export function checkUpdatedService(input: Shape<UpdateServiceRequest>, service: Service): void {
  const asked = optionalOneOf('deploymentController.type', input.deploymentController?.type, CONTROLLERS);
  const controller = service.deploymentController;
  if (asked !== undefined && asked !== controller) throw unsupportedFeature('Changing the deployment controller is not supported by Longshore yet.');
  if (controller === 'ECS') return;
  const hint = controller === 'CODE_DEPLOY' ? ' Use AWS CodeDeploy to trigger a new deployment.' : '';
  for (const [name, words] of LEFT_TO_CONTROLLER) {
    if (isGiven(input[name])) throw invalidParameter(`Unable to ${words} on services with a ${controller} deployment controller.${hint}`);
  }
  if (input.forceNewDeployment) throw invalidParameter(`Cannot force a new deployment on services with a ${controller} deployment controller.${hint}`);
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
