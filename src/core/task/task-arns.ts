// The ARNs of a task and of its containers.
import { arn } from '#model/arn.ts';

/** Account and region: the scope of a name. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

export function taskArn(scope: Scope, cluster: string, id: string): string {
  return arn('ecs', scope.region, scope.account, `task/${cluster}/${id}`);
}

export function containerArn(scope: Scope, cluster: string, taskId: string, id: string): string {
  return arn('ecs', scope.region, scope.account, `container/${cluster}/${taskId}/${id}`);
}
