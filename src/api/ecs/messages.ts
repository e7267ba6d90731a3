// ECS's words for what core/task-definition found wrong.
import type { Violation } from '#core/task-definition/violation.ts';
import type { AwsError } from '#wire/aws-error.ts';
import { clientException } from './errors.ts';

export function violationError(_violation: Violation): AwsError {
  return clientException('Family should not be null or empty.');
}
