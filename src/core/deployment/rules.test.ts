// The rules of deployments, one by one; those of hooks are in hooks.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIGURATION, change, deploy, live, look, lookUntilQuiet, modelWorld, run } from '../service/service-world.fixture.ts';
import type { Action } from '#model/load-balancer.ts';
import type { DeploymentConfiguration } from '#model/service.ts';
import { breakerThreshold } from './circuit-breaker.ts';
import { BREAKER, SHIFT, count, serving, state } from './deployment-world.fixture.ts';
import { shiftSteps } from './steps.ts';
import { withWeights } from './weights.ts';

test('DP1 a deployment begins with its sources, monitors and target groups', () => {
  const world = serving({ ...BREAKER, alarms: { alarmNames: ['a'], rollback: true, enable: true } });
  deploy(world);
  look(world);
  const { status, sourceRevisionArns, breaker, alarms, targetSlot, stage } = state(world);
  assert.deepEqual([status, sourceRevisionArns, breaker.status, alarms.status, targetSlot, stage], ['IN_PROGRESS', ['rev-1'], 'MONITORING', 'MONITORING', 'primary', 'SCALE_UP']);
  const shifting = serving();
  deploy(shifting, { ...CONFIGURATION, strategy: 'BLUE_GREEN' });
  look(shifting);
  assert.deepEqual([state(shifting).targetSlot, state(shifting).stage, state(shifting).breaker.status], ['alternate', 'RECONCILE_SERVICE', 'DISABLED']);
});

test('DP1 a deployment that is stopped before it began leaves the traffic where it is', () => {
  const world = serving(SHIFT);
  deploy(world);
  world.deployments = world.deployments.map((d) => (d.arn === 'dep-2' ? { ...d, status: 'ROLLBACK_REQUESTED' } : d));
  run(world, 10);
  assert.deepEqual([state(world).status, count(world, 'rev-1'), world.traffic.production], ['ROLLBACK_SUCCESSFUL', 3, 0]);
});

