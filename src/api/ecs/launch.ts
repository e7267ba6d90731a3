// Makes the rows of tasks that placement found hosts for: the task and, in awsvpc mode, its interface.
import { hexId, uuid } from '#base/ids.ts';
import type { Placement } from '#core/placement/request.ts';
import { newTask } from '#core/task/new-task.ts';
import { type Task, tasks } from '#model/task.ts';
import type { Transaction } from '#store/store.ts';
import { containerArn, taskArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import type { LaunchRequest } from './launch-request.ts';
import type { Failure, Shape } from './shapes.ts';
import { allocateInterface } from './task-network.ts';

export interface LaunchTarget {
  readonly placement: Placement;
  readonly capacityProviderName?: string | undefined;
}

export interface Launched {
  readonly tasks: readonly Task[];
  readonly failures: readonly Shape<Failure>[];
}

/** @param platformVersion of Fargate tasks, e.g. `1.4.0` */
export function launch(
  tx: Transaction,
  ctx: EcsContext,
  request: LaunchRequest,
  targets: readonly LaunchTarget[],
  platformVersion: string | undefined,
): Launched {
  const made: Task[] = [];
  const failures: Shape<Failure>[] = [];
  for (const { placement, capacityProviderName } of targets) {
    const id = hexId(ctx.random, 32);
    const arn = taskArn(ctx, request.cluster.name, id);
    const zone = placement.availabilityZone;
    const taskInterface = request.network && allocateInterface(tx, ctx, request.network, zone, arn);
    if (request.network && !taskInterface) {
      failures.push({ arn: placement.hostArn, reason: 'RESOURCE:ENI', detail: 'The subnets have no free IP addresses.' });
      continue;
    }
    const task = newTask({
      ...request,
      arn,
      clusterArn: request.cluster.arn,
      capacityProviderName,
      platformVersion,
      hostArn: placement.hostArn,
      availabilityZone: request.launchType === 'FARGATE' ? (taskInterface?.networkInterface.availabilityZone ?? zone) : zone,
      awsvpc: request.network?.configuration,
      interface: taskInterface,
      containerArns: request.definition.containerDefinitions.map(() => containerArn(ctx, request.cluster.name, id, uuid(ctx.random))),
      now: ctx.now,
    });
    tx.put(tasks, task);
    made.push(task);
  }
  return { tasks: made, failures };
}
