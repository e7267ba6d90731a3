// ECS's words for what core/task-definition found wrong, by the rules of its SPEC.md. Where no real answer of ECS was at
// hand the text is ours in ECS's manner; those are marked (ours) in SPEC.md.
import type { Rule, Violation } from '#core/task-definition/violation.ts';
import type { AwsError } from '#wire/aws-error.ts';
import { clientException, invalidParameter } from './errors.ts';

type Text = (violation: Violation) => string;

const DOCS = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';
const notInContainer: Text = ({ member, container }) => `Invalid '${member}' setting for container '${container}'.`;

const TASK_TEXTS = {
  TD1: () => 'Family should not be null or empty.',
  TD2: () => 'Family must be at most 255 characters in length.',
  TD3: () => 'Family contains invalid characters.',
  TD4: () => 'Container list cannot be empty.',
  TD5: () => 'Task definition cannot have more than 10 containers.',
  TD6: ({ member, allowed }) => `${member} should be one of [${allowed?.join(',')}]`,
  TD7: ({ value }) => `Actual length: '${value}'. Max allowed length is '65536' bytes.`,
  TD8: ({ container }) => `Container names must be unique within a task definition. Duplicate name: '${container}'.`,
  TD9: () => 'At least one container in the task definition must be marked as essential.',
  TD10: () => 'volume.name should not be null or empty.',
  TD11: () => 'volume.name contains invalid characters.',
  TD12: ({ value }) => `Volume names must be unique within a task definition. Duplicate name: '${value}'.`,
  TD13: ({ value }) => `Volume '${value}' can have only one configuration.`,
  TD14: () => 'Only one volume of a task definition can be configured at launch.',
  TD15: ({ value, member }) => `Invalid '${member}' setting for volume '${value}'.`,
} satisfies Partial<Record<Rule, Text>>;

