// Blue/green, linear and canary deployments in the control plane, with hooks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import type { HookAnswer, HookPayload } from '#core/deployment/hooks.ts';
import { rules } from '#model/load-balancer.ts';
import { serviceDeployments } from '#model/service.ts';
import type { DeploymentConfiguration, HookRun, LifecycleHook } from '#model/service.ts';
import { BLUE, BLUE_AND_GREEN, CONFIGURATION, GREEN, RULE, TEST_RULE, openServiceWorld } from './service.fixture.ts';
import type { ServiceWorld } from './service.fixture.ts';
import { openServiceHooks } from './service-hooks.ts';

const MINUTE = 60_000;

function weights(world: ServiceWorld, rule: string = RULE): Record<string, number> {
  const [action] = world.store.get(rules, rule)?.actions ?? [];
  assert.equal(action?.type, 'forward');
  return Object.fromEntries(action.targets.map((t) => [t.targetGroupArn === BLUE ? 'blue' : 'green', t.weight]));
}

async function first(change: Partial<DeploymentConfiguration>): Promise<ServiceWorld> {
  const world = await openServiceWorld({ spec: BLUE_AND_GREEN });
  world.deploy(1, { deploymentConfiguration: { ...CONFIGURATION, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, ...change, lifecycleHooks: [] } });
  await world.settle(30);
  assert.equal(world.deployment().status, 'SUCCESSFUL');
  assert.deepEqual(weights(world), { blue: 100, green: 0 });
  world.change({ deploymentConfiguration: { ...CONFIGURATION, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, ...change } });
  return world;
}

async function minutes(world: ServiceWorld, count: number): Promise<void> {
  for (let i = 0; i < count * 6; i++) {
    await world.step();
    await world.clock.advance(9_000);
  }
}

test('blue/green: both revisions run, traffic moves at once, the old one goes after the bake time', async () => {
  const world = await first({ bakeTimeInMinutes: 5 });
  const stages: string[] = [];
  world.store.watch(({ changes }) => {
    for (const { table, after } of changes) if (table.name === serviceDeployments.name) stages.push((after as { stage: string }).stage);
  });
  world.deploy(2);
  await world.settle(30);
  assert.deepEqual(world.versions(), ['1', '1', '1', '2', '2', '2']);
  assert.deepEqual([world.deployment().stage, weights(world), weights(world, TEST_RULE)], ['BAKE_TIME', { blue: 0, green: 100 }, { blue: 0, green: 100 }]);
  await minutes(world, 5);
  assert.deepEqual([world.deployment().status, world.versions()], ['SUCCESSFUL', ['2', '2', '2']]);
  assert.deepEqual([...new Set(stages)], [
    'RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT',
    'PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP',
  ]);
  world.deploy(3);
  await minutes(world, 7);
  assert.deepEqual([world.versions(), weights(world)], [['3', '3', '3'], { blue: 100, green: 0 }], 'the next one goes back to the first target group');
  world.close();
});

test('canary: a small share first, the rest after its bake time', async () => {
  const world = await first({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 2 } });
  world.deploy(2);
  await world.settle(10);
  assert.deepEqual([world.deployment().productionWeight, weights(world)], [12.5, { blue: 875, green: 125 }]);
  await minutes(world, 3);
  assert.deepEqual([world.deployment().status, weights(world)], ['SUCCESSFUL', { blue: 0, green: 100 }]);
  world.close();
});

test('linear: equal steps, each with its bake time', async () => {
  const world = await first({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } });
  const seen = new Set<number>();
  world.store.watch(() => seen.add(weights(world)['green'] ?? -1));
  world.deploy(2);
  await minutes(world, 4);
  assert.deepEqual([...seen], [0, 40, 80, 100]);
  assert.equal(world.deployment().status, 'SUCCESSFUL');
  world.close();
});

test('a stopped deployment sends all traffic back before anything of the new revision stops', async () => {
  const world = await first({ bakeTimeInMinutes: 60 });
  const made = world.deploy(2);
  await world.settle(30);
  assert.equal(world.deployment().stage, 'BAKE_TIME');
  world.store.watch(() => {
    const green = world.versions().filter((v) => v === '2').length;
    if (green < 3) assert.deepEqual(weights(world), { blue: 100, green: 0 });
  });
  world.store.transact((tx) => tx.put(serviceDeployments, { ...world.deployment(), status: 'ROLLBACK_REQUESTED' }));
  await world.settle(30);
  assert.deepEqual([world.deployment().arn, world.deployment().status], [made.arn, 'ROLLBACK_SUCCESSFUL']);
  assert.deepEqual([world.versions(), weights(world)], [['1', '1', '1'], { blue: 100, green: 0 }]);
  world.deploy(3, { deploymentConfiguration: { ...CONFIGURATION, strategy: 'BLUE_GREEN' } });
  await world.settle(40);
  assert.deepEqual([world.versions(), weights(world)], [['3', '3', '3'], { blue: 0, green: 100 }]);
  world.close();
});

