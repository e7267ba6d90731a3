// ECS's words for what core/service-definition found wrong, by the rules of its SPEC.md. Where no real answer of ECS was at hand
// the text is ours in ECS's manner; those are marked (ours) in SPEC.md.
import type { Rule, Violation } from '#core/service-definition/violation.ts';
import type { AwsError } from '#wire/aws-error.ts';
import { invalidParameter } from './errors.ts';

type Text = (violation: Violation) => string;

const HOOK_FAULTS: Readonly<Record<string, string>> = {
  strategy: 'Lifecycle hooks are not supported with the ROLLING deployment strategy.',
  lifecycleStages: 'lifecycleStages can not be empty for a lifecycle hook.',
  timeoutInMinutes: 'timeoutInMinutes of a lifecycle hook must be between 1 and 20160.',
  'hookTargetArn of PAUSE': 'hookTargetArn is not supported for PAUSE lifecycle hooks.',
  PAUSE: 'PAUSE lifecycle hooks are not supported at the TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT stages.',
  hookTargetArn: 'hookTargetArn is required for AWS_LAMBDA lifecycle hooks.',
  roleArn: 'roleArn is required for AWS_LAMBDA lifecycle hooks.',
};

const DEPLOYMENT_TEXTS = {
  SD11: ({ member }) => (member === 'maximumPercent' ? 'maximumPercent must be greater than or equal to 100.' : 'minimumHealthyPercent must be between 0 and 100.'),
  SD12: () =>
    'The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. Change the maximumPercent value to 100, and try again',
  SD13: () => 'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
  SD14: ({ value, member }) => `The ${value} deployment strategy is not supported with the ${member}.`,
  SD15: ({ member }) =>
    member === 'rollback'
      ? 'The deployment circuit breaker must be enabled to use rollback.'
      : 'The deployment circuit breaker can only be used for services using the rolling update (ECS) deployment type.',
  SD16: () => 'The threshold of the deployment circuit breaker must be an integer of at least 1, and at most 100 for BOUNDED_PERCENT.',
  SD17: ({ member }) =>
    member === 'alarmNames' ? 'At least one alarm name is required when deployment alarms are enabled.' : 'Deployment alarms can only be used for services using the ECS deployment controller.',
  SD18: earlySuccessText,
  SD19: ({ member }) =>
    member === 'missing' ? 'bakeTimeInMinutes is required when the deployment strategy is BLUE_GREEN.' : `${member} must be between 0 and 1440.`,
  SD20: ({ member, value }) => `${member} is only valid when the deployment strategy is ${value}.`,
  SD21: ({ member, value }) => `${member} must be a multiple of 0.1 from ${value} to 100.0.`,
  SD22: ({ member = '' }) => HOOK_FAULTS[member] ?? 'Invalid lifecycle hook.',
} satisfies Partial<Record<Rule, Text>>;

const LOAD_BALANCER_TEXTS = {
  SD23: () => 'loadBalancers can have at most 5 items.',
  SD24: ({ member }) =>
    member === 'both' ? 'loadBalancerName and targetGroupArn cannot both be specified.' : 'Either a loadBalancerName or a targetGroupArn must be specified.',
  SD25: () =>
    'Unable to assume role and validate the listeners configured on your load balancer. Please verify that the ECS service role being passed has the proper permissions.',
  SD26: () => 'Container Name can not be blank.',
  SD27: ({ container }) => `The container ${container} does not exist in the task definition.`,
  SD28: ({ container, value }) => `The container ${container} did not have a container port ${value} defined.`,
  SD29: () =>
    'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
  SD30: ({ value, member = '' }) => {
    const [type, mode] = member.split('/');
    return `The provided target group ${value} has target type ${type}, which is incompatible with the ${mode} network mode specified in the task definition.`;
  },
  SD31: ({ value }) => `The target group with targetGroupArn ${value} does not have an associated load balancer.`,
  SD32: ({ member }) => `${member} is required in advancedConfiguration when the deployment strategy is BLUE_GREEN, LINEAR or CANARY.`,
  SD33: ({ member, value }) =>
    member === 'same' ? `alternateTargetGroupArn must differ from targetGroupArn: ${value}` : `The listener rule ${value} does not exist.`,
} satisfies Partial<Record<Rule, Text>>;

const TEXTS: Readonly<Record<Rule, Text>> = { ...DEPLOYMENT_TEXTS, ...LOAD_BALANCER_TEXTS };

/** InvalidParameterException, whatever the rule. */
export function serviceViolationError(violation: Violation): AwsError {
  return invalidParameter(TEXTS[violation.rule](violation));
}

function earlySuccessText({ member }: Violation): string {
  if (member === 'strategy') return 'earlySuccessCriteria can only be used with the ROLLING deployment strategy.';
  if (member === 'range') return 'healthyPercent must be an integer between minimumHealthyPercent and 100.';
  return 'healthyPercent and sourceServiceRevisionCleanup are required when earlySuccessCriteria is enabled.';
}
