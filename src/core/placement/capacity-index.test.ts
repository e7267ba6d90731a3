// Placement by example: each rule once, and the index following the store's commits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Table } from '#model/table.ts';
import { tasks } from '#model/task.ts';
import type { ReservedResources, Task } from '#model/task.ts';
import { CLUSTER_ARN, taskFixture } from '../task/task.fixture.ts';
import { CapacityIndex } from './capacity-index.ts';
import { hostFixture } from './host.fixture.ts';
import type { PlacementRequest } from './request.ts';

const needs = (over: Partial<ReservedResources> = {}): ReservedResources => ({ cpu: 256, memoryMiB: 256, tcpPorts: [], udpPorts: [], gpus: 0, ...over });

const request = (over: Partial<PlacementRequest> = {}): PlacementRequest => ({
  launchType: 'EC2',
  clusterArn: CLUSTER_ARN,
  count: 1,
  reserved: needs(),
  requiresAttributes: [],
  constraints: [],
  strategy: [],
  group: 'family:app',
  random: 0,
  ...over,
});

function indexOf(hosts: readonly ContainerInstance[], running: readonly Task[] = []): CapacityIndex {
  return CapacityIndex.of({
    all: <Row>(table: Table<Row>) => (table.name === containerInstances.name ? hosts : running) as unknown as Iterable<Row>,
  });
}

let taskNumber = 0;
const taskOn = (host: ContainerInstance, over: Partial<Task> = {}): Task =>
  taskFixture({ arn: `arn:task/${++taskNumber}`, hostArn: host.arn, reserved: needs(), ...over });

const [a, b, c] = [hostFixture('a'), hostFixture('b'), hostFixture('c', { availabilityZone: 'us-east-1b' })];
const chosen = (index: CapacityIndex, over: Partial<PlacementRequest>): string[] =>
  index.place(request(over)).placements.map((p) => p.hostArn.slice(-1));
const reasons = (index: CapacityIndex, over: Partial<PlacementRequest>): string[] => index.place(request(over)).failures.map((f) => f.reason);

test('a task is placed on a host of its cluster, with the zone of that host', () => {
  assert.deepEqual(indexOf([a]).place(request()), {
    placements: [{ hostArn: a.arn, availabilityZone: 'us-east-1a', launchType: 'EC2' }],
    failures: [],
  });
});

test('PL3 tasks of one request deduct from each other and the index itself does not change', () => {
  const index = indexOf([a]);
  const result = index.place(request({ count: 5 }));
  assert.equal(result.placements.length, 4);
  assert.deepEqual(result.failures, [{ hostArn: a.arn, reason: 'RESOURCE:CPU' }]);
  assert.deepEqual(index.remaining(a.arn), { cpu: 1024, memoryMiB: 1024, gpus: 0 });
});

test('PL4 each shortage has its reason', () => {
  const index = indexOf([a], [taskOn(a, { reserved: needs({ tcpPorts: [80], udpPorts: [53] }) })]);
  assert.deepEqual(reasons(index, { reserved: needs({ cpu: 769 }) }), ['RESOURCE:CPU']);
  assert.deepEqual(reasons(index, { reserved: needs({ memoryMiB: 769 }) }), ['RESOURCE:MEMORY']);
  assert.deepEqual(reasons(index, { reserved: needs({ tcpPorts: [80] }) }), ['RESOURCE:PORTS']);
  assert.deepEqual(reasons(index, { reserved: needs({ tcpPorts: [22] }) }), ['RESOURCE:PORTS'], 'reserved by the host');
  assert.deepEqual(reasons(index, { reserved: needs({ udpPorts: [53] }) }), ['RESOURCE:PORTS']);
  assert.deepEqual(reasons(index, { reserved: needs({ gpus: 1 }) }), ['RESOURCE:GPU']);
  assert.deepEqual(reasons(index, { requiresAttributes: [{ name: 'x' }] }), ['ATTRIBUTE']);
  assert.deepEqual(reasons(index, { constraints: [{ type: 'distinctInstance' }] }), ['DistinctInstance placement constraint unsatisfied.']);
  assert.deepEqual(reasons(index, { constraints: [{ type: 'memberOf', expression: 'attribute:rack == r9' }] }), ['MemberOf placement constraint unsatisfied.']);
  assert.deepEqual(reasons(index, { zones: ['us-east-1c'] }), ['LOCATION']);
  assert.deepEqual(reasons(indexOf([{ ...a, agentConnected: false }]), {}), ['AGENT']);
  assert.deepEqual(reasons(indexOf([]), {}), ['No Container Instances were found in your cluster.']);
  assert.deepEqual(reasons(indexOf([a]), { onlyHosts: ['arn:other'] }), ['MISSING']);
});

