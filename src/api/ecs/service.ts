// Amazon ECS as the wire sees it.
import type { Service } from '#wire/service.ts';
import { type EcsContext, type EcsDeps, ecsContext } from './context.ts';
import { OPERATIONS } from './operations.ts';

/** The ECS service: all operations of the model over the state in `deps.store`. */
export function createEcsService(deps: EcsDeps): Service<EcsContext> {
  return {
    name: 'ecs',
    signingNames: ['ecs'],
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    protocol: 'awsJson1_1',
    operations: OPERATIONS,
    context: (call) => ecsContext(deps, call),
  };
}
