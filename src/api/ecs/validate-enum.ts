// Enumerated members: the SDK's schemas carry them as strings, so which strings are allowed is checked here.
import { invalidParameter } from './errors.ts';

/** The value as one of `allowed`. Throws InvalidParameterException. */
export function oneOf<const T extends string>(member: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw invalidParameter(`${member} should be one of [${allowed.join(',')}]`);
}

/** As oneOf, for a member that may be absent. */
export function optionalOneOf<const T extends string>(member: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  return value === undefined ? undefined : oneOf(member, value, allowed);
}
