// The constraints that an AWS model puts on members, checked before anything else: all violations in one ValidationException, in the
// words of AWS's front end. For the services that say ValidationException.
import { AwsError } from '#wire/aws-error.ts';

export interface Limit {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
  /** As the model writes it: the whole value must match. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

/** [value, path, what it must satisfy]; an absent value satisfies everything. A list is held to its length. */
export type LimitCheck = readonly [string | number | readonly unknown[] | Uint8Array | undefined, string, Limit];

/** Throws ValidationException naming every check that fails. */
export function checkLimits(...checks: readonly LimitCheck[]): void {
  const found = checks.flatMap(([value, path, limit]) => (value === undefined ? [] : violations(value, path, limit)));
  if (found.length === 0) return;
  throw validation(`${found.length} validation error${found.length === 1 ? '' : 's'} detected: ${found.join('; ')}`);
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function violations(value: NonNullable<LimitCheck[0]>, path: string, limit: Limit): string[] {
  const rules: string[] = [];
  const { minLength = 0, maxLength = Infinity, minValue = -Infinity, maxValue = Infinity, oneOf, pattern } = limit;
  if (typeof value === 'number') {
    if (value > maxValue) rules.push(`Member must have value less than or equal to ${maxValue}`);
    if (value < minValue) rules.push(`Member must have value greater than or equal to ${minValue}`);
  } else {
    if (typeof value === 'string' && oneOf !== undefined && !oneOf.includes(value)) rules.push(`Member must satisfy enum value set: [${oneOf.join(', ')}]`);
    if (value.length > maxLength) rules.push(`Member must have length less than or equal to ${maxLength}`);
    if (value.length < minLength) rules.push(`Member must have length greater than or equal to ${minLength}`);
    if (typeof value === 'string' && pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
      rules.push(`Member must satisfy regular expression pattern: ${pattern}`);
    }
  }
  // A long value is not quoted back, and bytes may be a secret.
  const quoted = typeof value === 'number' || (typeof value === 'string' && value.length <= 256) ? ` '${value}'` : '';
  return rules.map((rule) => `Value${quoted} at '${path}' failed to satisfy constraint: ${rule}`);
}
