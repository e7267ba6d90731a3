// Random clusters with a history, and an exhaustive scorer that knows nothing of the index: it recounts every row for every task.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { must } from '#base/assert.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import type { ReservedResources, Task } from '#model/task.ts';
import { CLUSTER_ARN, taskFixture } from '../task/task.fixture.ts';
import { CapacityIndex } from './capacity-index.ts';
import { hostFixture } from './host.fixture.ts';
import type { PlacementRequest } from './request.ts';

const anyReserved: fc.Arbitrary<ReservedResources> = fc.record({
  cpu: fc.constantFrom(0, 128, 256, 512),
  memoryMiB: fc.constantFrom(64, 128, 512),
  tcpPorts: fc.constantFrom<readonly number[]>([], [80], [443]),
  udpPorts: fc.constantFrom<readonly number[]>([], [53]),
  gpus: fc.constantFrom(0, 0, 1),
});
const anyHost = fc.record({
  cpu: fc.constantFrom(512, 1024, 2048),
  memoryMiB: fc.constantFrom(512, 1024),
  gpus: fc.constantFrom<readonly string[]>([], ['g0', 'g1']),
  zone: fc.constantFrom('us-east-1a', 'us-east-1b', 'us-east-1c'),
  rack: fc.constantFrom(undefined, 'r1', 'r2'),
  status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'DRAINING'),
  connected: fc.constantFrom(true, true, true, false),
});
export const anyWorld = fc.record({ hosts: fc.array(anyHost, { minLength: 1, maxLength: 16 }), tasks: fc.array(fc.record({ on: fc.nat(15), reserved: anyReserved, group: fc.constantFrom('g', 'h'), desired: fc.constantFrom('RUNNING', 'STOPPED'), last: fc.constantFrom('RUNNING', 'STOPPED') }), { maxLength: 24 }) });
const anyRequest: fc.Arbitrary<PlacementRequest> = fc.record({
  launchType: fc.constant('EC2' as const),
  clusterArn: fc.constant(CLUSTER_ARN),
  count: fc.integer({ min: 1, max: 6 }),
  reserved: anyReserved,
  requiresAttributes: fc.constantFrom([], [{ name: 'rack' }], [{ name: 'rack', value: 'r1' }]),
  constraints: fc.subarray([{ type: 'distinctInstance' as const }, { type: 'memberOf' as const, expression: 'attribute:rack != r2' }]),
  strategy: fc.shuffledSubarray([
    { type: 'spread' as const, field: 'attribute:ecs.availability-zone' },
    { type: 'spread' as const, field: 'instanceId' },
    { type: 'binpack' as const, field: 'cpu' },
    { type: 'binpack' as const, field: 'memory' },
    { type: 'random' as const },
  ]),
  group: fc.constantFrom('g', 'h', 'h'),
  zones: fc.constantFrom([], ['us-east-1a'], ['us-east-1a', 'us-east-1b']),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

/** Hosts that would be equally right for the next task. */
function rightHosts(hosts: readonly ContainerInstance[], all: readonly Task[], request: PlacementRequest): string[] {
  const live = (host: ContainerInstance): Task[] => all.filter((t) => t.hostArn === host.arn && t.lastStatus !== 'STOPPED');
  const sum = (host: ContainerInstance, of: (r: ReservedResources) => number): number => live(host).reduce((n, t) => n + of(t.reserved), 0);
  const grouped = (host: ContainerInstance): number => live(host).filter((t) => t.group === request.group && t.desiredStatus === 'RUNNING').length;
  const rack = (host: ContainerInstance): string | undefined => host.attributes.find((a) => a.name === 'rack')?.value;
  let fit = hosts.filter(
    (h) =>
      h.status === 'ACTIVE' &&
      h.agentConnected &&
      (request.zones!.length === 0 || request.zones!.includes(h.availabilityZone)) &&
      request.requiresAttributes.every((a) => rack(h) !== undefined && (a.value === undefined || rack(h) === a.value)) &&
      request.constraints.every((c) => (c.type === 'distinctInstance' ? grouped(h) === 0 : rack(h) !== 'r2')) &&
      h.resources.cpu - sum(h, (r) => r.cpu) >= request.reserved.cpu &&
      h.resources.memoryMiB - sum(h, (r) => r.memoryMiB) >= request.reserved.memoryMiB &&
      h.resources.gpus.length - sum(h, (r) => r.gpus) >= request.reserved.gpus &&
      request.reserved.tcpPorts.every((p) => !live(h).some((t) => t.reserved.tcpPorts.includes(p))) &&
      request.reserved.udpPorts.every((p) => !live(h).some((t) => t.reserved.udpPorts.includes(p))),
  );
  const active = hosts.filter((h) => h.status === 'ACTIVE');
  for (const strategy of request.strategy) {
    const score = (h: ContainerInstance): number => {
      if (strategy.type === 'random') return 0;
      if (strategy.type === 'binpack')
        return strategy.field === 'cpu' ? h.resources.cpu - sum(h, (r) => r.cpu) : h.resources.memoryMiB - sum(h, (r) => r.memoryMiB);
      if (strategy.field === 'instanceId') return grouped(h);
      return active.filter((other) => other.availabilityZone === h.availabilityZone).reduce((n, other) => n + grouped(other), 0);
    };
    const least = Math.min(...fit.map(score));
    fit = fit.filter((h) => score(h) === least);
  }
  return fit.map((h) => h.arn);
}

type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

/** What happens between two requests: they are placed for real or not, tasks end, hosts come, go and change. */
export const anyStep = fc.record({
  which: fc.nat(1),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  commit: fc.boolean(),
  end: fc.nat(40),
  host: fc.option(fc.record({ index: fc.nat(17), as: fc.option(anyHost, { freq: 3 }) }), { freq: 2 }),
});
/** Two requests take turns, so that what is known of each has to be kept up with the changes of the other. */
export const anyHistory = fc.record({ world: anyWorld, requests: fc.tuple(anyRequest, anyRequest), steps: fc.array(anyStep, { minLength: 1, maxLength: 10 }) });
export type History = typeof anyHistory extends fc.Arbitrary<infer T> ? T : never;

/** Rows of hosts and tasks, and an index that is fed every change of them. */
class Cluster {
  readonly hosts = new Map<string, ContainerInstance>();
  readonly tasks = new Map<string, Task>();
  readonly index = new CapacityIndex();
  #number = 0;

  constructor(world: World) {
    for (const [i, h] of world.hosts.entries()) this.putHost(i, h);
    for (const t of world.tasks) this.putTask(`host-${t.on}`, t);
  }

  putHost(number: number, shape: World['hosts'][number] | null): void {
    const key = hostFixture(`host-${number}`).arn;
    const before = this.hosts.get(key);
    const after = shape === null ? undefined : hostOf(number, shape);
    if (after === undefined) this.hosts.delete(key);
    else this.hosts.set(key, after);
    this.index.apply([{ table: containerInstances, key, before, after }]);
  }

  putTask(hostId: string, t: { readonly reserved: ReservedResources; readonly group: string; readonly desired: string; readonly last: string }): void {
    const arn = `task-${this.#number++}`;
    const after = taskFixture({ arn, hostArn: hostFixture(hostId).arn, reserved: t.reserved, group: t.group, desiredStatus: t.desired as 'RUNNING', lastStatus: t.last as 'RUNNING' });
    this.tasks.set(arn, after);
    this.index.apply([{ table: tasks, key: arn, before: undefined, after }]);
  }

  endTask(number: number): void {
    const [arn, before] = [...this.tasks][number] ?? [];
    if (arn === undefined || before === undefined) return;
    // Stopping first, gone a later time.
    const after = before.desiredStatus === 'RUNNING' ? { ...before, desiredStatus: 'STOPPED' as const } : undefined;
    if (after === undefined) this.tasks.delete(arn);
    else this.tasks.set(arn, after);
    this.index.apply([{ table: tasks, key: arn, before, after }]);
  }
}

function hostOf(number: number, h: World['hosts'][number]): ContainerInstance {
  return hostFixture(`host-${number}`, {
    status: h.status as 'ACTIVE',
    agentConnected: h.connected,
    availabilityZone: h.zone,
    resources: { cpu: h.cpu, memoryMiB: h.memoryMiB, gpus: h.gpus, reservedTcpPorts: [], reservedUdpPorts: [] },
    attributes: h.rack === undefined ? [] : [{ name: 'rack', value: h.rack }],
  });
}

/** Runs a history and throws at the first placement that the exhaustive scorer would not have made. Returns how many there were. */
export function checkHistory({ world, requests, steps }: History): number {
  const cluster = new Cluster(world);
  let placed = 0;
  for (const { which, random, commit, end, host } of steps) {
    const request: PlacementRequest = { ...must(requests[which], 'one of two requests'), random };
    const result = cluster.index.place(request);
    const rows = [...cluster.tasks.values()];
    const hosts = [...cluster.hosts.values()];
    for (const [i, { hostArn }] of result.placements.entries()) {
      assert.ok(rightHosts(hosts, rows, request).includes(hostArn), `placement ${i} on ${hostArn}`);
      rows.push(taskFixture({ arn: `new-${i}`, hostArn, reserved: request.reserved, group: request.group! }));
    }
    if (result.placements.length < request.count) assert.deepEqual(rightHosts(hosts, rows, request), []);
    assert.equal(result.failures.length > 0, result.placements.length < request.count);
    if (commit) for (const { hostArn } of result.placements) cluster.putTask(hostArn.split('/').at(-1)!, { reserved: request.reserved, group: request.group!, desired: 'RUNNING', last: 'RUNNING' });
    cluster.endTask(end);
    if (host !== null) cluster.putHost(host.index, host.as);
    placed += result.placements.length;
  }
  return placed;
}
