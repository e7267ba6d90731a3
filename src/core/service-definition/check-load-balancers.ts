// Load balancers of a service: containers and ports must be the task definition's, target groups must be there, fit the network
// mode and have a load balancer; strategies that shift traffic need a second target group and a rule to shift (SD23 to SD31).
import type { DeploymentStrategy, ServiceLoadBalancer } from '#model/service.ts';
import type { ContainerDefinition, TaskDefinition } from '#model/task-definition.ts';
import { firstOf, type Violation } from './violation.ts';

const MAX_LOAD_BALANCERS = 5;

/** What is known of the load balancers there are. */
export interface LoadBalancerFacts {
  /** Undefined when there is no such target group. */
  readonly targetGroup: (arn: string) => { readonly targetType: 'instance' | 'ip'; readonly hasLoadBalancer: boolean } | undefined;
  /** Whether there is such a listener rule, or a listener of a network load balancer. */
  readonly hasRule: (arn: string) => boolean;
}

/** The first rule one of them breaks. */
export function checkLoadBalancers(
  list: readonly ServiceLoadBalancer[],
  definition: Pick<TaskDefinition, 'containerDefinitions' | 'networkMode'>,
  strategy: DeploymentStrategy,
  facts: LoadBalancerFacts,
): Violation | undefined {
  if (list.length > MAX_LOAD_BALANCERS) return { rule: 'SD23' };
  for (const item of list) {
    const violation = firstOf(
      () => checkKind(item),
      () => checkContainer(item, definition.containerDefinitions),
      () => checkTargetGroup(item.targetGroupArn, definition, facts, true),
      () => (strategy === 'ROLLING' ? undefined : checkShiftable(item, definition, facts)),
    );
    if (violation) return violation;
  }
  return undefined;
}

function checkKind(item: ServiceLoadBalancer): Violation | undefined {
  if (item.targetGroupArn && item.loadBalancerName) return { rule: 'SD24', member: 'both' };
  if (!item.targetGroupArn && !item.loadBalancerName) return { rule: 'SD24', member: 'neither' };
  return item.loadBalancerName ? { rule: 'SD25', value: item.loadBalancerName } : undefined;
}

function checkContainer(item: ServiceLoadBalancer, containers: readonly ContainerDefinition[]): Violation | undefined {
  const { containerName, containerPort } = item;
  if (!containerName) return { rule: 'SD26' };
  const container = containers.find((c) => c.name === containerName);
  if (!container) return { rule: 'SD27', container: containerName };
  const mapped = container.portMappings?.some((mapping) => mapping.containerPort === containerPort);
  return mapped ? undefined : { rule: 'SD28', container: containerName, value: String(containerPort ?? '') };
}

function checkTargetGroup(
  arn: string | undefined,
  { networkMode = 'bridge' }: Pick<TaskDefinition, 'networkMode'>,
  facts: LoadBalancerFacts,
  served: boolean,
): Violation | undefined {
  if (!arn) return undefined;
  const group = facts.targetGroup(arn);
  if (!group) return { rule: 'SD29', value: arn };
  const wanted = networkMode === 'awsvpc' ? 'ip' : 'instance';
  if (group.targetType !== wanted) return { rule: 'SD30', value: arn, member: `${group.targetType}/${networkMode}` };
  return served && !group.hasLoadBalancer ? { rule: 'SD31', value: arn } : undefined;
}

function checkShiftable(item: ServiceLoadBalancer, definition: Pick<TaskDefinition, 'networkMode'>, facts: LoadBalancerFacts): Violation | undefined {
  const { alternateTargetGroupArn: alternate, productionListenerRule: production, testListenerRule: test, roleArn } = item.advancedConfiguration ?? {};
  if (!alternate) return { rule: 'SD32', member: 'alternateTargetGroupArn' };
  if (!production) return { rule: 'SD32', member: 'productionListenerRule' };
  if (!roleArn) return { rule: 'SD32', member: 'roleArn' };
  if (alternate === item.targetGroupArn) return { rule: 'SD33', member: 'same', value: alternate };
  // The alternate gets its place in the rule when traffic is shifted for the first time.
  const wrong = checkTargetGroup(alternate, definition, facts, false);
  if (wrong) return wrong;
  const missing = [production, test].find((rule) => rule && !facts.hasRule(rule));
  return missing ? { rule: 'SD33', member: 'rule', value: missing } : undefined;
}
