// Writes the rows of tasks that placement found hosts for.
import { type LaunchTarget, planLaunch } from '#core/task/launch.ts';
import { networkInterfaces } from '#model/network.ts';
import { type Task, tasks } from '#model/task.ts';
import type { Transaction } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import type { LaunchRequest } from './launch-request.ts';
import type { Failure, Shape } from './shapes.ts';

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
  const isTaken = (vpcId: string, address: string): boolean => tx.count(networkInterfaces, 'address', `${vpcId}/${address}`) > 0;
  const plan = planLaunch({ ...request, platformVersion }, targets, { random: ctx.random, isTaken, now: ctx.now });
  for (const { task, networkInterface } of plan.launched) {
    if (networkInterface !== undefined) tx.put(networkInterfaces, networkInterface);
    tx.put(tasks, task);
  }
  return {
    tasks: plan.launched.map((made) => made.task),
    // Hosts of the Fargate pool are not the caller's to know.
    failures: plan.failures.map(({ hostArn, ...why }) => (request.launchType === 'FARGATE' ? why : { arn: hostArn, ...why })),
  };
}
