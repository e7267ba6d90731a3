// The role ECS would use to call the load balancer: the service-linked one, or the one that was given.
import type { ServiceSpec } from '#model/service.ts';
import type { Scope } from './arns.ts';
import { invalidParameter } from './errors.ts';

/** Its ARN, or undefined for services that need none. Throws InvalidParameterException for a role that may not be given. */
export function serviceRole(scope: Scope, asked: string | undefined, spec: ServiceSpec): string | undefined {
  const needsLinked = spec.awsvpc !== undefined || spec.serviceRegistries.length > 0 || spec.loadBalancers.length > 1;
  if (asked) {
    if (needsLinked) throw invalidParameter('You cannot specify an IAM role for services that require a service linked role.');
    if (spec.loadBalancers.length === 0) throw invalidParameter('IAM roles are only valid for services configured to use load balancers.');
    return asked.startsWith('arn:') ? asked : `arn:aws:iam::${scope.account}:role/${asked.replace(/^\//, '')}`;
  }
  if (!needsLinked && spec.loadBalancers.length === 0) return undefined;
  return `arn:aws:iam::${scope.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`;
}
