// Launches tasks of a service: places them, makes their rows, says so, and remembers what found no place.
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { assignProviders } from '#core/capacity-provider/assign.ts';
import { spreadLaunch } from '#core/capacity-provider/spread-launch.ts';
import type { PlacementConstraint, PlacementFailure, PlacementRequest, PlacementResult, PlacementStrategy } from '#core/placement/request.ts';
import { serviceGroup, serviceLaunchSpec } from '#core/service/launch-spec.ts';
import type { ServiceAction } from '#core/service/snapshot.ts';
import { noteUnplaced } from '#core/service/unplaced.ts';
import { placementAttributes } from '#core/task-definition/placement-attributes.ts';
import { planLaunch } from '#core/task/launch.ts';
import type { LaunchSpec, LaunchTarget } from '#core/task/launch.ts';
import { lastSegment } from '#model/arn.ts';
import { clusters, type CapacityProviderStrategyItem } from '#model/cluster.ts';
import { networkInterfaces, subnets } from '#model/network.ts';
import { serviceEvents, serviceRevisions, serviceSchedulers, services, taskSets } from '#model/service.ts';
import type { Service, ServiceSpec } from '#model/service.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks } from '#model/task.ts';
import type { Task, TaskWaiting } from '#model/task.ts';
import { canGrow, providerHosts } from './provider-hosts.ts';
import type { Transaction } from '#store/store.ts';

/** Chooses hosts by free capacity as of the last commit: one launch a transaction. */
export interface ServiceCapacity {
  place(request: PlacementRequest): PlacementResult;
}

export interface LaunchTools {
  readonly capacity: ServiceCapacity;
  readonly random: Random;
}

type Launch = Extract<ServiceAction, { kind: 'launch' }>;

const EVENTS_KEPT = 100;
/** ECS's quota of tasks in PROVISIONING in a cluster. */
const PROVISIONING_MAX = 500;
/** Spread over zones, then over hosts: ECS's default for services. */
const DEFAULT_STRATEGY: readonly PlacementStrategy[] = [{ type: 'spread', field: 'attribute:ecs.availability-zone' }, { type: 'spread', field: 'instanceId' }];

export function launchTasks(tx: Transaction, serviceArn: string, action: Launch, tools: LaunchTools, now: number): void {
  const service = tx.get(services, serviceArn);
  const source = sourceOf(tx, action.origin);
  if (service === undefined || source === undefined) return;
  const spec = loadSpec(tx, service, source, action);
  if (spec === undefined) return unplaced(tx, service, [{ reason: 'The task definition or the cluster is gone' }], tools, now);
  const group = [...tx.by(tasks, 'group', `${service.clusterArn}|${serviceGroup(service)}`)].filter((task) => task.desiredStatus === 'RUNNING');
  const placed = place(tx, service, { ...spec, strategy: source.spec.capacityProviderStrategy }, action, group, tools);
  const isTaken = (vpcId: string, address: string): boolean => tx.count(networkInterfaces, 'address', `${vpcId}/${address}`) > 0;
  const { launched, failures } = planLaunch({ ...spec, ...(placed.waiting !== undefined && { waiting: placed.waiting }) }, placed.targets, { random: tools.random, isTaken, now });
  for (const { task, networkInterface } of launched) {
    if (networkInterface !== undefined) tx.put(networkInterfaces, networkInterface);
    tx.put(tasks, task);
  }
  if (launched.length > 0) {
    putEvent(tx, service, `has started ${launched.length} tasks: ${launched.map(({ task }) => `(task ${lastSegment(task.arn)})`).join(' ')}.`, tools.random, now);
  }
  unplaced(tx, service, [...placed.failures, ...failures], tools, now);
}

/** A service event; only the newest are kept. @param words what follows `(service X) `, or the whole message */
export function putEvent(tx: Transaction, service: Pick<Service, 'arn' | 'name'>, words: string, random: Random, now: number): void {
  const message = words.startsWith('(service ') ? words : `(service ${service.name}) ${words}`;
  tx.put(serviceEvents, { id: uuid(random), serviceArn: service.arn, createdAt: now, message });
  let surplus = tx.count(serviceEvents, 'service', service.arn) - EVENTS_KEPT;
  if (surplus <= 0) return;
  for (const event of tx.by(serviceEvents, 'service', service.arn)) {
    if (surplus-- <= 0) break;
    tx.delete(serviceEvents, event.id);
  }
}

