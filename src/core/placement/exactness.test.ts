// Placement against an exhaustive scorer that knows nothing of the index: it recounts every row for every task.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Table } from '#model/table.ts';
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
const anyWorld = fc.record({ hosts: fc.array(anyHost, { maxLength: 8 }), tasks: fc.array(fc.record({ on: fc.nat(7), reserved: anyReserved, group: fc.constantFrom('g', 'h'), desired: fc.constantFrom('RUNNING', 'STOPPED'), last: fc.constantFrom('RUNNING', 'STOPPED') }), { maxLength: 12 }) });
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
  group: fc.constantFrom('g', 'h'),
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

test('every placement is one that an exhaustive scorer would make, and a refusal means that nothing fits', () => {
  fc.assert(
    fc.property(anyWorld, anyRequest, (world, request) => {
      const hosts = world.hosts.map((h, i) =>
        hostFixture(`h${i}`, {
          status: h.status as 'ACTIVE',
          agentConnected: h.connected,
          availabilityZone: h.zone,
          resources: { cpu: h.cpu, memoryMiB: h.memoryMiB, gpus: h.gpus, reservedTcpPorts: [], reservedUdpPorts: [] },
          attributes: h.rack === undefined ? [] : [{ name: 'rack', value: h.rack }],
        }),
      );
      const rows = world.tasks.map((t, i) =>
        taskFixture({ arn: `t${i}`, hostArn: hosts[t.on]?.arn ?? 'arn:gone', reserved: t.reserved, group: t.group, desiredStatus: t.desired as 'RUNNING', lastStatus: t.last as 'RUNNING' }),
      );
      const index = CapacityIndex.of({ all: <Row>(table: Table<Row>) => (table.name === containerInstances.name ? hosts : rows) as unknown as Iterable<Row> });
      const result = index.place(request);
      for (const [i, placement] of result.placements.entries()) {
        assert.ok(rightHosts(hosts, rows, request).includes(placement.hostArn), `placement ${i} on ${placement.hostArn}`);
        rows.push(taskFixture({ arn: `n${i}`, hostArn: placement.hostArn, reserved: request.reserved, group: request.group! }));
      }
      if (result.placements.length < request.count) {
        assert.deepEqual(rightHosts(hosts, rows, request), []);
        assert.ok(result.failures.length > 0);
      } else assert.deepEqual(result.failures, []);
    }),
    { numRuns: 400 },
  );
});

test('an index fed by commits equals an index built at once', () => {
  fc.assert(
    fc.property(anyWorld, fc.infiniteStream(fc.nat(100)), (world, moves) => {
      const hosts = world.hosts.map((h, i) => hostFixture(`h${i}`, { resources: { cpu: h.cpu, memoryMiB: h.memoryMiB, gpus: h.gpus, reservedTcpPorts: [], reservedUdpPorts: [] } }));
      const fed = new CapacityIndex();
      const current = new Map<string, Task>();
      fed.apply(hosts.map((h) => ({ table: containerInstances, key: h.arn, before: undefined, after: h })));
      for (const [i, t] of world.tasks.entries()) {
        const arn = `t${moves.next().value! % 5}`;
        const before = current.get(arn);
        const after = i % 4 === 3 ? undefined : taskFixture({ arn, hostArn: hosts[t.on]?.arn ?? 'arn:gone', reserved: t.reserved, group: t.group, desiredStatus: t.desired as 'RUNNING', lastStatus: t.last as 'RUNNING' });
        if (after === undefined) current.delete(arn);
        else current.set(arn, after);
        fed.apply([{ table: tasks, key: arn, before, after }]);
      }
      const built = CapacityIndex.of({ all: <Row>(table: Table<Row>) => (table.name === containerInstances.name ? hosts : [...current.values()]) as unknown as Iterable<Row> });
      for (const h of hosts) {
        assert.deepEqual(fed.remaining(h.arn), built.remaining(h.arn));
        assert.deepEqual(fed.takenPorts(h.arn), built.takenPorts(h.arn));
      }
    }),
  );
});
