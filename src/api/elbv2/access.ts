// What IAM is asked about Elastic Load Balancing: the load balancer, target group, listener or rule an input names by ARN. Describe
// operations name no resource to IAM, as in AWS.
import type { OperationAccess } from '#wire/service.ts';

const MEMBERS = ['RuleArn', 'ListenerArn', 'TargetGroupArn', 'LoadBalancerArn', 'ResourceArns', 'RulePriorities'] as const;

function arns(input: any): readonly string[] {
  for (const member of MEMBERS) {
    const value: unknown = input[member];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value.flatMap((item) => (typeof item === 'string' ? [item] : typeof item?.RuleArn === 'string' ? [item.RuleArn] : []));
  }
  return [];
}

/** For every operation that changes something. */
export function accessOf(operations: readonly string[]): Readonly<Record<string, OperationAccess>> {
  return Object.fromEntries(operations.filter((name) => !name.startsWith('Describe')).map((name) => [name, { resources: arns }]));
}

/** What of these names no resource to IAM. */
export function onAllOf(operations: readonly string[]): readonly string[] {
  return operations.filter((name) => name.startsWith('Describe'));
}
