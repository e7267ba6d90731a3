// The ARNs of ECS resources.
import { arn } from '#model/arn.ts';

/** Account and region: the scope of a name. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

export function clusterArn(scope: Scope, name: string): string {
  return arn('ecs', scope.region, scope.account, `cluster/${name}`);
}

export function containerInstanceArn(scope: Scope, cluster: string, id: string): string {
  return arn('ecs', scope.region, scope.account, `container-instance/${cluster}/${id}`);
}

export function taskDefinitionArn(scope: Scope, family: string, revision: number): string {
  return arn('ecs', scope.region, scope.account, `task-definition/${family}:${revision}`);
}

export function serviceArn(scope: Scope, cluster: string, name: string): string {
  return arn('ecs', scope.region, scope.account, `service/${cluster}/${name}`);
}

/** ARN of what belongs to a service: `<type>/<cluster>/<service>/<id>`. */
export function ownedByServiceArn(scope: Scope, type: 'service-deployment' | 'service-revision' | 'task-set', cluster: string, service: string, id: string): string {
  return arn('ecs', scope.region, scope.account, `${type}/${cluster}/${service}/${id}`);
}

/** Key of the family's row and value of the `family` index. */
export function familyKey(scope: Scope, family: string): string {
  return `${scope.account}/${scope.region}/${family}`;
}

/** Value of the `scope` indexes. */
export function scopeKey(scope: Scope): string {
  return `${scope.account}/${scope.region}`;
}
