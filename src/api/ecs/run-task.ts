// RunTask: up to ten tasks placed at once. Those that find no host are failures in ECS's words, not errors.
//
// Order of checks: count, launch type against strategy, enums, client token, cluster, definition, launch type against the
// definition, labels and tags, network, overrides, placement members, container instances, platform version, capacity.
import { assignProviders } from '#core/capacity-provider/assign.ts';
import { placementAttributes } from '#core/task-definition/placement-attributes.ts';
import type { PlacementConstraint, PlacementFailure, PlacementRequest, PlacementStrategy } from '#core/placement/request.ts';
import type { LaunchTarget } from '#core/task/launch.ts';
import type { CapacityProviderStrategyItem, Cluster } from '#model/cluster.ts';
import { strategyLaunchType } from '#model/fargate-providers.ts';
import { containerInstances } from '#model/container-instance.ts';
import { type LaunchType, type Task, tasks } from '#model/task.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { Transaction } from '#store/store.ts';
import { recall, remember, tokenUse } from './client-token.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { launch } from './launch.ts';
import { type LaunchRequest, launchRequest, runnableDefinition } from './launch-request.ts';
import { launchByProviders } from './provider-launch.ts';
import { resolvePlatformVersion } from './platform-version.ts';
import type { Failure, RunTaskRequest, RunTaskResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';
import { validConstraints, validPlacementStrategy } from './validate-placement.ts';
import { validRunStrategy } from './validate-strategy.ts';
import { viewTask } from './view-task.ts';

const MAX_COUNT = 10;
/** Hosts that refused are listed up to this many, the closest matches first: a cluster may have thousands. */
const MAX_FAILURES = 100;

type Input = Shape<RunTaskRequest>;

export function runTask(input: Input, ctx: EcsContext): Shape<RunTaskResponse> {
  const count = input.count ?? 1;
  if (count < 1) throw invalidParameter('Count cannot be less than 1.');
  if (count > MAX_COUNT) throw invalidParameter(`Count cannot be greater than ${MAX_COUNT}.`);
  const result = ctx.store.transact((tx) => runTasks(tx, ctx, input, count));
  return { tasks: result.tasks.map((task) => viewTask(task, true)), failures: result.failures };
}

interface RunPlan extends LaunchRequest {
  readonly strategy: readonly CapacityProviderStrategyItem[];
  readonly placementConstraints: readonly PlacementConstraint[];
  readonly placementStrategy: readonly PlacementStrategy[];
  readonly platformVersion: string | undefined;
}

function runTasks(tx: Transaction, ctx: EcsContext, input: Input, count: number): { tasks: readonly Task[]; failures: readonly Shape<Failure>[] } {
  const asked = optionalOneOf('launchType', input.launchType, ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']);
  if (asked && input.capacityProviderStrategy?.length) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  }
  const cluster = useCluster(tx, ctx, input.cluster);
  const use = tokenUse(ctx, cluster.arn, input);
  const known = recall(tx, use);
  if (known) return { tasks: known.resourceArns.map((arn) => tx.get(tasks, arn)).filter((task) => task !== undefined), failures: [] };
  const plan = runPlan(tx, ctx, input, cluster, asked);
  const placed = place(tx, ctx, plan, count);
  const { targets } = placed;
  const launched = launch(tx, ctx, plan, targets, plan.platformVersion);
  if (launched.tasks.length > 0) remember(tx, use, launched.tasks.map((task) => task.arn), ctx.now);
  const failures = placed.failures.slice(0, MAX_FAILURES).map(({ hostArn, reason }) => ({ ...(hostArn ? { arn: hostArn } : {}), reason }));
  return { tasks: launched.tasks, failures: [...failures, ...launched.failures] };
}

function runPlan(tx: Transaction, ctx: EcsContext, input: Input, cluster: Cluster, asked: LaunchType | undefined): RunPlan {
  const definition = runnableDefinition(tx, ctx, input.taskDefinition);
  const strategy = providerStrategy(input, cluster, asked);
  const launchType = asked ?? strategyLaunchType(strategy) ?? 'EC2';
  const request = launchRequest(tx, ctx, input, { cluster, definition, launchType });
  const placementConstraints = validConstraints(input.placementConstraints, launchType);
  const placementStrategy = validPlacementStrategy(input.placementStrategy, launchType);
  const platformVersion = resolvePlatformVersion(input.platformVersion, launchType);
  if (launchType !== 'FARGATE' && strategy.length === 0) anyInstance(tx, cluster);
  const constraints = [...placementConstraints, ...ownConstraints(definition)];
  const waiting = { constraints, strategy: placementStrategy };
  return { ...request, waiting, strategy, placementConstraints: constraints, placementStrategy, platformVersion };
}

/** The request's strategy, else the cluster's default; none when a launch type was asked for. */
function providerStrategy(input: Input, cluster: Cluster, asked: LaunchType | undefined): readonly CapacityProviderStrategyItem[] {
  if (input.capacityProviderStrategy?.length) return validRunStrategy(input.capacityProviderStrategy, cluster);
  return asked ? [] : cluster.defaultCapacityProviderStrategy;
}

/** A host for each task; by Auto Scaling group providers a task may go without one, and wait. */
function place(tx: Transaction, ctx: EcsContext, plan: RunPlan, count: number): { targets: readonly LaunchTarget[]; failures: readonly PlacementFailure[] } {
  const { launchType, network, definition, strategy } = plan;
  if (launchType === 'MANAGED_INSTANCES') throw invalidParameter('The MANAGED_INSTANCES launch type needs a capacity provider, which Longshore does not have yet.');
  const request: PlacementRequest = {
    launchType,
    clusterArn: plan.cluster.arn,
    count,
    reserved: plan.reserved,
    requiresAttributes: placementAttributes(definition, launchType),
    constraints: plan.placementConstraints,
    strategy: plan.placementStrategy,
    group: plan.group,
    zones: [...new Set(network?.subnets.map((subnet) => subnet.availabilityZone) ?? [])],
    random: ctx.random.next(),
  };
  if (launchType === 'EC2' && strategy.length > 0) return launchByProviders(tx, ctx, plan.cluster, strategy, count, request);
  const { placements, failures } = ctx.capacity.place(request);
  const providers = assignProviders(strategy, count);
  return { targets: placements.map((placement, i) => ({ placement, capacityProviderName: providers[i] })), failures };
}

function ownConstraints(definition: TaskDefinition): PlacementConstraint[] {
  return definition.placementConstraints.map(({ type, expression }) => ({ type, ...(expression === undefined ? {} : { expression }) }));
}

function anyInstance(tx: Transaction, cluster: Cluster): void {
  const count = (status: string): number => tx.count(containerInstances, 'cluster', `${cluster.arn}|${status}`);
  if (count('ACTIVE') + count('DRAINING') === 0) throw invalidParameter('No Container Instances were found in your cluster.');
}
