// ListTasks: the tasks of a cluster that pass every filter given, oldest first; without desiredStatus those to be RUNNING.
import { type Task, tasks } from '#model/task.ts';
import { page } from '#store/page.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { instanceArnOf } from './find-container-instance.ts';
import { useService } from './find-service.ts';
import { nextToken, positionRequest } from './paginate.ts';
import type { ListTasksRequest, ListTasksResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

type Input = Shape<ListTasksRequest>;

interface Filter {
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly hostArn: string | undefined;
  readonly family: string | undefined;
  readonly startedBy: string | undefined;
  readonly group: string | undefined;
  readonly launchType: string | undefined;
}

export function listTasks(input: Input, ctx: EcsContext): Shape<ListTasksResponse> {
  const desired = optionalOneOf('desiredStatus', input.desiredStatus, ['RUNNING', 'PENDING', 'STOPPED']) ?? 'RUNNING';
  const launchType = optionalOneOf('launchType', input.launchType, ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']);
  refuseCombinations(input);
  const cluster = readCluster(ctx, input.cluster);
  const service = input.serviceName ? useService(ctx.store, ctx, cluster, input.serviceName).name : undefined;
  const filter: Omit<Filter, 'desiredStatus'> = {
    hostArn: input.containerInstance ? instanceArnOf(ctx, cluster, input.containerInstance) : undefined,
    family: input.family || undefined,
    startedBy: input.startedBy || undefined,
    group: service === undefined ? undefined : `service:${service}`,
    launchType,
  };
  const list = JSON.stringify(['tasks', cluster.arn, desired, ...Object.values(filter).map((value) => value ?? null)]);
  const { limit, after } = positionRequest(list, input);
  // ECS takes PENDING and never finds any: it never asks a task to become PENDING.
  if (desired === 'PENDING' || input.daemonName) return { taskArns: [] };
  const found = page(ctx.store, tasks, ...indexFor(cluster.arn, { ...filter, desiredStatus: desired }), {
    limit,
    after,
    where: (task) => matches(task, cluster.arn, { ...filter, desiredStatus: desired }),
  });
  return { taskArns: found.rows.map((task) => task.arn), ...nextToken(list, found.next) };
}

/** startedBy must be the only filter beside the cluster and the status (ListTasksRequest.startedBy). */
function refuseCombinations(input: Input): void {
  if (input.startedBy && (input.family || input.serviceName || input.containerInstance)) {
    throw invalidParameter('startedBy cannot be combined with family, serviceName or containerInstance.');
  }
  if (input.family && input.serviceName) throw invalidParameter('family and serviceName cannot be combined.');
}

/** The narrowest index; those by host and group hold unfinished tasks only, which is what is to be RUNNING. */
function indexFor(clusterArn: string, filter: Filter): [index: string, value: string] {
  if (filter.desiredStatus === 'RUNNING' && filter.hostArn !== undefined) return ['host', filter.hostArn];
  if (filter.desiredStatus === 'RUNNING' && filter.group !== undefined) return ['group', `${clusterArn}|${filter.group}`];
  return ['clusterDesired', `${clusterArn}|${filter.desiredStatus}`];
}

function matches(task: Task, clusterArn: string, filter: Filter): boolean {
  return (
    task.clusterArn === clusterArn &&
    task.desiredStatus === filter.desiredStatus &&
    (filter.hostArn === undefined || (task.hostArn === filter.hostArn && task.launchType !== 'FARGATE')) &&
    (filter.family === undefined || task.family === filter.family) &&
    (filter.startedBy === undefined || task.startedBy === filter.startedBy) &&
    (filter.group === undefined || task.group === filter.group) &&
    (filter.launchType === undefined || task.launchType === filter.launchType)
  );
}
