// Auto Scaling's errors: its codes, and its texts as clients have seen them.
import { AwsError } from '#wire/aws-error.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function groupNotFound(): AwsError {
  return validationError('AutoScalingGroup name not found - null');
}

export function alreadyExists(name: string): AwsError {
  return new AwsError('AlreadyExists', `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`);
}

export function resourceInUse(message: string): AwsError {
  return new AwsError('ResourceInUse', message);
}

export function scalingInProgress(): AwsError {
  return new AwsError('ScalingActivityInProgress', 'You cannot change an AutoScalingGroup that is being deleted.');
}

export function instanceNotFound(id: string): AwsError {
  return validationError(`Instance Id not found - No managed instance found for instance ID ${id}`);
}

/** For what AWS has and Longshore does not: an answer that pretended would be worse. */
export function unsupportedFeature(what: string): AwsError {
  return validationError(`Longshore does not support ${what} yet.`);
}
