// The rules of lifecycle hooks, one by one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploy, run } from '../service/service-world.fixture.ts';
import type { ModelWorld } from '../service/service-world.fixture.ts';
import type { DeploymentConfiguration, HookRun } from '#model/service.ts';
import { SHIFT, count, serving, state } from './deployment-world.fixture.ts';
import { answerHook } from './hooks.ts';

function answer(world: ModelWorld, status: HookRun['status']): void {
  world.deployments = world.deployments.map((d) => (d.arn === world.service.currentDeploymentArn ? { ...d, hooks: d.hooks.map((run) => (run.status === 'AWAITING_ACTION' || run.status === 'IN_PROGRESS' ? { ...run, status } : run)) } : d));
}

test('DP11 hooks run once a stage, and once a step of a longer shift', () => {
  const world = serving(SHIFT);
  const lifecycleHooks = [{ lifecycleStages: ['PRE_SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT'], hookTargetArn: 'http://x' } as const];
  deploy(world, { ...SHIFT, strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 0 }, lifecycleHooks });
  run(world, 3);
  assert.deepEqual([state(world).stage, count(world, 'rev-2')], ['PRE_SCALE_UP', 0], 'the stage waits');
  for (let i = 0; i < 20; i++) {
    answer(world, 'SUCCEEDED');
    run(world, 1);
  }
  assert.equal(state(world).status, 'SUCCESSFUL');
  assert.deepEqual(state(world).hooks.map((r) => [r.stage, r.step]), [['PRE_SCALE_UP', undefined], ['PRE_PRODUCTION_TRAFFIC_SHIFT', 0], ['PRE_PRODUCTION_TRAFFIC_SHIFT', 1]]);
});

test('DP11 hooks of the reconciliation run when there is something to reconcile: more than one revision', () => {
  const world = serving(SHIFT);
  const config: DeploymentConfiguration = { ...SHIFT, bakeTimeInMinutes: 60, lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['RECONCILE_SERVICE'] }] };
  deploy(world, config);
  run(world, 20);
  assert.deepEqual([state(world).stage, state(world).hooks], ['BAKE_TIME', []]);
  deploy(world, config);
  run(world, 20);
  assert.deepEqual([state(world).stage, state(world).hooks[0]?.status, count(world, 'rev-2')], ['RECONCILE_SERVICE', 'AWAITING_ACTION', 0]);
});

test('DP11 a deployment that ended awaits no action', () => {
  const ends: readonly ((world: ModelWorld) => void)[] = [
    (world) => (world.deployments = world.deployments.map((d) => (d.arn === 'dep-2' ? { ...d, status: 'STOP_REQUESTED' } : d))),
    (world) => deploy(world, SHIFT),
    (world) => (world.service = { ...world.service, status: 'DRAINING' }),
  ];
  for (const end of ends) {
    const world = serving(SHIFT);
    deploy(world, { ...SHIFT, lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }] });
    run(world, 3);
    assert.equal(state(world).hooks[0]?.status, 'AWAITING_ACTION');
    end(world);
    run(world, 3);
    const ended = world.deployments.find((d) => d.arn === 'dep-2');
    assert.deepEqual([ended?.status, ended?.hooks], ['STOPPED', []]);
  }
});

test('DP12 a failed hook rolls back; one that times out does what it says', () => {
  const hook = { lifecycleStages: ['POST_SCALE_UP'], hookTargetArn: 'http://x' } as const;
  const failed = serving(SHIFT);
  deploy(failed, { ...SHIFT, lifecycleHooks: [hook] });
  run(failed, 5);
  answer(failed, 'FAILED');
  run(failed, 20);
  assert.deepEqual([state(failed).status, count(failed, 'rev-1'), count(failed, 'rev-2')], ['ROLLBACK_SUCCESSFUL', 3, 0]);
  const reason = 'Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target http://x returned FAILED status.';
  assert.equal(state(failed).statusReason, reason);
  assert.ok(failed.events.includes(`(service web) (deployment ecs-svc/2) deployment failed: ${reason}`));
  for (const [action, status] of [['ROLLBACK', 'ROLLBACK_SUCCESSFUL'], ['CONTINUE', 'SUCCESSFUL']] as const) {
    const world = serving(SHIFT);
    deploy(world, { ...SHIFT, lifecycleHooks: [{ ...hook, timeoutConfiguration: { timeoutInMinutes: 5, action } }] });
    run(world, 290);
    assert.equal(state(world).status, 'IN_PROGRESS');
    run(world, 60);
    assert.deepEqual([state(world).status, state(world).hooks[0]?.status], [status, 'TIMED_OUT']);
  }
});

test('DP13 answers of an endpoint', () => {
  const run: HookRun = { hookId: 'h', hook: 0, stage: 'POST_SCALE_UP', targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS', startedAt: 0, expiresAt: 1e9, timeoutAction: 'ROLLBACK', callAgainAt: 0 };
  assert.equal(answerHook(run, { hookStatus: 'SUCCEEDED' }, 5).status, 'SUCCEEDED');
  assert.equal(answerHook(run, { hookStatus: 'IN_PROGRESS' }, 5).callAgainAt, 30_005);
  assert.equal(answerHook(run, { hookStatus: 'IN_PROGRESS', callBackDelay: 2 }, 5).callAgainAt, 2_005);
  for (const bad of [undefined, {}, { hookStatus: 'FAILED' }, { hookStatus: 'succeeded' }]) {
    const { status, callAgainAt } = answerHook(run, bad, 5);
    assert.deepEqual([status, callAgainAt], ['FAILED', undefined]);
  }
});