test('DP2 a newer deployment stops an unfinished one', () => {
  const world = serving();
  deploy(world);
  lookUntilQuiet(world);
  deploy(world);
  run(world, 10);
  assert.deepEqual(world.deployments.map((d) => d.status), ['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
  assert.equal(count(world, 'rev-3'), 3);
});

test('DP3 a deployment is done when its tasks are healthy and the others gone, drained ones included', () => {
  const world = serving();
  for (const task of live(world)) change(world, task.arn, { targets: [{ targetGroupArn: 'tg', port: 80, state: 'healthy', draining: false }] });
  deploy(world);
  lookUntilQuiet(world);
  for (const task of live(world)) if (task.origin === 'rev-2') change(world, task.arn, { lastStatus: 'RUNNING', startedAt: world.now });
  lookUntilQuiet(world);
  const old = world.tasks.filter((task) => task.origin === 'rev-1');
  assert.equal(state(world).status, 'IN_PROGRESS', 'its old tasks still drain');
  for (const task of old) change(world, task.arn, { lastStatus: 'STOPPING' });
  lookUntilQuiet(world);
  assert.equal(state(world).status, 'SUCCESSFUL');
  assert.ok(world.events.includes('(service web) (deployment ecs-svc/2) deployment completed.'));
});

test('DP4 thresholds of the circuit breaker', () => {
  const enabled = { enable: true, rollback: true };
  assert.deepEqual([1, 6, 7, 1_000].map((desired) => breakerThreshold(enabled, desired)), [3, 3, 4, 200]);
  assert.equal(breakerThreshold({ ...enabled, thresholdConfiguration: { type: 'COUNT', value: 7 } }, 1), 7);
  assert.equal(breakerThreshold({ ...enabled, thresholdConfiguration: { type: 'UNBOUNDED_PERCENT', value: 50 } }, 2), 1);
});

test('DP4 a task that proves itself resets the count, unless it is not to', () => {
  for (const resetOnHealthyTask of [true, false]) {
    const world = serving({ ...CONFIGURATION, deploymentCircuitBreaker: { enable: true, rollback: true, resetOnHealthyTask } });
    deploy(world);
    let failures = 0;
    run(world, 5, (task) => task.origin === 'rev-2' && failures++ < 2);
    run(world, 30);
    assert.equal(state(world).failedTasks, 2);
    run(world, 12);
    assert.deepEqual([state(world).failedTasks, state(world).failedTasksTotal], [resetOnHealthyTask ? 0 : 2, 2]);
  }
});

test('DP4 the circuit breaker watches a shift as well', () => {
  const world = serving({ ...SHIFT, deploymentCircuitBreaker: { enable: true, rollback: true } });
  deploy(world);
  run(world, 600, (task) => task.origin === 'rev-2');
  assert.deepEqual([state(world).status, state(world).statusReason], ['ROLLBACK_SUCCESSFUL', 'Service deployment rolled back because the circuit breaker threshold was exceeded.']);
  assert.deepEqual([count(world, 'rev-1'), count(world, 'rev-2'), world.traffic.production, state(world).breaker.status], [3, 0, 0, 'TRIGGERED']);
});

test('DP5 a failed deployment without a rollback starts nothing more and leaves the rest alone', () => {
  const world = serving({ ...CONFIGURATION, deploymentCircuitBreaker: { enable: true, rollback: false } });
  deploy(world);
  run(world, 600, (task) => task.origin === 'rev-2');
  assert.deepEqual([state(world).status, state(world).breaker.status, count(world, 'rev-1'), count(world, 'rev-2')], ['STOPPED', 'TRIGGERED', 3, 0]);
  const { made } = world;
  run(world, 3_600);
  assert.equal(world.made, made);
  deploy(world);
  run(world, 100);
  assert.deepEqual([state(world).status, count(world, 'rev-3')], ['SUCCESSFUL', 3]);
});

test('DP5 a failed deployment is scaled in as any other service', () => {
  const world = serving({ ...CONFIGURATION, deploymentCircuitBreaker: { enable: true, rollback: false } });
  deploy(world);
  run(world, 600, (task) => task.origin === 'rev-2');
  for (const desiredCount of [3, 1, 0]) {
    world.service = { ...world.service, desiredCount };
    run(world, 60);
    assert.equal(live(world).length, desiredCount);
  }
});

test('DP5 without a revision to go back to, a rollback has failed, and nothing more is started', () => {
  const world = modelWorld({ deploymentConfiguration: BREAKER });
  deploy(world);
  run(world, 600, () => true);
  assert.deepEqual([state(world).status, state(world).statusReason], ['ROLLBACK_FAILED', 'No rollback candidate was found to run the rollback.']);
  assert.ok(world.events.includes('(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start.'));
  const { made } = world;
  run(world, 3_600);
  assert.equal(world.made, made);
});

test('DP6 a rollback is said in the words of ECS', () => {
  const world = serving(BREAKER);
  deploy(world);
  run(world, 600, (task) => task.origin === 'rev-2');
  const said = world.events.filter((event) => /deployment failed|rolling back/.test(event));
  assert.deepEqual(said, ['(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start.', '(service web) rolling back to deployment ecs-svc/1.']);
  deploy(world);
  run(world, 600, (task) => task.origin === 'rev-3');
  assert.equal(world.events.filter((event) => event === '(service web) rolling back to deployment ecs-svc/1.').length, 2);
});

test('DP7 a rollback that fails, too, is ROLLBACK_FAILED, and the old revision is tried on', () => {
  const world = serving({ ...BREAKER, minimumHealthyPercent: 0, maximumPercent: 100 });
  deploy(world);
  run(world, 2_000, () => true);
  assert.deepEqual([state(world).status, world.service.targetRevisionArn], ['ROLLBACK_FAILED', 'rev-1']);
  run(world, 2_000);
  assert.equal(count(world, 'rev-1'), 3);
});

test('DP8 a shift begins without a third revision, and with all traffic on the one in production', () => {
  const world = serving(SHIFT);
  deploy(world, { ...SHIFT, bakeTimeInMinutes: 60 });
  run(world, 20);
  assert.deepEqual([state(world).stage, world.traffic.production], ['BAKE_TIME', 100]);
  deploy(world, SHIFT);
  let mixed = false;
  for (let i = 0; i < 30; i++) {
    look(world);
    mixed ||= count(world, 'rev-3') > 0 && count(world, 'rev-2') > 0;
    if (count(world, 'rev-2') < 3 && count(world, 'rev-3') === 0) assert.equal(world.traffic.production, 0);
    run(world, 1);
  }
  assert.deepEqual([mixed, count(world, 'rev-3'), world.traffic.production], [false, 3, 100]);
});

test('DP8 tasks of a third revision that never ran go at once, those that serve wait for the revision in production', () => {
  const world = serving(SHIFT);
  deploy(world, { ...SHIFT, bakeTimeInMinutes: 60 });
  run(world, 20);
  const [lost] = live(world).filter((task) => task.origin === 'rev-1');
  change(world, lost!.arn, { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' });
  const [late] = live(world).filter((task) => task.origin === 'rev-2');
  change(world, late!.arn, { lastStatus: 'PENDING', startedAt: undefined });
  deploy(world, SHIFT);
  lookUntilQuiet(world);
  assert.deepEqual([state(world).stage, count(world, 'rev-1'), count(world, 'rev-2')], ['RECONCILE_SERVICE', 3, 2]);
  run(world, 20);
  assert.deepEqual([state(world).status, count(world, 'rev-3')], ['SUCCESSFUL', 3]);
});

test('DP9 steps of a shift', () => {
  const percents = (config: Partial<DeploymentConfiguration>): number[] => shiftSteps({ ...CONFIGURATION, ...config }).map((step) => step.percent);
  assert.deepEqual(percents({ strategy: 'BLUE_GREEN' }), [100]);
  assert.deepEqual(percents({ strategy: 'CANARY' }), [5, 100]);
  assert.deepEqual(percents({ strategy: 'LINEAR' }), [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  assert.deepEqual(percents({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3 } }), [33.3, 66.6, 99.9, 100]);
  assert.deepEqual(shiftSteps({ ...SHIFT, strategy: 'CANARY' }).map((step) => step.bakeMs), [600_000, 0]);
});

test('DP9 no traffic before all new tasks are healthy', () => {
  const world = serving(SHIFT);
  deploy(world);
  let slow = true;
  for (let i = 0; i < 20; i++) {
    lookUntilQuiet(world);
    const starting = live(world).filter((task) => task.lastStatus === 'PROVISIONING');
    for (const task of starting.slice(slow ? 1 : 0)) change(world, task.arn, { lastStatus: 'RUNNING', startedAt: world.now });
    if (slow) assert.deepEqual(world.traffic, { production: 0, test: 0 });
    slow = i < 10;
    world.now += 1_000;
  }
  run(world, 5);
  assert.deepEqual([state(world).status, world.traffic.production], ['SUCCESSFUL', 100]);
});

test('DP10 early success, with and without waiting for the old tasks', () => {
  for (const sourceServiceRevisionCleanup of ['BLOCKING', 'DEFERRED'] as const) {
    const world = serving(CONFIGURATION, 4);
    deploy(world, { ...CONFIGURATION, maximumPercent: 150, earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup } });
    run(world, 1);
    assert.deepEqual([count(world, 'rev-2') >= 2, state(world).status], [true, sourceServiceRevisionCleanup === 'DEFERRED' ? 'SUCCESSFUL' : 'IN_PROGRESS']);
    run(world, 20);
    assert.deepEqual([state(world).status, count(world, 'rev-1'), count(world, 'rev-2')], ['SUCCESSFUL', 0, 4]);
  }
});

test('DP14 a rolled back shift sends traffic back first', () => {
  const world = serving(SHIFT);
  deploy(world, { ...SHIFT, bakeTimeInMinutes: 60 });
  run(world, 20);
  world.deployments = world.deployments.map((d) => (d.arn === world.service.currentDeploymentArn ? { ...d, status: 'ROLLBACK_REQUESTED' } : d));
  for (let i = 0; i < 20; i++) {
    look(world);
    if (count(world, 'rev-2') < 3) assert.equal(world.traffic.production, 0);
  }
  run(world, 5);
  assert.deepEqual([state(world).status, count(world, 'rev-1'), count(world, 'rev-2')], ['ROLLBACK_SUCCESSFUL', 3, 0]);
});

test('DP14 a rollback while the old tasks are cleaned up starts them again before anything else', () => {
  const world = serving(SHIFT);
  deploy(world);
  run(world, 2);
  lookUntilQuiet(world);
  world.tasks = world.tasks.filter((task) => task.origin === 'rev-2');
  world.scheduler = { ...world.scheduler!, completedRevisionArn: 'rev-1', productionSlot: 'primary' };
  world.deployments = world.deployments.map((d) => (d.arn === 'dep-2' ? { ...d, status: 'ROLLBACK_REQUESTED', stage: 'CLEAN_UP', productionWeight: 100 } : d));
  for (let i = 0; i < 12; i++) {
    look(world);
    const old = live(world).filter((task) => task.origin === 'rev-1' && task.lastStatus === 'RUNNING').length;
    if (old < 3) assert.equal(count(world, 'rev-2'), 3);
    if (i % 4 === 3) run(world, 1);
  }
  run(world, 5);
  assert.deepEqual([state(world).status, count(world, 'rev-1'), count(world, 'rev-2')], ['ROLLBACK_SUCCESSFUL', 3, 0]);
});

test('DP15 an alarm rolls back, or stops', () => {
  for (const rollback of [true, false]) {
    const world = serving();
    deploy(world, { ...CONFIGURATION, maximumPercent: 134, bakeTimeInMinutes: 10, alarms: { alarmNames: ['errors'], enable: true, rollback } });
    run(world, 2);
    world.alarmsInAlarm = ['errors', 'other'];
    run(world, 20);
    assert.deepEqual([state(world).status, state(world).alarms], [rollback ? 'ROLLBACK_SUCCESSFUL' : 'STOPPED', { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] }]);
  }
});

test('DP16 weights are whole, and only the two groups are touched', () => {
  const forward = (targets: readonly { targetGroupArn: string; weight: number }[]): Action => ({ type: 'forward', order: 1, targets });
  const groups = { primary: 'blue', alternate: 'green' };
  assert.deepEqual(withWeights([forward([{ targetGroupArn: 'blue', weight: 1 }])], { ...groups, percent: 5 }), [forward([{ targetGroupArn: 'blue', weight: 95 }, { targetGroupArn: 'green', weight: 5 }])]);
  assert.deepEqual(withWeights([forward([{ targetGroupArn: 'blue', weight: 1 }])], { ...groups, percent: 0.2 }), [forward([{ targetGroupArn: 'blue', weight: 998 }, { targetGroupArn: 'green', weight: 2 }])]);
  for (const percent of [0.1, 0.3, 33.3, 99.9]) {
    const [action] = withWeights([forward([{ targetGroupArn: 'blue', weight: 1 }])], { ...groups, percent });
    assert.deepEqual(action?.type === 'forward' && action.targets.map((target) => target.weight), [1000 - Math.round(percent * 10), Math.round(percent * 10)]);
  }
  const others = [forward([{ targetGroupArn: 'other', weight: 1 }])];
  assert.equal(withWeights(others, { ...groups, percent: 50 }), others);
});

test('DP17 what serves when a deployment is overtaken goes on serving', () => {
  const young = modelWorld({ deploymentConfiguration: SHIFT });
  deploy(young, { ...SHIFT, lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }] });
  run(young, 5);
  const cleaning = serving(SHIFT);
  deploy(cleaning);
  run(cleaning, 3);
  for (const task of live(cleaning)) if (task.origin === 'rev-1') change(cleaning, task.arn, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
  cleaning.deployments = cleaning.deployments.map((d) => (d.arn === 'dep-2' ? { ...d, status: 'IN_PROGRESS', stage: 'CLEAN_UP' } : d));
  cleaning.scheduler = { ...cleaning.scheduler!, completedRevisionArn: 'rev-1', productionSlot: 'primary' };
  for (const world of [young, cleaning]) {
    deploy(world, SHIFT);
    for (let i = 0; i < 30; i++) {
      look(world);
      assert.ok(live(world).filter((task) => task.lastStatus === 'RUNNING').length >= 3);
      if (i % 5 === 4) run(world, 1);
    }
    assert.equal(state(world).status, 'SUCCESSFUL');
  }
});

test('DP17 a shift that is stopped while it cleans up has brought its revision into production', () => {
  const world = serving(SHIFT);
  for (const task of live(world)) change(world, task.arn, { targets: [{ targetGroupArn: 'blue', port: 80, state: 'healthy', draining: false }] });
  deploy(world);
  run(world, 5);
  world.tasks = world.tasks.map((task) => (task.origin === 'rev-1' ? { ...task, desiredStatus: 'STOPPED', lastStatus: 'DEACTIVATING' } : task));
  world.deployments = world.deployments.map((d) => (d.arn === 'dep-2' ? { ...d, status: 'STOP_REQUESTED', stage: 'CLEAN_UP', productionWeight: 100 } : d));
  world.scheduler = { ...world.scheduler!, completedRevisionArn: 'rev-1', productionSlot: 'primary' };
  lookUntilQuiet(world);
  assert.deepEqual([state(world).status, world.scheduler?.completedRevisionArn, world.scheduler?.productionSlot], ['STOPPED', 'rev-2', 'alternate']);
});

test('DP17 a task that begins to serve while its revision is overtaken goes on serving', () => {
  const world = modelWorld({ deploymentConfiguration: SHIFT });
  deploy(world);
  lookUntilQuiet(world);
  const [kept] = live(world);
  change(world, kept!.arn, { protectedUntil: world.now + 60_000 });
  deploy(world, SHIFT);
  lookUntilQuiet(world);
  assert.deepEqual(live(world).map((task) => task.arn), [kept!.arn]);
  for (let i = 0; i < 100; i++) {
    run(world, 1);
    assert.ok(live(world).some((task) => task.lastStatus === 'RUNNING'));
  }
  assert.deepEqual([state(world).status, state(world).targetSlot, world.traffic.production], ['SUCCESSFUL', 'alternate', 100]);
});
