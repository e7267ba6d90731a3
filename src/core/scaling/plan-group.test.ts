// The rules of SPEC.md, each by its number.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupWorld, hookFixture } from './group-world.fixture.ts';
import { completeWait } from './hooks.ts';
import { planGroup } from './plan-group.ts';

function running(desiredCapacity: number, over: ConstructorParameters<typeof GroupWorld>[0] = {}): GroupWorld {
  const world = new GroupWorld({ ...over, desiredCapacity });
  world.run();
  assert.equal(world.ids().length, desiredCapacity);
  return world;
}

test('AS1: a pending member goes into service once its instance runs, after the launch hook', () => {
  const world = new GroupWorld({ desiredCapacity: 1 });
  world.hooks = [hookFixture()];
  world.settle();
  assert.deepEqual(world.ids('Pending'), ['i-1']);
  world.run();
  assert.deepEqual(world.ids('Pending:Wait'), ['i-1']);
  world.members.set('i-1', completeWait(world.members.get('i-1')!, 'h', 'CONTINUE'));
  world.run();
  assert.deepEqual(world.ids(), ['i-1']);
});

test('AS2: a launch hook whose time is over ends the instance by default, and not with CONTINUE', () => {
  for (const [defaultResult, kept] of [['ABANDON', false], ['CONTINUE', true]] as const) {
    const world = new GroupWorld({ desiredCapacity: 1 });
    world.hooks = [hookFixture({ defaultResult })];
    world.run();
    const plan = planGroup(world.snapshot(), world.now);
    assert.equal(plan.wakeAt, 60_000);
    world.now = 60_000;
    world.hooks = world.hooks.map((hook) => ({ ...hook, heartbeatTimeoutSeconds: 600 }));
    world.run();
    assert.equal(world.members.get('i-1')?.lifecycleState === 'InService', kept, defaultResult);
  }
});

test('AS3: what no longer runs, or is said to be unhealthy, is ended and replaced', () => {
  const world = running(2);
  world.change('i-1', { state: 'terminated', desired: 'terminated' });
  world.changeMember('i-2', { healthStatus: 'UNHEALTHY' });
  world.run();
  assert.deepEqual(world.ids(), ['i-3', 'i-4']);
  const suspended = running(1, { suspendedProcesses: ['ReplaceUnhealthy'] });
  suspended.changeMember('i-1', { healthStatus: 'UNHEALTHY' });
  suspended.run();
  assert.deepEqual(suspended.ids(), ['i-1']);
});

test('AS4: instances are launched in the zones with the fewest, unless Launch is suspended', () => {
  const world = running(5);
  const zones = [...world.members.values()].map((member) => member.availabilityZone).sort().join('');
  assert.ok(['aaabb', 'aabbb'].includes(zones), zones);
  const suspended = new GroupWorld({ desiredCapacity: 2, suspendedProcesses: ['Launch'] });
  suspended.run();
  assert.equal(suspended.launches, 0);
});

test('AS5: scale-in takes from the fuller zone, then by policy', () => {
  const world = running(3);
  world.want(2);
  world.run();
  assert.deepEqual([...world.members.values()].map((member) => member.availabilityZone).sort(), ['a', 'b']);
  const newest = running(4, { terminationPolicies: ['NewestInstance'] });
  newest.want(3);
  newest.run();
  assert.deepEqual(newest.ids(), ['i-1', 'i-2', 'i-3']);
  const template = running(4);
  template.changeMember('i-4', { launchTemplate: { id: 'lt-1', name: 't', version: '1' } });
  template.want(3);
  template.run();
  assert.deepEqual(template.ids(), ['i-1', 'i-2', 'i-3'], 'the oldest template goes first');
  const suspended = running(2, { suspendedProcesses: ['Terminate'] });
  suspended.want(0);
  suspended.run();
  assert.equal(suspended.ids().length, 2);
});

test('AS6: what is protected or busy is not scaled in', () => {
  const world = running(3);
  world.changeMember('i-1', { protectedFromScaleIn: true });
  world.busy.add('i-2');
  world.want(0);
  world.run();
  assert.deepEqual(world.ids(), ['i-1', 'i-2']);
});

test('AS7: the instance is ended after the termination hook', () => {
  const world = running(1);
  world.hooks = [hookFixture({ transition: 'autoscaling:EC2_INSTANCE_TERMINATING' })];
  world.want(0);
  world.run();
  assert.deepEqual(world.ids('Terminating:Wait'), ['i-1']);
  assert.equal(world.instances.get('i-1')?.state, 'running');
  world.members.set('i-1', completeWait(world.members.get('i-1')!, 'h', 'CONTINUE'));
  world.run();
  assert.equal(world.members.size, 0);
  assert.equal(world.instances.get('i-1')?.state, 'terminated');
});

test('AS8: a member whose instance has ended leaves, and a launch that ended so has failed', () => {
  const world = new GroupWorld({ desiredCapacity: 1 });
  world.settle();
  world.change('i-1', { state: 'terminated', desired: 'terminated', stateReason: { code: 'Server.X', message: 'no room' } });
  const { actions } = planGroup(world.snapshot(), 0);
  assert.deepEqual(actions[0], { kind: 'removeMember', instanceId: 'i-1', activityId: undefined, failed: 'no room' });
});

test('AS9: after failed launches the next one waits, longer each time', () => {
  const world = new GroupWorld({ desiredCapacity: 1 });
  for (const [count, at] of [[1, 5_000], [3, 20_000], [50, 300_000]] as const) {
    world.failed = { count, at: 0 };
    assert.deepEqual(planGroup(world.snapshot(), 0), { actions: [], wakeAt: at, why: 'the last launches failed' });
    assert.equal(planGroup(world.snapshot(), at).actions.length, 1);
  }
});

test('AS10: a deleted group ends its members and goes', () => {
  const world = running(2);
  world.changeMember('i-1', { protectedFromScaleIn: true });
  world.group = { ...world.group!, status: 'Delete in progress' };
  world.run();
  assert.equal(world.group, undefined);
  assert.equal(world.members.size, 0);
});

test('AS12: Standby counts for nothing and is left alone', () => {
  const world = running(2);
  world.changeMember('i-1', { lifecycleState: 'Standby' });
  world.run();
  assert.deepEqual(world.ids('Standby'), ['i-1']);
  assert.equal(world.ids().length, 2);
});
