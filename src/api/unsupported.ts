// Operations of the model that Longshore does not have yet: they answer by name, and the coverage page counts them.
import { AwsError } from '#wire/aws-error.ts';
import type { Operation, OperationSchema } from '#wire/service.ts';

export interface UnsupportedOperation extends Operation {
  readonly implemented: false;
}

/**
 * An operation that answers a clear error and changes nothing.
 * @param code the error this service's clients know for it: `UnsupportedFeatureException` in ECS, `UnsupportedOperation` in EC2.
 */
export function unsupported(schema: OperationSchema, operation: string, code: string): UnsupportedOperation {
  return {
    schema,
    implemented: false,
    handler() {
      throw new AwsError(code, `The ${operation} operation is not supported by Longshore yet.`);
    },
  };
}
