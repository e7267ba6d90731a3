// Free capacity of every host, kept up to date from the store's commits and rebuilt at start. Data only: it is
// as old as the last commit it was fed, and placing changes nothing in it.
// What makes it quick is in pool.ts and request-class.ts.
import type { ContainerInstance } from '#model/container-instance.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { Table } from '#model/table.ts';
import type { Task } from '#model/task.ts';
import { tasks } from '#model/task.ts';
import { HostCapacity, holdOf } from './host-capacity.ts';
import type { Remaining } from './host-capacity.ts';
import { whyNone } from './place.ts';
import { Pool } from './pool.ts';
import type { PlacementRequest, PlacementResult } from './request.ts';

/** A committed change, as the store's watch gives it. */
export interface CapacityChange {
  readonly table: Pick<Table<any>, 'name'>;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What the index reads at start: the store's Reader will do. */
export interface CapacitySource {
  all<Row>(table: Table<Row>): Iterable<Row>;
}

const FARGATE_POOL = 'fargate';

export class CapacityIndex {
  /** Hosts by cluster ARN, or under `fargate`. */
  readonly #pools = new Map<string, Pool>();
  readonly #hosts = new Map<string, HostCapacity>();
  /** What tasks hold on hosts that have no row: it comes later, or is gone. Nothing is kept per task: a million of them would show. */
  readonly #rowless = new Map<string, HostCapacity>();

  /** An index of everything that `source` holds. */
  static of(source: CapacitySource): CapacityIndex {
    const index = new CapacityIndex();
    for (const host of source.all(containerInstances)) index.#putHost(host);
    for (const task of source.all(tasks)) index.#putTask(task);
    return index;
  }

  /** Takes in one commit's changes; other tables than hosts and tasks are ignored. */
  apply(changes: readonly CapacityChange[]): void {
    for (const change of changes) {
      if (change.table.name === tasks.name) this.#changeTask(change.before as Task | undefined, change.after as Task | undefined);
      else if (change.table.name === containerInstances.name) {
        if (change.after === undefined) this.#deleteHost(change.key);
        else this.#putHost(change.after as ContainerInstance);
      }
    }
  }

  /** Chooses hosts for `request.count` tasks. Exact: a task is refused only when no host fits. Changes nothing. */
  place(request: PlacementRequest): PlacementResult {
    const pool = this.#pools.get(request.launchType === 'FARGATE' ? FARGATE_POOL : request.clusterArn);
    return pool?.place(request) ?? { placements: [], failures: whyNone([], request, []) };
  }

  /** What is left of a host; undefined when it is not known. */
  remaining(hostArn: string): Remaining | undefined {
    const capacity = this.#hosts.get(hostArn);
    return capacity && { cpu: capacity.cpu, memoryMiB: capacity.memoryMiB, gpus: capacity.gpus };
  }

  /** Host ports that are taken on a host, sorted; empty when it is not known. */
  takenPorts(hostArn: string): { readonly tcp: readonly number[]; readonly udp: readonly number[] } {
    const capacity = this.#hosts.get(hostArn);
    const sorted = (ports?: Map<number, number>): number[] => [...(ports?.keys() ?? [])].sort((a, b) => a - b);
    return { tcp: sorted(capacity?.tcpPorts), udp: sorted(capacity?.udpPorts) };
  }

  #putHost(host: ContainerInstance): void {
    const before = this.#hosts.get(host.arn);
    if (before?.host === host) return;
    const name = poolOf(host);
    if (before !== undefined && poolOf(before.host) !== name) this.#leavePool(before.host);
    const capacity = (before ?? this.#rowless.get(host.arn))?.withRow(host) ?? new HostCapacity(host);
    this.#rowless.delete(host.arn);
    this.#hosts.set(host.arn, capacity);
    let pool = this.#pools.get(name);
    if (pool === undefined) this.#pools.set(name, (pool = new Pool()));
    pool.put(capacity);
  }

  #deleteHost(arn: string): void {
    const capacity = this.#hosts.get(arn);
    if (capacity === undefined) return;
    this.#hosts.delete(arn);
    this.#leavePool(capacity.host);
    if (capacity.tasks > 0) this.#rowless.set(arn, capacity.withRow(nothing(capacity.host)));
  }

  #leavePool(host: ContainerInstance): void {
    const name = poolOf(host);
    const pool = this.#pools.get(name);
    pool?.delete(host.arn);
    if (pool?.size === 0) this.#pools.delete(name);
  }

  #changeTask(before: Task | undefined, after: Task | undefined): void {
    // Most changes of a task (reports, health) do not touch what it holds.
    if (before !== undefined && after !== undefined && sameHold(before, after)) return;
    if (before !== undefined) this.#deleteTask(before);
    if (after !== undefined) this.#putTask(after);
  }

  #putTask(task: Task): void {
    if (!holds(task)) return;
    const known = this.#hosts.get(task.hostArn) ?? this.#rowless.get(task.hostArn);
    const capacity = known ?? new HostCapacity(nothing({ arn: task.hostArn }));
    if (known === undefined) this.#rowless.set(task.hostArn, capacity);
    capacity.take(holdOf(task));
    this.#touch(task.hostArn);
  }

  #deleteTask(task: Task): void {
    if (!holds(task)) return;
    const capacity = this.#hosts.get(task.hostArn) ?? this.#rowless.get(task.hostArn);
    if (capacity === undefined) return;
    capacity.give(holdOf(task));
    if (capacity.tasks === 0) this.#rowless.delete(task.hostArn);
    this.#touch(task.hostArn);
  }

  #touch(hostArn: string): void {
    const capacity = this.#hosts.get(hostArn);
    if (capacity !== undefined) this.#pools.get(poolOf(capacity.host))?.touch(capacity);
  }
}

/** Stands in for the row of a host that has none. */
function nothing(host: Pick<ContainerInstance, 'arn'> & Partial<ContainerInstance>): ContainerInstance {
  const blank = { account: '', region: '', clusterArn: '', pool: 'cluster', registeredBy: '', launchType: 'EC2', availabilityZone: '', attributes: [], versionInfo: {}, registeredAt: 0, version: 0, tags: [] } as const;
  const resources = { cpu: 0, memoryMiB: 0, reservedTcpPorts: [], reservedUdpPorts: [], gpus: [] };
  return { ...blank, ...host, resources, status: 'INACTIVE', agentConnected: false };
}

function poolOf(host: ContainerInstance): string {
  return host.pool === 'fargate' ? FARGATE_POOL : host.clusterArn;
}

function holds(task: Task): task is Task & { readonly hostArn: string } {
  return task.hostArn !== undefined && task.lastStatus !== 'STOPPED';
}

function sameHold(before: Task, after: Task): boolean {
  return (
    before.hostArn === after.hostArn &&
    holds(before) === holds(after) &&
    before.reserved === after.reserved &&
    before.desiredStatus === after.desiredStatus &&
    (before.lastStatus === 'RUNNING') === (after.lastStatus === 'RUNNING') &&
    before.group === after.group
  );
}