test('a new deployment in the middle of a shift takes over from the revision in production', async () => {
  const world = await first({ bakeTimeInMinutes: 60 });
  world.deploy(2);
  await world.settle(30);
  world.deploy(3, { deploymentConfiguration: { ...CONFIGURATION, strategy: 'BLUE_GREEN' } });
  await world.settle(60);
  assert.deepEqual([world.deployment().status, world.versions(), weights(world)], ['SUCCESSFUL', ['3', '3', '3'], { blue: 0, green: 100 }]);
  world.close();
});

function hook(change: Partial<LifecycleHook>): LifecycleHook {
  return { lifecycleStages: ['POST_SCALE_UP'], hookTargetArn: 'http://hook/', ...change };
}

function calls(world: ServiceWorld, answer: (payload: HookPayload) => HookAnswer | Error): HookPayload[] {
  const seen: HookPayload[] = [];
  openServiceHooks({
    store: world.store,
    clock: world.clock,
    log: silentLogger,
    async callHook(_target, payload) {
      seen.push(payload);
      const given = answer(payload);
      if (given instanceof Error) throw given;
      return given;
    },
  });
  return seen;
}

const runOf = (world: ServiceWorld): HookRun | undefined => world.deployment().hooks[0];

test('an endpoint hook is asked until it has an answer, then the deployment goes on', async () => {
  const world = await first({ lifecycleHooks: [hook({ lifecycleStages: ['POST_SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT'], hookDetails: { a: 1 } })] });
  const seen = calls(world, () => (seen.length < 3 ? { hookStatus: 'IN_PROGRESS', callBackDelay: 5 } : { hookStatus: 'SUCCEEDED' }));
  world.deploy(2);
  await world.settle(40);
  assert.equal(world.deployment().status, 'SUCCESSFUL');
  assert.deepEqual(seen.map((p) => p.lifecycleStage), ['POST_SCALE_UP', 'POST_SCALE_UP', 'POST_SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT']);
  assert.deepEqual([seen[0]?.hookDetails, Object.values(seen[3]?.executionDetails.productionTrafficWeights ?? {})], [{ a: 1 }, [100, 0]]);
  world.close();
});

for (const [what, answer] of [['fails', { hookStatus: 'FAILED' }], ['answers nonsense', { hookStatus: 'MAYBE' }], ['cannot be reached', new Error('refused')]] as const) {
  test(`a hook that ${what} rolls the deployment back`, async () => {
    const world = await first({ lifecycleHooks: [hook({ lifecycleStages: ['POST_PRODUCTION_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT'] })] });
    const seen = calls(world, (p) => (p.lifecycleStage === 'TEST_TRAFFIC_SHIFT' ? { hookStatus: 'SUCCEEDED' } : answer));
    world.deploy(2);
    await world.settle(40);
    assert.deepEqual([world.deployment().status, world.versions(), weights(world)], ['ROLLBACK_SUCCESSFUL', ['1', '1', '1'], { blue: 100, green: 0 }]);
    assert.deepEqual(seen.map((p) => p.lifecycleStage), ['TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT'], 'hears of the rollback, too');
    world.close();
  });
}

test('a PAUSE hook waits for its answer', async () => {
  const world = await first({ lifecycleHooks: [hook({ targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] })] });
  world.deploy(2);
  await minutes(world, 10);
  assert.deepEqual([runOf(world)?.status, weights(world)], ['AWAITING_ACTION', { blue: 100, green: 0 }]);
  const row = world.deployment();
  world.store.transact((tx) => tx.put(serviceDeployments, { ...row, hooks: row.hooks.map((r) => ({ ...r, status: 'SUCCEEDED' as const })) }));
  await world.settle(30);
  assert.deepEqual([world.deployment().status, world.versions()], ['SUCCESSFUL', ['2', '2', '2']]);
  world.close();
});

for (const [action, status] of [['ROLLBACK', 'ROLLBACK_SUCCESSFUL'], ['CONTINUE', 'SUCCESSFUL']] as const) {
  test(`a PAUSE hook nobody answers times out: ${action}`, async () => {
    const lifecycleHooks = [hook({ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'], timeoutConfiguration: { timeoutInMinutes: 10, action } })];
    const world = await first({ lifecycleHooks });
    world.deploy(2);
    await world.settle(10);
    assert.equal(world.deployment().status, 'IN_PROGRESS');
    await world.clock.advance(10 * MINUTE);
    await world.settle(20);
    assert.deepEqual([runOf(world)?.status, world.deployment().status], ['TIMED_OUT', status]);
    world.close();
  });
}

test('the alternate target group is where the new tasks register', async () => {
  const world = await first({ bakeTimeInMinutes: 60 });
  world.deploy(2);
  await world.settle(30);
  const groups = new Map(world.live().map((task) => [task.taskDefinitionArn.split(':').at(-1), task.loadBalancers?.[0]?.targetGroupArn]));
  assert.deepEqual([groups.get('1'), groups.get('2')], [BLUE, GREEN]);
  world.close();
});
