// The rules of SPEC.md, each by its number, and a world in which tasks come and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ManagedScaling } from '#model/capacity-provider.ts';
import type { ReservedResources } from '#model/task.ts';
import { planScaling, reservation, type ProviderMember, type ProviderSnapshot } from './plan-scaling.ts';

const TIMES = { scaleOutAfterMs: 1_000, scaleInAfterMs: 10_000 };
const SCALING: ManagedScaling = { status: 'ENABLED', targetCapacity: 100, minimumScalingStepSize: 1, maximumScalingStepSize: 10_000, instanceWarmupSeconds: 0 };
const SIZE = { cpu: 1024, memoryMiB: 1024, gpus: 0 };

function task(over: Partial<ReservedResources> = {}): ReservedResources {
  return { cpu: 512, memoryMiB: 512, tcpPorts: [], udpPorts: [], gpus: 0, ...over };
}

function member(instanceId: string, used: boolean, over: Partial<ProviderMember> = {}): ProviderMember {
  return { instanceId, inService: true, protectedFromScaleIn: false, registered: true, used, ...over };
}

function snapshot(over: Partial<Omit<ProviderSnapshot, 'provider'>> & { readonly managed?: Partial<ManagedScaling>; readonly guard?: boolean } = {}): ProviderSnapshot {
  const { managed, guard, ...rest } = over;
  const members = rest.members ?? [];
  return {
    provider: { arn: 'arn:p', managedScaling: { ...SCALING, ...managed }, managedTerminationProtection: guard === true ? 'ENABLED' : 'DISABLED' },
    scaling: undefined,
    group: { arn: 'arn:g', minSize: 0, maxSize: 10, desiredCapacity: members.length },
    members,
    waiting: [],
    instanceSize: SIZE,
    times: TIMES,
    ...rest,
  };
}

/** Desired capacity after the reservation has been where it is for long enough. */
function desired(of: ProviderSnapshot): number | undefined {
  const since = { providerArn: 'arn:p', reservation: 0, highSince: 0, lowSince: 0 };
  const step = planScaling({ ...of, scaling: since }, 1_000_000).actions.find((action) => action.kind === 'setDesired');
  return step?.desiredCapacity;
}

const tasks = (n: number, over: Partial<ReservedResources> = {}): ReservedResources[] => Array.from({ length: n }, () => task(over));

test('MS1: the reservation is M of N in per cent', () => {
  assert.deepEqual([reservation(0, 0), reservation(0, 3), reservation(4, 2), reservation(2, 3)], [100, 200, 50, 150]);
});

test('MS2: it grows to what the target asks for, within steps and maximum, after a while', () => {
  assert.equal(desired(snapshot({ waiting: tasks(5) })), 3, 'from zero');
  assert.equal(desired(snapshot({ members: [member('a', true)], waiting: tasks(4) })), 3);
  assert.equal(desired(snapshot({ waiting: tasks(4), managed: { targetCapacity: 50 } })), 4);
  assert.equal(desired(snapshot({ waiting: tasks(40) })), 10, 'not over the maximum size');
  assert.equal(desired(snapshot({ waiting: tasks(10), managed: { maximumScalingStepSize: 2 } })), 2);
  assert.equal(desired(snapshot({ waiting: tasks(1), managed: { minimumScalingStepSize: 3 } })), 3);
  const first = planScaling(snapshot({ waiting: tasks(1) }), 5_000);
  assert.equal(first.wakeAt, 6_000);
  assert.deepEqual(first.actions, [{ kind: 'putScaling', scaling: { providerArn: 'arn:p', reservation: 200, highSince: 5_000 } }]);
  assert.equal(desired(snapshot({ members: [member('a', true), member('b', false, { registered: false })], waiting: tasks(2) })), undefined, 'what is on its way counts');
});

