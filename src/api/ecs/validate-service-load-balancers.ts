// Load balancers of a service, asked about in the account and region of the caller.
import { checkLoadBalancers, type LoadBalancerFacts } from '#core/service-definition/check-load-balancers.ts';
import { type Action, listenerOfDefaultRule, listeners, loadBalancers, rules, targetGroups } from '#model/load-balancer.ts';
import type { DeploymentStrategy, ServiceLoadBalancer } from '#model/service.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import { scopeKey, type Scope } from './arns.ts';
import { serviceViolationError } from './service-messages.ts';

/** Throws InvalidParameterException. */
export function validLoadBalancers(
  reader: Reader,
  scope: Scope,
  list: readonly ServiceLoadBalancer[],
  definition: TaskDefinition,
  strategy: DeploymentStrategy,
): void {
  const violation = checkLoadBalancers(list, definition, strategy, factsOf(reader, scope));
  if (violation) throw serviceViolationError(violation);
}

function factsOf(reader: Reader, scope: Scope): LoadBalancerFacts {
  const isOwn = (row: Scope): boolean => row.account === scope.account && row.region === scope.region;
  return {
    targetGroup(arn) {
      const group = reader.get(targetGroups, arn);
      return group && isOwn(group) ? { targetType: group.targetType, hasLoadBalancer: isForwardedTo(reader, scope, arn) } : undefined;
    },
    hasRule(arn) {
      const row = reader.get(rules, arn) ?? reader.get(listeners, listenerOfDefaultRule(arn) ?? arn);
      return row !== undefined && isOwn(row);
    },
  };
}

/** Whether a listener's default action or one of its rules forwards to the target group. */
function isForwardedTo(reader: Reader, scope: Scope, arn: string): boolean {
  const forwards = (actions: readonly Action[]): boolean =>
    actions.some((action) => action.type === 'forward' && action.targets.some((target) => target.targetGroupArn === arn));
  for (const balancer of reader.by(loadBalancers, 'scope', scopeKey(scope))) {
    for (const listener of reader.by(listeners, 'loadBalancer', balancer.arn)) {
      if (forwards(listener.defaultActions)) return true;
      for (const rule of reader.by(rules, 'listener', listener.arn)) if (forwards(rule.actions)) return true;
    }
  }
  return false;
}
