// CreateTaskSet: another set of tasks of a service whose deployments someone else drives.
//
// Order of checks: cluster, service, launch type against strategy, client token, limit, scale, definition, the set as a whole.
import type { Cluster } from '#model/cluster.ts';
import { type Service, type ServiceLoadBalancer, type ServiceSpec, type TaskSet, taskSets } from '#model/service.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { recall, remember, tokenUse } from './client-token.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, limitExceeded } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { useExternalService } from './find-task-set.ts';
import { runnableDefinition } from './launch-request.ts';
import { newTaskSet } from './new-task-set.ts';
import { parseNetwork } from './parse-service-input.ts';
import { requiredCluster } from './required.ts';
import { settledSpec } from './settle-service.ts';
import type { CreateTaskSetRequest, CreateTaskSetResponse, Shape } from './shapes.ts';
import { validScale } from './task-set-scale.ts';
import { optionalOneOf } from './validate-enum.ts';
import { validRunStrategy } from './validate-strategy.ts';
import { validTags } from './validate-tags.ts';
import { viewTaskSet } from './view-task-set.ts';

type Input = Shape<CreateTaskSetRequest>;

/** Characters of a client token. */
const MAX_TOKEN = 36;

/** ECS's quota of task sets per service. */
const MAX_TASK_SETS = 5;

export function createTaskSet(input: Input, ctx: EcsContext): Shape<CreateTaskSetResponse> {
  const ref = requiredCluster(input.cluster);
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, ref);
    const service = useExternalService(tx, ctx, cluster, input.service);
    return { taskSet: viewTaskSet(tx, service, create(tx, ctx, input, cluster, service), true) };
  });
}

function create(tx: Transaction, ctx: EcsContext, input: Input, cluster: Cluster, service: Service): TaskSet {
  if (input.launchType && input.capacityProviderStrategy?.length) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  }
  const use = tokenUse(ctx, service.arn, input, MAX_TOKEN);
  const known = recall(tx, use)?.resourceArns.map((arn) => tx.get(taskSets, arn))[0];
  if (known) return known;
  if (tx.count(taskSets, 'service', service.arn) >= MAX_TASK_SETS) throw limitExceeded(`A service can have at most ${MAX_TASK_SETS} task sets.`);
  const scale = input.scale ? validScale(input.scale) : { value: 100, unit: 'PERCENT' as const };
  const { spec } = settledSpec(tx, ctx, draftSpec(tx, ctx, input, cluster), input.platformVersion || undefined, 'ROLLING');
  const made = newTaskSet(ctx, service, spec, { status: 'ACTIVE', scale, externalId: input.externalId, tags: validTags(input.tags) });
  tx.put(taskSets, made);
  remember(tx, use, [made.arn], ctx.now);
  return made;
}

function draftSpec(reader: Reader, ctx: EcsContext, input: Input, cluster: Cluster): ServiceSpec {
  const launchType = optionalOneOf('launchType', input.launchType, ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']);
  const asked = input.capacityProviderStrategy?.length ? validRunStrategy(input.capacityProviderStrategy, cluster) : undefined;
  const strategy = asked ?? (launchType ? [] : cluster.defaultCapacityProviderStrategy);
  const awsvpc = parseNetwork(input.networkConfiguration);
  return {
    taskDefinitionArn: runnableDefinition(reader, ctx, input.taskDefinition).arn,
    ...(strategy.length === 0 && { launchType: launchType ?? 'EC2' }),
    capacityProviderStrategy: strategy,
    ...(awsvpc && { awsvpc }),
    loadBalancers: (input.loadBalancers ?? []).map((lb) => JSON.parse(JSON.stringify(lb)) as ServiceLoadBalancer),
    serviceRegistries: (input.serviceRegistries ?? []).map((registry) => JSON.parse(JSON.stringify(registry)) as ServiceSpec['serviceRegistries'][number]),
  };
}
