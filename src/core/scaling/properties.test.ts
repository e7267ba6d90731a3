// Over random lives of a group: it comes to rest at its size, and nothing protected is ever scaled in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GroupWorld, hookFixture } from './group-world.fixture.ts';
import { completeWait } from './hooks.ts';
import { planGroup } from './plan-group.ts';

type Event = { readonly kind: 'want' | 'die' | 'protect' | 'busy' | 'idle' | 'sick' | 'drive' | 'settle' | 'hook' | 'complete'; readonly n: number };

const events = fc.array(
  fc.record({ kind: fc.constantFrom<Event['kind']>('want', 'die', 'protect', 'busy', 'idle', 'sick', 'drive', 'settle', 'hook', 'complete'), n: fc.nat(9) }),
  { maxLength: 40 },
);

function happen(world: GroupWorld, { kind, n }: Event): void {
  const ids = [...world.members.keys()];
  const id = ids[n % Math.max(1, ids.length)] ?? '';
  if (kind === 'want') world.want(n);
  else if (kind === 'die') world.change(id, { state: 'terminated', desired: 'terminated' });
  else if (kind === 'protect') world.changeMember(id, { protectedFromScaleIn: n % 2 === 0 });
  else if (kind === 'busy') world.busy.add(id);
  else if (kind === 'idle') world.busy.delete(id);
  else if (kind === 'sick') world.changeMember(id, { healthStatus: 'UNHEALTHY' });
  else if (kind === 'drive') world.drive();
  else if (kind === 'settle') world.settle();
  else if (kind === 'hook') world.hooks = n % 2 === 0 ? [] : [hookFixture(), hookFixture({ name: 't', transition: 'autoscaling:EC2_INSTANCE_TERMINATING' })];
  else for (const [key, member] of world.members) for (const wait of member.waits) world.members.set(key, completeWait(member, wait.hookName, 'CONTINUE'));
}

test('AS11: whatever happened, the group comes to rest at its desired size, and then the plan is empty', () => {
  fc.assert(
    fc.property(events, (list) => {
      const world = new GroupWorld();
      for (const event of list) happen(world, event);
      world.hooks = [];
      for (let i = 0; i < 5; i++) world.run();
      const { actions } = planGroup(world.snapshot(), world.now);
      assert.deepEqual(actions, []);
      const kept = [...world.members.values()].filter((member) => member.protectedFromScaleIn || world.busy.has(member.instanceId)).length;
      const size = world.ids().length;
      const want = world.group!.desiredCapacity;
      assert.ok(size === want || (size > want && size === kept), `${size} of ${want}, ${kept} kept`);
    }),
    { numRuns: 300 },
  );
});

test('no scale-in ends a member that is protected or busy', () => {
  fc.assert(
    fc.property(events, (list) => {
      const world = new GroupWorld();
      for (const event of list) {
        happen(world, event);
        for (const action of planGroup(world.snapshot(), world.now).actions) {
          if (action.kind !== 'beginEnd' || !action.cause.includes('shrinking')) continue;
          assert.ok(!action.member.protectedFromScaleIn && !world.busy.has(action.member.instanceId));
        }
      }
    }),
    { numRuns: 300 },
  );
});
