// Gives the tasks that wait for their capacity provider a host, as soon as one has room: like tasks together, in the order they came.
import type { Random } from '#base/random.ts';
import { placeWaiting } from '#core/task/launch.ts';
import { placementAttributes } from '#core/task-definition/placement-attributes.ts';
import type { Plan } from '#core/task/plan.ts';
import { containerInstances, type ContainerInstance } from '#model/container-instance.ts';
import { FARGATE_PROVIDERS } from '#model/fargate-providers.ts';
import { networkInterfaces, subnets } from '#model/network.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Change, Reader, Transaction } from '#store/store.ts';
import { reconciler } from '../reconciler.ts';
import { providerHosts } from './provider-hosts.ts';
import type { ServiceCapacity } from './service-launch.ts';

interface Waiting {
  readonly clusterArn: string;
  readonly hosts: readonly string[];
  /** Tasks that are alike, oldest first. */
  readonly groups: readonly (readonly Task[])[];
}

/** Keys: `<clusterArn>|<provider>`. */
export function providerPlacement({ capacity, random }: { readonly capacity: ServiceCapacity; readonly random: Random }) {
  return reconciler<Waiting, Waiting>({
    name: 'provider-placement',
    *keysAtStart(reader) {
      for (const task of reader.all(tasks)) if (task.waiting !== undefined && task.desiredStatus === 'RUNNING') yield keyOf(task);
    },
    keysOf,
    load,
    plan: (waiting): Plan<Waiting> => (waiting.hosts.length === 0 ? { actions: [], why: 'the provider has no hosts' } : { actions: [waiting], why: 'tasks wait' }),
    apply(tx, waiting, now) {
      // Free capacity is as of the last commit: the first group that finds room is all of this look, the others follow on its commit.
      for (const group of waiting.groups) if (place(tx, waiting, group, capacity, random, now)) return;
    },
  });
}

function keyOf(task: Task): string {
  return `${task.clusterArn}|${task.capacityProviderName ?? ''}`;
}

function* keysOf({ table, before, after }: Change, reader: Reader): Iterable<string> {
  if (table.name === tasks.name) {
    const [was, is] = [before as Task | undefined, after as Task | undefined];
    const task = is ?? was;
    if (task?.capacityProviderName === undefined || FARGATE_PROVIDERS.includes(task.capacityProviderName)) {
      yield* freedHost(reader, was, is);
      return;
    }
    if (is?.waiting !== undefined || was?.waiting !== undefined) yield keyOf(task);
    else yield* freedHost(reader, was, is);
    return;
  }
  if (table.name !== containerInstances.name) return;
  const [was, is] = [before as ContainerInstance | undefined, after as ContainerInstance | undefined];
  if (is?.capacityProviderName === undefined) return;
  if (was?.status !== is.status || was.agentConnected !== is.agentConnected || was.attributes !== is.attributes || was.resources !== is.resources) yield `${is.clusterArn}|${is.capacityProviderName}`;
}

/** A task has left a host of a provider. */
function* freedHost(reader: Reader, was: Task | undefined, is: Task | undefined): Iterable<string> {
  if (was?.hostArn === undefined || was.lastStatus === 'STOPPED' || (is !== undefined && is.lastStatus !== 'STOPPED')) return;
  const host = reader.get(containerInstances, was.hostArn);
  if (host?.capacityProviderName !== undefined) yield `${host.clusterArn}|${host.capacityProviderName}`;
}

function load(reader: Reader, key: string): Waiting | undefined {
  const waiting = [...reader.by(tasks, 'waiting', key)];
  if (waiting.length === 0) return undefined;
  const bar = key.lastIndexOf('|');
  const clusterArn = key.slice(0, bar);
  const alike = (task: Task): string => JSON.stringify([task.taskDefinitionArn, task.group, task.reserved, task.waiting, task.awsvpc]);
  return { clusterArn, hosts: providerHosts(reader, clusterArn, key.slice(bar + 1)), groups: [...Map.groupBy(waiting, alike).values()] };
}

/** True when at least one of the group got a host. */
function place(tx: Transaction, { clusterArn, hosts }: Waiting, group: readonly Task[], capacity: ServiceCapacity, random: Random, now: number): boolean {
  const [first] = group;
  const definition = first && tx.get(taskDefinitions, first.taskDefinitionArn);
  if (first?.waiting === undefined || definition === undefined) return false;
  const found = first.awsvpc?.subnets.flatMap((id) => tx.get(subnets, id) ?? []) ?? [];
  const { placements } = capacity.place({
    launchType: 'EC2',
    clusterArn,
    count: group.length,
    reserved: first.reserved,
    requiresAttributes: placementAttributes(definition, 'EC2'),
    constraints: first.waiting.constraints,
    strategy: first.waiting.strategy,
    group: first.group,
    zones: [...new Set(found.map((subnet) => subnet.availabilityZone))],
    onlyHosts: hosts,
    random: random.next(),
  });
  const isTaken = (vpcId: string, address: string): boolean => tx.count(networkInterfaces, 'address', `${vpcId}/${address}`) > 0;
  let placed = 0;
  for (const [i, placement] of placements.entries()) {
    const task = group[i];
    const made = task && placeWaiting(task, placement, found, { random, isTaken, now });
    if (made === undefined) continue;
    if (made.networkInterface !== undefined) tx.put(networkInterfaces, made.networkInterface);
    tx.put(tasks, made.task);
    placed += 1;
  }
  return placed > 0;
}