const CONTAINER_TEXTS = {
  TD16: () => 'Container.name should not be null or empty.',
  TD17: () => 'Container.name must be at most 255 characters in length.',
  TD18: () => 'Container.name contains invalid characters.',
  TD19: () => 'Container.image should not be null or empty.',
  TD20: () => 'Container.image contains invalid characters.',
  TD21: ({ container }) => `Invalid 'cpu' setting for container '${container}'.`,
  TD22: notInContainer,
  TD23: ({ container }) => `Invalid setting for container '${container}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
  TD24: ({ container }) => `Invalid setting for container '${container}'. 'memory' must be greater than or equal to 'memoryReservation'.`,
  TD25: ({ container }) => `Environment variable name should not be null or empty in container '${container}'.`,
  TD26: ({ container }) => `Invalid 'environmentFiles' setting for container '${container}'. Up to 10 files with the extension .env are allowed.`,
  TD27: ({ container, member, value }) =>
    member === 'networkMode' ? `Links are not supported when networkMode=${value}.` : `Invalid link '${value}' in container '${container}'.`,
  TD28: ({ value }) => `hostname is not supported on container when networkMode=${value}.`,
  TD29: ({ container, member, value }) =>
    member === 'networkMode'
      ? `Extra hosts are not supported when networkMode=${value}.`
      : `Invalid extra host '${value}' in container '${container}'.`,
  TD30: ({ container, member, value }) =>
    member === 'containerPath' ? `Mount point containerPath should not be null or empty in container '${container}'.` : `Unknown volume '${value}'.`,
  TD31: ({ value }) => `Unknown container '${value}' in volumesFrom.`,
  TD32: ({ container, member }) => `Invalid healthCheck '${member}' setting for container '${container}'.`,
  TD33: ({ container, value }) => `Invalid ulimit '${value}' for container '${container}'.`,
  TD34: notInContainer,
  TD35: notInContainer,
  TD36: ({ container, member }) => `Invalid restartPolicy '${member}' setting for container '${container}'.`,
  TD37: ({ member, allowed, value }) =>
    member === 'awslogs' ? `Log driver awslogs requires options: ${allowed?.join(', ')}` : `Invalid value '${value}' for the log option 'mode'.`,
  TD38: secretText,
  TD39: ({ container, value }) => `Invalid system control '${value}' for container '${container}'.`,
  TD40: ({ container, member, value }) => `Invalid ${member} resource requirement '${value}' for container '${container}'.`,
  TD41: ({ container, value }) => `Invalid dockerSecurityOptions value '${value}' for container '${container}'.`,
  TD42: ({ container }) => `Port mappings are not supported when networkMode=none. Container: '${container}'.`,
  TD43: ({ container }) => `Invalid 'containerPort' setting for container '${container}'.`,
  TD44: ({ container }) => `Invalid 'hostPort' setting for container '${container}'.`,
  TD45: ({ value }) => `When networkMode=${value}, the host ports and container ports in port mappings must match.`,
  TD46: ({ container, value }) =>
    `Invalid port mapping name '${value}' for container '${container}'. Up to 64 lowercase letters, numbers, underscores and hyphens are allowed, and it cannot start with a hyphen.`,
  TD47: ({ value }) => `Port mapping names must be unique within a task definition. Duplicate name: '${value}'.`,
  TD48: ({ member, value }) => `${member} host port '${value}' is mapped multiple times in task.`,
  TD49: ({ container }) => `Invalid 'containerPortRange' setting for container '${container}'.`,
  TD50: ({ container, value }) => `Container '${container}' depends on the unknown container '${value}'.`,
  TD51: () => 'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
  TD52: ({ value }) => `A dependency container with HEALTHY condition must have a health check. Container: '${value}'.`,
  TD53: ({ container }) => `The container dependencies have a cycle. Container: '${container}'.`,
} satisfies Partial<Record<Rule, Text>>;

const SIZE_AND_FARGATE_TEXTS = {
  TD54: () => `Invalid 'cpu' setting for task. ${DOCS}`,
  TD55: () => `Invalid 'memory' setting for task. ${DOCS}`,
  TD56: () => "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
  TD57: ({ container }) =>
    container === undefined
      ? "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'."
      : `Invalid setting for container '${container}'. Its memory cannot be greater than the value of the task 'memory'.`,
  TD58: () => 'Role is not valid',
  TD59: ({ member, value }) => {
    if (member === 'expression' && value !== undefined) return value;
    // aws-samples/aws-cdk-examples#628
    if (value && value !== 'memberOf') return `constraint.type '${value}' is not supported.`;
    return "Invalid placement constraint. A task definition can have up to 10 constraints of the type 'memberOf', each with an expression.";
  },
  TD60: ({ member }) =>
    member === 'networkMode' ? 'proxyConfiguration requires networkMode=awsvpc.' : 'proxyConfiguration.containerName must be a container of the task definition.',
  TD61: () => 'Invalid ephemeralStorage setting. sizeInGiB must be between 21 and 200.',
  TD62: () => 'Inference accelerator device names must be given and unique.',
  TD63: ({ container }) =>
    container === undefined
      ? 'Only one container of a task definition can have a firelensConfiguration.'
      : `Container '${container}' uses the log driver awsfirelens, but no container has a firelensConfiguration.`,
  TD64: () => 'External instances do not support networkMode=awsvpc.',
  TD65: () => 'Fargate only supports network mode ‘awsvpc’.',
  TD66: () => "Fargate requires that 'cpu' be defined at the task level.",
  TD67: () => "Fargate requires that 'memory' be defined at the task level.",
  TD68: ({ member, value }) =>
    `No Fargate configuration exists for given values: ${member} CPU, ${value} memory. See the Amazon ECS documentation for the valid values.`,
  TD69: () => 'Tasks using the Fargate launch type do not support ipcMode.',
  TD70: () => "Tasks using the Fargate launch type do not support pidMode 'host'.",
  TD71: ({ member }) => `Fargate compatible task definitions do not support ${member}.`,
  TD72: ({ container, value }) => `Fargate compatible task definitions do not support adding the capability ${value}. Container: '${container}'.`,
  TD73: ({ container }) => `Fargate compatible task definitions do not support resourceRequirements. Container: '${container}'.`,
  TD74: ({ value }) => `Log driver ${value} is not supported on Fargate. The supported log drivers are awslogs, splunk and awsfirelens.`,
  TD75: ({ member }) => `Fargate requires task definition to have execution role ARN to support ${member}.`,
  TD76: ({ container, member }) => `Invalid '${member}' setting for container '${container}'. On Fargate it must be between 2 and 120 seconds.`,
  TD77: ({ container }) => `Fargate only supports the config-file-type 'file' for FireLens. Container: '${container}'.`,
} satisfies Partial<Record<Rule, Text>>;

const TEXTS: Readonly<Record<Rule, Text>> = { ...TASK_TEXTS, ...CONTAINER_TEXTS, ...SIZE_AND_FARGATE_TEXTS };

/** InvalidParameterException for a value outside an enumeration and an expression that cannot be read, ClientException for everything else. */
export function violationError(violation: Violation): AwsError {
  const text = TEXTS[violation.rule](violation);
  const ofParameter = violation.rule === 'TD6' || (violation.rule === 'TD59' && violation.member === 'expression');
  return ofParameter ? invalidParameter(text) : clientException(text);
}

function secretText({ container, member, value }: Violation): string {
  if (member === 'executionRoleArn') return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
  if (member === 'repositoryCredentials') return "When you are specifying repository credentials, you must also specify a value for 'executionRoleArn'.";
  if (member === 'valueFrom') return `A secret of container '${container}' must have both a name and a valueFrom.`;
  return `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${value}'.`;
}