test('MS3: it shrinks after its own time and the warm-up, within steps and minimum', () => {
  const members = ['a', 'b', 'c', 'd'].map((id) => member(id, id === 'a'));
  assert.equal(desired(snapshot({ members })), 1);
  assert.equal(desired(snapshot({ members, managed: { maximumScalingStepSize: 1 } })), 3);
  assert.equal(desired(snapshot({ members, group: { arn: 'arn:g', minSize: 2, maxSize: 9, desiredCapacity: 4 } })), 2);
  const scaling = { providerArn: 'arn:p', reservation: 25, lowSince: 0, scaledOutAt: 0 };
  assert.equal(planScaling(snapshot({ members, scaling }), 9_999).wakeAt, 10_000);
  assert.equal(planScaling(snapshot({ members, scaling, managed: { instanceWarmupSeconds: 60 } }), 10_000).wakeAt, 60_000);
});

test('MS4: a task larger than an instance asks for nothing', () => {
  assert.equal(desired(snapshot({ waiting: tasks(3, { memoryMiB: 4096 }) })), undefined);
});

test('MS5: what runs tasks is protected, and nothing else', () => {
  const members = [member('a', true), member('b', false, { protectedFromScaleIn: true }), member('c', false, { protectedFromScaleIn: true, registered: false })];
  const protects = planScaling(snapshot({ members, guard: true }), 0).actions.filter((action) => action.kind === 'protect');
  assert.deepEqual(protects, [
    { kind: 'protect', instanceId: 'a', protectedFromScaleIn: true },
    { kind: 'protect', instanceId: 'b', protectedFromScaleIn: false },
  ]);
});

test('MS6: without managed scaling desired capacity is left alone', () => {
  assert.equal(desired(snapshot({ waiting: tasks(5), managed: { status: 'DISABLED' } })), undefined);
});

interface World {
  now: number;
  desired: number;
  /** Tasks on each instance, two at most. */
  hosts: number[];
  waiting: number;
  scaling: ProviderSnapshot['scaling'];
  changes: number[];
}

/** One look, and what follows: instances come, waiting tasks are placed on them, empty ones go. */
function turn(world: World, targetCapacity: number): void {
  const members = world.hosts.map((used, i) => member(`i${i}`, used > 0));
  const group = { arn: 'arn:g', minSize: 0, maxSize: 10, desiredCapacity: world.desired };
  const { actions } = planScaling(snapshot({ members, group, scaling: world.scaling, waiting: tasks(world.waiting), managed: { targetCapacity } }), world.now);
  for (const action of actions) {
    if (action.kind === 'putScaling') world.scaling = action.scaling;
    if (action.kind !== 'setDesired') continue;
    world.changes.push(action.desiredCapacity - world.desired);
    world.desired = action.desiredCapacity;
  }
  while (world.hosts.length < world.desired) world.hosts.push(0);
  world.hosts = world.hosts.map((used) => {
    const more = Math.min(2 - used, world.waiting);
    world.waiting -= more;
    return used + more;
  });
  for (let over = world.hosts.length - world.desired; over > 0; over--) {
    const empty = world.hosts.indexOf(0);
    if (empty >= 0) world.hosts.splice(empty, 1);
  }
  world.now += 500;
}

test('MS7: after load has changed for the last time it comes to rest, never out, in and out again', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ add: fc.nat(12), end: fc.nat(12), turns: fc.nat(40) }), { maxLength: 8 }), fc.constantFrom(50, 75, 90, 100), (load, target) => {
      const world: World = { now: 0, desired: 0, hosts: [], waiting: 0, scaling: undefined, changes: [] };
      for (const { add, end, turns } of load) {
        world.waiting += add;
        for (let i = 0; i < end; i++) {
          const at = world.hosts.findIndex((used) => used > 0);
          if (at >= 0) world.hosts[at]! -= 1;
        }
        for (let i = 0; i < turns; i++) turn(world, target);
      }
      world.changes = [];
      for (let i = 0; i < 120; i++) turn(world, target);
      const signs = world.changes.map(Math.sign);
      assert.ok(!signs.join().includes('-1,1'), `flaps: ${world.changes.join()}`);
      const settled = world.changes.length;
      for (let i = 0; i < 60; i++) turn(world, target);
      assert.equal(world.changes.length, settled, 'it does not come to rest');
      const used = world.hosts.filter((tasksOn) => tasksOn > 0).length;
      assert.equal(world.desired, Math.min(10, Math.max(used, Math.ceil(((used + Math.ceil(world.waiting / 2)) * 100) / target))));
    }),
    { numRuns: 300 },
  );
});
