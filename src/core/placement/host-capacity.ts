// One host as placement sees it: what it has, what is taken, and by which tasks.
import type { ContainerInstance } from '#model/container-instance.ts';
import type { ReservedResources, Task } from '#model/task.ts';

/** A task's hold on its host. */
export interface Hold {
  /** Absent once the task is to stop: distinctInstance and spread look at the desired status only (ECS, task placement constraints). */
  readonly group?: string;
  readonly reserved: ReservedResources;
  /** Its last status is RUNNING. */
  readonly running?: boolean;
}

export interface Remaining {
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly gpus: number;
}

/** Free capacity of one host; changed in place by the index, copied for the length of a request. */
export class HostCapacity {
  readonly host: ContainerInstance;
  /** Its number in its pool: the pool's own. */
  slot = -1;
  cpu: number;
  memoryMiB: number;
  gpus: number;
  /** Holds on it, and how many of them are of tasks that run now. */
  tasks = 0;
  runningTasks = 0;
  /** Taken ports, with how many hold each: rows never share one, but an index must not lose count if they did. */
  readonly tcpPorts: Map<number, number>;
  readonly udpPorts: Map<number, number>;
  /** Tasks that are to run, by group. */
  readonly groups: Map<string, number>;

  constructor(host: ContainerInstance) {
    this.host = host;
    this.cpu = host.resources.cpu;
    this.memoryMiB = host.resources.memoryMiB;
    this.gpus = host.resources.gpus.length;
    this.tcpPorts = new Map(host.resources.reservedTcpPorts.map((port) => [port, 1]));
    this.udpPorts = new Map(host.resources.reservedUdpPorts.map((port) => [port, 1]));
    this.groups = new Map();
  }

  take(hold: Hold): void {
    this.#change(hold, 1);
  }

  give(hold: Hold): void {
    this.#change(hold, -1);
  }

  copy(): HostCapacity {
    return this.withRow(this.host);
  }

  /** The same holds on the host's new row. */
  withRow(host: ContainerInstance): HostCapacity {
    const copy = new HostCapacity(host);
    const { resources } = this.host;
    copy.cpu += this.cpu - resources.cpu;
    copy.memoryMiB += this.memoryMiB - resources.memoryMiB;
    copy.gpus += this.gpus - resources.gpus.length;
    copy.slot = this.slot;
    copy.tasks = this.tasks;
    copy.runningTasks = this.runningTasks;
    for (const [port, times] of this.tcpPorts) count(copy.tcpPorts, port, times - Number(resources.reservedTcpPorts.includes(port)));
    for (const [port, times] of this.udpPorts) count(copy.udpPorts, port, times - Number(resources.reservedUdpPorts.includes(port)));
    for (const [group, times] of this.groups) copy.groups.set(group, times);
    return copy;
  }

  #change({ group, reserved, running }: Hold, sign: 1 | -1): void {
    this.tasks += sign;
    if (running === true) this.runningTasks += sign;
    this.cpu -= sign * reserved.cpu;
    this.memoryMiB -= sign * reserved.memoryMiB;
    this.gpus -= sign * reserved.gpus;
    for (const port of reserved.tcpPorts) count(this.tcpPorts, port, sign);
    for (const port of reserved.udpPorts) count(this.udpPorts, port, sign);
    if (group !== undefined) count(this.groups, group, sign);
  }
}

/** What a task that is not STOPPED takes from its host. */
export function holdOf(task: Task): Hold {
  return { reserved: task.reserved, running: task.lastStatus === 'RUNNING', ...(task.desiredStatus === 'RUNNING' ? { group: task.group } : {}) };
}

/** A host with these tasks, all of them its own and not STOPPED. */
export function capacityOf(host: ContainerInstance, tasks: Iterable<Task>): HostCapacity {
  const capacity = new HostCapacity(host);
  for (const task of tasks) capacity.take(holdOf(task));
  return capacity;
}

function count<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next <= 0) counts.delete(key);
  else counts.set(key, next);
}

/** The value of an attribute on a host: its own, or the zone it is in. Undefined: the host has no such attribute; '' one without a value. */
export function attributeValue(host: ContainerInstance, name: string): string | undefined {
  const attribute = host.attributes.find((a) => a.name === name);
  if (attribute !== undefined) return attribute.value ?? '';
  return name === 'ecs.availability-zone' ? host.availabilityZone : undefined;
}

/** The attribute that ties a host of the Fargate pool to one zone; without it the host stands for every zone. */
export const POOL_ZONE_ATTRIBUTE = 'longshore.zone';
