// ELBv2's errors: its codes, and its texts as clients have seen them.
import { AwsError } from '#wire/aws-error.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function invalidConfiguration(message: string): AwsError {
  return new AwsError('InvalidConfigurationRequest', message);
}

/** For what AWS has and Longshore does not: an answer that pretended would be worse. */
export function unsupportedFeature(what: string): AwsError {
  return new AwsError('UnsupportedOperation', `Longshore does not support ${what} yet.`);
}

const NOT_FOUND = {
  loadBalancer: ['LoadBalancerNotFound', 'One or more load balancers not found'],
  listener: ['ListenerNotFound', 'One or more listeners not found'],
  rule: ['RuleNotFound', 'One or more rules not found'],
  targetGroup: ['TargetGroupNotFound', 'One or more target groups not found'],
} as const;

export function notFound(kind: keyof typeof NOT_FOUND): AwsError {
  const [code, message] = NOT_FOUND[kind];
  return new AwsError(code, message);
}

/** A load balancer that was asked for by its ARN or its name. */
export function loadBalancerNotFound(name: string): AwsError {
  return new AwsError('LoadBalancerNotFound', `Load balancer '${name}' not found`);
}

export function resourceInUse(message: string): AwsError {
  return new AwsError('ResourceInUse', message);
}

export function operationNotPermitted(message: string): AwsError {
  return new AwsError('OperationNotPermitted', message);
}
