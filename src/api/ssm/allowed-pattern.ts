// The pattern that a parameter's values must match. It is a caller's regular expression, so it is run with a time limit: a pattern made to
// take for ever must not stop the control plane.
import { Script } from 'node:vm';
import { AwsError } from '#wire/aws-error.ts';

const TIMEOUT_MS = 50;
const TEST = new Script('new RegExp("^(?:" + pattern + ")$").test(value)');

/** Throws InvalidAllowedPatternException or ParameterPatternMismatchException. */
export function checkAllowedPattern(pattern: string, value: string): void {
  const mismatch = (): AwsError => new AwsError('ParameterPatternMismatchException', `Parameter value, cannot be validated against allowedPattern: ${pattern}`);
  let matches: unknown;
  try {
    matches = TEST.runInNewContext({ pattern, value }, { timeout: TIMEOUT_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw mismatch();
    throw new AwsError('InvalidAllowedPatternException', `The request does not meet the regular expression requirement: ${pattern}`);
  }
  if (matches !== true) throw mismatch();
}
