// The constraints of the CloudWatch Logs model, checked together before anything else, as AWS's front end does:
// every violation is named in one InvalidParameterException, in the order of the model's members.
import type { AwsError } from '#wire/aws-error.ts';
import { invalidParameter } from './errors.ts';

/** What a member must satisfy, and its path and value when it does not. */
export interface Constraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
  /** As the model writes it: the whole value must match. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

export const constraints = {
  groupName: { minLength: 1, maxLength: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' },
  groupNamePattern: { maxLength: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' },
  /** Up to five names or, after a caret, prefixes. */
  groupNameRegex: { minLength: 3, maxLength: 129, pattern: '(\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}' },
  groupIdentifier: { minLength: 1, maxLength: 2048, pattern: '[\\w#+=/:,.@-]*' },
  streamName: { minLength: 1, maxLength: 512, pattern: '[^:*]*' },
  groupClass: { oneOf: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS'] },
  orderBy: { oneOf: ['LogStreamName', 'LastEventTime'] },
  describeLimit: { minValue: 1, maxValue: 50 },
  listLimit: { minValue: 1, maxValue: 1000 },
  eventsLimit: { minValue: 1, maxValue: 10_000 },
  timestamp: { minValue: 0 },
  token: { minLength: 1 },
  filterPattern: { maxLength: 1024 },
  resourceArn: { minLength: 1, maxLength: 1011, pattern: '[\\w+=/:,.@-]*' },
  tagKey: { minLength: 1, maxLength: 128, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)' },
  tagValue: { maxLength: 256, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' },
} satisfies Record<string, Constraint>;

type Value = string | number | undefined;
/** [value, path, what it must satisfy]; an absent value satisfies everything. */
export type Check = readonly [Value, string, Constraint];

/** Throws InvalidParameterException naming every check that fails. */
export function validate(...checks: readonly Check[]): void {
  const violations = checks.flatMap(([value, path, constraint]) => violationsOf(value, path, constraint));
  if (violations.length > 0) throw constraintError(violations);
}

/** A length constraint on a list, whose items are not quoted back. */
export function validateCount(count: number, path: string, min: number, max: number): void {
  if (count > max) throw constraintError([violation(undefined, path, `Member must have length less than or equal to ${max}`)]);
  if (count < min) throw constraintError([violation(undefined, path, `Member must have length greater than or equal to ${min}`)]);
}

/** One sentence of the error. `value` null is an absent member; undefined is one too long to quote. */
export function violation(value: string | number | null | undefined, path: string, rule: string): string {
  const quoted = value === undefined ? '' : value === null ? ' null' : ` '${value}'`;
  return `Value${quoted} at '${path}' failed to satisfy constraint: ${rule}`;
}

export function constraintError(violations: readonly string[]): AwsError {
  const errors = violations.length === 1 ? 'validation error' : 'validation errors';
  return invalidParameter(`${violations.length} ${errors} detected: ${violations.join('; ')}`);
}

function violationsOf(value: Value, path: string, constraint: Constraint): string[] {
  if (value === undefined) return [];
  const { minLength = 0, maxLength = Infinity, minValue = -Infinity, maxValue = Infinity, pattern, oneOf } = constraint;
  const rules: string[] = [];
  if (typeof value === 'number') {
    if (value > maxValue) rules.push(`Member must have value less than or equal to ${maxValue}`);
    if (value < minValue) rules.push(`Member must have value greater than or equal to ${minValue}`);
  } else {
    if (oneOf && !oneOf.includes(value)) rules.push(`Member must satisfy enum value set: [${oneOf.join(', ')}]`);
    if (value.length > maxLength) rules.push(`Member must have length less than or equal to ${maxLength}`);
    if (value.length < minLength) rules.push(`Member must have length greater than or equal to ${minLength}`);
    if (pattern && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) rules.push(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  return rules.map((rule) => violation(value, path, rule));
}