interface Source {
  readonly spec: ServiceSpec;
  readonly ids: { readonly serviceRevisionArn: string } | { readonly taskSetArn: string };
}

function sourceOf(tx: Transaction, origin: string): Source | undefined {
  const revision = tx.get(serviceRevisions, origin);
  if (revision !== undefined) return { spec: revision.spec, ids: { serviceRevisionArn: origin } };
  const set = tx.get(taskSets, origin);
  return set && { spec: set.spec, ids: { taskSetArn: origin } };
}

function loadSpec(tx: Transaction, service: Service, { spec, ids }: Source, action: Launch): LaunchSpec | undefined {
  const cluster = tx.get(clusters, service.clusterArn);
  const definition = tx.get(taskDefinitions, spec.taskDefinitionArn);
  if (cluster === undefined || definition === undefined) return undefined;
  const found = spec.awsvpc?.subnets.flatMap((id) => tx.get(subnets, id) ?? []) ?? [];
  return serviceLaunchSpec({ service, spec, cluster, definition, subnets: found, alternate: action.alternate, startedBy: action.startedBy, ...ids });
}

interface Placed {
  readonly targets: readonly LaunchTarget[];
  readonly failures: readonly PlacementFailure[];
  readonly waiting?: TaskWaiting;
}

type StrategySpec = LaunchSpec & { readonly strategy: readonly CapacityProviderStrategyItem[] };

/** A host for each task; by Auto Scaling group providers a task may go without one, and wait. */
function place(tx: Transaction, service: Service, spec: StrategySpec, action: Launch, group: readonly Task[], { capacity, random }: LaunchTools): Placed {
  const { launchType, definition, strategy } = spec;
  if (launchType === 'MANAGED_INSTANCES') return { targets: [], failures: [{ reason: 'Managed instances are not supported' }] };
  const daemon = service.schedulingStrategy === 'DAEMON';
  const own = definition.placementConstraints.map(({ type, expression }): PlacementConstraint => ({ type, ...(expression === undefined ? {} : { expression }) }));
  const request: PlacementRequest = {
    launchType,
    clusterArn: service.clusterArn,
    count: action.count,
    reserved: spec.reserved,
    requiresAttributes: placementAttributes(definition, launchType),
    constraints: [...service.placementConstraints, ...own, ...(daemon ? [{ type: 'distinctInstance' } as const] : [])],
    strategy: daemon ? [] : service.placementStrategy.length > 0 ? service.placementStrategy : DEFAULT_STRATEGY,
    group: spec.group,
    zones: [...new Set(spec.network?.subnets.map((subnet) => subnet.availabilityZone) ?? [])],
    zoneCounts: countBy(group, (task) => task.availabilityZone),
    ...(action.hosts === undefined ? {} : { onlyHosts: action.hosts }),
    random: random.next(),
  };
  const running = countBy(group, (task) => task.capacityProviderName);
  if (launchType === 'EC2' && strategy.length > 0) {
    const spread = spreadLaunch(strategy, action.count, running, {
      place(provider, count) {
        const onlyHosts = providerHosts(tx, service.clusterArn, provider);
        return onlyHosts.length === 0 ? { placements: [], failures: [] } : capacity.place({ ...request, count, onlyHosts });
      },
      canGrow: (provider) => canGrow(tx, service.clusterArn, provider),
      waitingMax: PROVISIONING_MAX - tx.count(tasks, 'clusterStatus', `${service.clusterArn}|PROVISIONING`),
    });
    return { ...spread, waiting: { constraints: request.constraints, strategy: request.strategy } };
  }
  const { placements, failures } = capacity.place(request);
  const providers = assignProviders(strategy, placements.length, running);
  return { targets: placements.map((placement, i) => ({ placement, capacityProviderName: providers[i] })), failures };
}

function unplaced(tx: Transaction, service: Service, failures: readonly PlacementFailure[], { random }: LaunchTools, now: number): void {
  const scheduler = tx.get(serviceSchedulers, service.arn);
  if (scheduler === undefined) return;
  const note = noteUnplaced(scheduler, failures, now);
  if (note.scheduler !== scheduler) tx.put(serviceSchedulers, note.scheduler);
  if (note.event !== undefined) putEvent(tx, service, note.event, random, now);
}

function countBy(group: readonly Task[], keyOf: (task: Task) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const task of group) {
    const key = keyOf(task);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
