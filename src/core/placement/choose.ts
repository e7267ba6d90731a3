// Which of the hosts that fit gets the task: the strategies of a request, one after the other, ties by chance.
import { must } from '#base/assert.ts';
import { attributeValue } from './host-capacity.ts';
import type { HostCapacity } from './host-capacity.ts';
import type { PlacementRequest, PlacementStrategy } from './request.ts';

/** Tasks of the request's group per value of each spread field, over every host of the cluster: full ones count as well. */
export type SpreadCounts = ReadonlyMap<string, Map<string, number>>;

/** The counts to start with. */
export function spreadCounts(hosts: Iterable<HostCapacity>, request: PlacementRequest): SpreadCounts {
  const fields = request.strategy.filter((s) => s.type === 'spread').map((s) => s.field ?? 'instanceId');
  const counts = new Map(fields.map((field) => [field, new Map<string, number>()]));
  if (counts.size === 0) return counts;
  for (const capacity of hosts) addToCounts(counts, capacity, capacity.groups.get(request.group ?? '') ?? 0);
  return counts;
}

/** Counts `tasks` more on a host. */
export function addToCounts(counts: SpreadCounts, capacity: HostCapacity, tasks: number): void {
  for (const [field, values] of counts) {
    const value = fieldValue(capacity, field);
    values.set(value, (values.get(value) ?? 0) + tasks);
  }
}

/** The hosts that are equally best under the request's strategies; not empty when `fitting` is not. */
export function bestHosts(fitting: readonly HostCapacity[], request: PlacementRequest, counts: SpreadCounts): readonly HostCapacity[] {
  if (request.launchType === 'FARGATE') return least(fitting, (h) => -h.cpu);
  let best = fitting;
  for (const strategy of request.strategy) best = narrow(best, strategy, counts);
  return best;
}

/** One of the equally good ones. @param chance in [0, 1) */
export function pick<Item>(items: readonly Item[], chance: number): Item {
  return must(items[Math.min(items.length - 1, Math.floor(chance * items.length))], 'something to pick from');
}

function narrow(hosts: readonly HostCapacity[], { type, field }: PlacementStrategy, counts: SpreadCounts): readonly HostCapacity[] {
  if (type === 'random') return hosts;
  if (type === 'binpack') return least(hosts, (h) => (field?.toLowerCase() === 'cpu' ? h.cpu : h.memoryMiB));
  const values = counts.get(field ?? 'instanceId');
  return least(hosts, (h) => values?.get(fieldValue(h, field ?? 'instanceId')) ?? 0);
}

function fieldValue({ host }: HostCapacity, field: string): string {
  return field.startsWith('attribute:') ? (attributeValue(host, field.slice('attribute:'.length)) ?? '') : host.arn;
}

function least(hosts: readonly HostCapacity[], score: (host: HostCapacity) => number): readonly HostCapacity[] {
  let best: HostCapacity[] = [];
  let bestScore = Infinity;
  for (const host of hosts) {
    const value = score(host);
    if (value < bestScore) {
      best = [host];
      bestScore = value;
    } else if (value === bestScore) best.push(host);
  }
  return best;
}
