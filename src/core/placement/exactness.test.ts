// Placement against an exhaustive scorer, over random clusters with a history. bench/placement-exact.ts runs ten thousand of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { containerInstances } from '#model/container-instance.ts';
import type { Table } from '#model/table.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import { taskFixture } from '../task/task.fixture.ts';
import { CapacityIndex } from './capacity-index.ts';
import { anyHistory, anyWorld, checkHistory } from './exactness.fixture.ts';
import { hostFixture } from './host.fixture.ts';

test('PL1 every placement is one that an exhaustive scorer would make, whatever happened before, and a refusal means that nothing fits', () => {
  fc.assert(fc.property(anyHistory, (history) => void checkHistory(history)), { numRuns: 600 });
});

test('PL2 an index fed by commits equals an index built at once', () => {
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
