// StartTask: one task on each of up to ten container instances that the caller names. An instance that cannot take it is
// a failure, not an error.
import { placementAttributes } from '#core/task-definition/placement-attributes.ts';
import type { LaunchTarget } from '#core/task/launch.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { LaunchType } from '#model/task.ts';
import type { Transaction } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { useCluster } from './find-cluster.ts';
import { findInstance, instanceArnOf } from './find-container-instance.ts';
import { launch, type Launched } from './launch.ts';
import { launchRequest, runnableDefinition, type LaunchRequest } from './launch-request.ts';
import { requiredList } from './required.ts';
import type { Failure, Shape, StartTaskRequest, StartTaskResponse } from './shapes.ts';
import { viewTask } from './view-task.ts';

const MAX_INSTANCES = 10;

export function startTask(input: Shape<StartTaskRequest>, ctx: EcsContext): Shape<StartTaskResponse> {
  const refs = requiredList('Container instances', input.containerInstances, MAX_INSTANCES);
  const result = ctx.store.transact((tx) => startTasks(tx, ctx, input, refs));
  return { tasks: result.tasks.map((task) => viewTask(task, true)), failures: result.failures };
}

function startTasks(tx: Transaction, ctx: EcsContext, input: Shape<StartTaskRequest>, refs: readonly string[]): Launched {
  const cluster = useCluster(tx, ctx, input.cluster);
  const arns = [...new Set(refs.map((ref) => instanceArnOf(ctx, cluster, ref)))];
  const definition = runnableDefinition(tx, ctx, input.taskDefinition);
  const launchType = arns.map((arn) => findInstance(tx, arn)?.launchType).find((type) => type !== undefined) ?? 'EC2';
  const request = launchRequest(tx, ctx, input, { cluster, definition, launchType: launchType as LaunchType });
  const targets: LaunchTarget[] = [];
  const failures: Shape<Failure>[] = [];
  for (const arn of arns) {
    const placed = placeOn(tx, ctx, request, arn);
    if ('reason' in placed) failures.push(placed);
    else targets.push(placed);
  }
  const launched = launch(tx, ctx, request, targets, undefined);
  return { tasks: launched.tasks, failures: [...failures, ...launched.failures] };
}

/** The place on this one host, or why there is none. */
function placeOn(tx: Transaction, ctx: EcsContext, request: LaunchRequest, hostArn: string): LaunchTarget | { arn: string; reason: string } {
  const host = tx.get(containerInstances, hostArn);
  if (host?.pool !== 'cluster') return { arn: hostArn, reason: 'MISSING' };
  // Deregistered; and while it drains it takes no new tasks either, for which ECS has no word of its own.
  if (host.status !== 'ACTIVE') return { arn: hostArn, reason: 'INACTIVE' };
  const { placements, failures } = ctx.capacity.place({
    launchType: request.launchType as 'EC2' | 'EXTERNAL',
    clusterArn: request.cluster.arn,
    count: 1,
    reserved: request.reserved,
    requiresAttributes: placementAttributes(request.definition, request.launchType),
    constraints: request.definition.placementConstraints.map(({ type, expression }) => ({ type, ...(expression === undefined ? {} : { expression }) })),
    strategy: [],
    group: request.group,
    zones: [...new Set(request.network?.subnets.map((subnet) => subnet.availabilityZone) ?? [])],
    onlyHosts: [hostArn],
    random: 0,
  });
  const [placement] = placements;
  return placement ? { placement } : { arn: hostArn, reason: failures[0]?.reason ?? 'AGENT' };
}

