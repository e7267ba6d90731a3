// Amazon ECS as the wire sees it.
import type { AwsError } from '#wire/aws-error.ts';
import type { Service } from '#wire/service.ts';
import { ACCESS } from './access.ts';
import { type EcsContext, type EcsDeps, ecsContext } from './context.ts';
import { clientException, invalidParameter } from './errors.ts';
import { OPERATIONS } from './operations.ts';
import { rateClass } from './rates.ts';

/** The ECS service: all operations of the model over the state in `deps.store`. */
export function createEcsService(deps: EcsDeps): Service<EcsContext> {
  return {
    name: 'ecs',
    signingNames: ['ecs'],
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    access: ACCESS,
    rateClass,
    onMissing: missingMember,
    faultCode: 'ServerException',
    context: (call) => ecsContext(deps, call),
  };
}

/** ECS knows no ValidationException: it answers with the error of the operation, about the first member that is missing. */
function missingMember(missing: readonly string[], operation: string): AwsError {
  const [member = ''] = missing;
  const refuse = operation === 'RegisterTaskDefinition' ? clientException : invalidParameter;
  return refuse(`${member} should not be null or empty.`);
}