test('an expression that cannot be read is a failure, not a guess', () => {
  const result = indexOf([a]).place(request({ constraints: [{ type: 'memberOf', expression: 'runningTasks < 3' }] }));
  assert.deepEqual(result.placements, []);
  assert.match(result.failures[0]!.reason, /'runningTasks' is not a subject/);
});

test('PL9 draining and inactive hosts, and hosts of another launch type, are not considered', () => {
  const hosts = [hostFixture('a', { status: 'DRAINING' }), hostFixture('b', { launchType: 'EXTERNAL' }), c];
  assert.deepEqual(chosen(indexOf(hosts), { count: 2 }), ['c', 'c']);
  assert.deepEqual(chosen(indexOf(hosts), { launchType: 'EXTERNAL' }), ['b']);
});

test('attributes and memberOf select hosts', () => {
  const fast = hostFixture('f', { attributes: [{ name: 'disk', value: 'ssd' }, { name: 'flag' }] });
  const index = indexOf([a, fast]);
  assert.deepEqual(chosen(index, { requiresAttributes: [{ name: 'disk', value: 'ssd' }] }), ['f']);
  assert.deepEqual(chosen(index, { requiresAttributes: [{ name: 'flag' }] }), ['f']);
  assert.deepEqual(chosen(index, { constraints: [{ type: 'memberOf', expression: 'attribute:disk == ssd' }] }), ['f']);
  assert.deepEqual(chosen(index, { constraints: [{ type: 'memberOf', expression: 'attribute:disk != ssd' }] }), ['a']);
  assert.deepEqual(chosen(index, { constraints: [{ type: 'memberOf', expression: 'attribute:flag exists' }] }), ['f']);
  assert.deepEqual(chosen(index, { constraints: [{ type: 'memberOf', expression: 'attribute:ecs.availability-zone == us-east-1a' }] , count: 1, onlyHosts: [a.arn] }), ['a']);
});

test('PL6 binpack fills the fullest host, spread evens out by field', () => {
  const index = indexOf([a, b, c], [taskOn(b)]);
  assert.deepEqual(chosen(index, { count: 3, strategy: [{ type: 'binpack', field: 'memory' }] }), ['b', 'b', 'b']);
  assert.deepEqual(chosen(index, { count: 2, strategy: [{ type: 'spread', field: 'instanceId' }] }).sort(), ['a', 'c']);
  const zones = chosen(index, { count: 3, strategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }, { type: 'spread', field: 'instanceId' }] });
  assert.deepEqual(zones.sort(), ['a', 'c', 'c'], 'with the one on b that makes two in each zone');
});

test('PL7 spread counts the tasks of the same group only, full hosts included', () => {
  const full = taskOn(a, { reserved: needs({ cpu: 1024 }) });
  const other = taskOn(c, { group: 'family:other' });
  assert.deepEqual(chosen(indexOf([a, b, c], [full, other]), { strategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }] }), ['c']);
});

test('PL8 distinctInstance looks at the desired status: a stopping task does not count, but still holds its resources', () => {
  const stopping = taskOn(a, { desiredStatus: 'STOPPED', lastStatus: 'RUNNING', reserved: needs({ tcpPorts: [80] }) });
  const index = indexOf([a], [stopping]);
  assert.deepEqual(chosen(index, { constraints: [{ type: 'distinctInstance' }] }), ['a']);
  assert.deepEqual(reasons(index, { reserved: needs({ tcpPorts: [80] }) }), ['RESOURCE:PORTS']);
});

