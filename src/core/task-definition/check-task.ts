// Rules TD1 to TD9 (the shape of the task definition) and those about it as a whole (TD58 to TD64).
import { parseMemberOf } from '../placement/member-of.ts';
import { enumViolation } from './check-enums.ts';
import type { Draft } from './draft.ts';
import type { Violation } from './violation.ts';

const MAX_CONTAINERS = 10;
const MAX_BYTES = 65_536;
const MAX_NAME = 255;
const MAX_CONSTRAINTS = 10;
const NAME = /^[a-zA-Z0-9_-]+$/;
const ROLE = /^(arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}|[\w+=,.@-]{1,64})$/;

export const shapeChecks: readonly ((draft: Draft) => Violation | undefined)[] = [
  ({ family }) => (family ? undefined : { rule: 'TD1' }),
  ({ family = '' }) => (family.length > MAX_NAME ? { rule: 'TD2' } : undefined),
  ({ family = '' }) => (NAME.test(family) ? undefined : { rule: 'TD3' }),
  ({ containerDefinitions }) => (containerDefinitions?.length ? undefined : { rule: 'TD4' }),
  ({ containerDefinitions = [] }) => (containerDefinitions.length > MAX_CONTAINERS ? { rule: 'TD5' } : undefined),
  enumViolation,
  (draft) => {
    const bytes = jsonBytes(draft);
    return bytes > MAX_BYTES ? { rule: 'TD7', value: String(bytes) } : undefined;
  },
  ({ containerDefinitions = [] }) => {
    const names = containerDefinitions.map((c) => c.name ?? '');
    const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
    return twice === undefined ? undefined : { rule: 'TD8', container: twice };
  },
  ({ containerDefinitions = [] }) => (containerDefinitions.some((c) => c.essential ?? true) ? undefined : { rule: 'TD9' }),
];

export const taskChecks: readonly ((draft: Draft) => Violation | undefined)[] = [
  (draft) => roleViolation('taskRoleArn', draft.taskRoleArn) ?? roleViolation('executionRoleArn', draft.executionRoleArn),
  constraintViolation,
  proxyViolation,
  ({ ephemeralStorage }) => {
    const size = ephemeralStorage?.sizeInGiB;
    if (!ephemeralStorage) return undefined;
    return size === undefined || size < 21 || size > 200 ? { rule: 'TD61', value: String(size) } : undefined;
  },
  ({ inferenceAccelerators = [] }) => {
    const names = inferenceAccelerators.map((accelerator) => accelerator.deviceName ?? '');
    const bad = names.find((name, i) => name === '' || names.indexOf(name) !== i);
    return bad === undefined ? undefined : { rule: 'TD62', value: bad };
  },
  ({ containerDefinitions = [] }) => {
    const routers = containerDefinitions.filter((c) => c.firelensConfiguration !== undefined).length;
    if (routers > 1) return { rule: 'TD63' };
    const user = containerDefinitions.find((c) => c.logConfiguration?.logDriver === 'awsfirelens');
    return user && routers === 0 ? { rule: 'TD63', container: user.name ?? '' } : undefined;
  },
  ({ requiresCompatibilities = [], networkMode }) =>
    requiresCompatibilities.includes('EXTERNAL') && networkMode === 'awsvpc' ? { rule: 'TD64' } : undefined,
];

function roleViolation(member: string, role: string | undefined): Violation | undefined {
  return !role || ROLE.test(role) ? undefined : { rule: 'TD58', member, value: role };
}

function constraintViolation({ placementConstraints = [] }: Draft): Violation | undefined {
  if (placementConstraints.length > MAX_CONSTRAINTS) return { rule: 'TD59' };
  const bad = placementConstraints.find(({ type, expression }) => type !== 'memberOf' || !expression);
  if (bad) return { rule: 'TD59', value: bad.type ?? '' };
  const unread = placementConstraints.map(({ expression }) => parseMemberOf(expression)).find((parsed) => !parsed.ok);
  return unread && { rule: 'TD59', member: 'expression', value: unread.reason };
}

function proxyViolation({ proxyConfiguration: proxy, networkMode, containerDefinitions = [] }: Draft): Violation | undefined {
  if (!proxy) return undefined;
  if (networkMode !== 'awsvpc') return { rule: 'TD60', member: 'networkMode' };
  const known = containerDefinitions.some((c) => c.name === proxy.containerName);
  return known ? undefined : { rule: 'TD60', member: 'containerName', value: proxy.containerName ?? '' };
}

/** Bytes of the definition as JSON in UTF-8; a lower bound when it is short. */
function jsonBytes(draft: Draft): number {
  const text = JSON.stringify(draft);
  // No character takes more than three bytes a unit: what is far below the limit needs no counting.
  if (text.length * 3 <= MAX_BYTES) return text.length;
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a surrogate pair stands for two of its four bytes.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
