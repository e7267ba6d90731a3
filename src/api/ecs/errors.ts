// The ECS errors by their modelled names, with the messages AWS gives. Only the exceptions of the model exist.
import { AwsError } from '#wire/aws-error.ts';

export function clientException(message: string): AwsError {
  return new AwsError('ClientException', message);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function clusterNotFound(): AwsError {
  return new AwsError('ClusterNotFoundException', 'Cluster not found.');
}

/** A cluster that was deleted: it can be described, and nothing else. */
export function clusterInactive(): AwsError {
  return new AwsError('ClusterNotFoundException', 'The referenced cluster was inactive.');
}

export function accessDenied(message: string): AwsError {
  return new AwsError('AccessDeniedException', message);
}

/** A client token that came before with other parameters. `resourceIds`: what that request made. */
export function conflict(message: string, resourceIds: readonly string[]): AwsError {
  return new AwsError('ConflictException', message, { details: { resourceIds } });
}

export function clusterContains(what: 'ContainerInstances' | 'Services' | 'Tasks'): AwsError {
  const message =
    what === 'ContainerInstances'
      ? 'The Cluster cannot be deleted while Container Instances are active or draining.'
      : `The Cluster cannot be deleted while ${what} are active.`;
  return new AwsError(`ClusterContains${what}Exception`, message);
}

export function serviceNotFound(): AwsError {
  return new AwsError('ServiceNotFoundException', 'Service not found.');
}

export function serviceNotActive(): AwsError {
  return new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
}

/** The scheduler counts a DAEMON service's tasks itself. */
export function noDesiredCount(): AwsError {
  return invalidParameter('The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again');
}

export function serviceDeploymentNotFound(): AwsError {
  return new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
}

export function taskSetNotFound(): AwsError {
  return new AwsError('TaskSetNotFoundException', 'The specified task set does not exist.');
}

export function namespaceNotFound(): AwsError {
  return new AwsError('NamespaceNotFoundException', 'The specified namespace does not exist.');
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceededException', message);
}

export function resourceNotFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

export function targetNotFound(message: string): AwsError {
  return new AwsError('TargetNotFoundException', message);
}

export function attributeLimitExceeded(message: string): AwsError {
  return new AwsError('AttributeLimitExceededException', message);
}

export function noUpdateAvailable(): AwsError {
  return new AwsError('NoUpdateAvailableException', 'There is no update available for your container agent.');
}

/** Of ExecuteCommand: AWS says no more. */
export function targetNotConnected(): AwsError {
  return new AwsError('TargetNotConnectedException', 'The execute command failed due to an internal error. Try again later.');
}

export function platformUnknown(): AwsError {
  return new AwsError('PlatformUnknownException', 'The specified platform does not exist.');
}

export function platformIncompatible(message: string): AwsError {
  return new AwsError('PlatformTaskDefinitionIncompatibilityException', message);
}

export function unsupportedFeature(message: string): AwsError {
  return new AwsError('UnsupportedFeatureException', message);
}