test('FARGATE takes the emptiest host of the pool for any cluster, in the zone wanted', () => {
  const pool = (id: string, over: Partial<ContainerInstance> = {}): ContainerInstance =>
    hostFixture(id, { pool: 'fargate', launchType: 'FARGATE', clusterArn: 'arn:pool', ...over });
  const zoned = pool('z', { attributes: [{ name: 'longshore.zone', value: 'us-east-1c' }] });
  const index = indexOf([pool('p'), pool('q'), zoned, a], [taskOn(pool('p'))]);
  const fargate = { launchType: 'FARGATE', clusterArn: 'arn:any' } as const;
  assert.deepEqual(index.place(request({ ...fargate, zones: ['us-east-1b'] })).placements, [
    { hostArn: pool('q').arn, availabilityZone: 'us-east-1b', launchType: 'FARGATE' },
  ]);
  const spread = index.place(request({ ...fargate, zones: ['us-east-1a', 'us-east-1b'], count: 4 })).placements;
  assert.equal(spread.filter((p) => p.availabilityZone === 'us-east-1a').length, 2, 'zones take turns');
  assert.equal(index.place(request({ ...fargate, zones: ['us-east-1c'], onlyHosts: [zoned.arn] })).placements[0]!.availabilityZone, 'us-east-1c');
  const none = index.place(request({ ...fargate, reserved: needs({ cpu: 4096 }) }));
  assert.deepEqual(none.failures, [{ reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone' }]);
});

test('the index follows commits in any order of host and task rows', () => {
  const index = indexOf([]);
  const task = taskOn(a, { reserved: needs({ tcpPorts: [80] }) });
  const change = (table: { name: string }, key: string, before: unknown, after: unknown): Parameters<CapacityIndex['apply']>[0][number] => ({ table, key, before, after });
  index.apply([change(tasks, task.arn, undefined, task)]);
  index.apply([change(containerInstances, a.arn, undefined, a)]);
  assert.deepEqual(index.remaining(a.arn), { cpu: 768, memoryMiB: 768, gpus: 0 });
  assert.deepEqual(index.takenPorts(a.arn).tcp, [22, 80]);
  const bigger: ContainerInstance = { ...a, resources: { ...a.resources, cpu: 2048 } };
  index.apply([change(containerInstances, a.arn, a, bigger)]);
  assert.equal(index.remaining(a.arn)!.cpu, 1792);
  const running: Task = { ...task, lastStatus: 'RUNNING' };
  index.apply([change(tasks, task.arn, task, running)]);
  assert.equal(index.remaining(a.arn)!.cpu, 1792);
  const stopped: Task = { ...running, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' };
  index.apply([change(tasks, task.arn, running, stopped)]);
  index.apply([change(tasks, task.arn, stopped, undefined)]);
  assert.deepEqual(index.remaining(a.arn), { cpu: 2048, memoryMiB: 1024, gpus: 0 });
  assert.deepEqual(index.takenPorts(a.arn).tcp, [22]);
  index.apply([change(containerInstances, a.arn, bigger, undefined)]);
  assert.equal(index.remaining(a.arn), undefined);
  assert.deepEqual(reasons(index, {}), ['No Container Instances were found in your cluster.']);
});

test('PL5 the closest match is named first', () => {
  const full = hostFixture('full', { resources: { ...a.resources, cpu: 100 } });
  const fuller = hostFixture('fuller', { resources: { ...a.resources, cpu: 10 } });
  const short = hostFixture('short', { resources: { ...a.resources, memoryMiB: 10 } });
  const away = hostFixture('away', { agentConnected: false });
  const failures = indexOf([away, fuller, full, short]).place(request()).failures;
  assert.deepEqual(
    failures.map((f) => `${f.hostArn!.split('/').at(-1)} ${f.reason}`),
    ['short RESOURCE:MEMORY', 'full RESOURCE:CPU', 'fuller RESOURCE:CPU', 'away AGENT'],
  );
});

test('a host that goes and comes back finds what its tasks still hold', () => {
  const task = taskOn(a);
  const index = indexOf([a], [task]);
  index.apply([{ table: containerInstances, key: a.arn, before: a, after: undefined }]);
  index.apply([{ table: containerInstances, key: a.arn, before: undefined, after: { ...a } }]);
  assert.deepEqual(index.remaining(a.arn), { cpu: 768, memoryMiB: 768, gpus: 0 });
});

test('more classes of requests than views are kept all get their places', () => {
  const index = indexOf([a, b, c]);
  for (let i = 0; i < 1200; i++) assert.equal(index.place(request({ group: `g${i % 600}`, constraints: [{ type: 'distinctInstance' }] })).placements.length, 1);
});
