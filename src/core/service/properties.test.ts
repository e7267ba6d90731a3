// Services under random trouble: tasks start, fail and stop in any order, counts and versions change in between.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isGivenUp } from '../deployment/finish.ts';
import { isDeploymentFinished } from '#model/service.ts';
import type { DeploymentConfiguration } from '#model/service.ts';
import { isHealthy, isProtected } from './health.ts';
import { limitsOf } from './limits.ts';
import { planService } from './plan.ts';
import { change, currentDeployment, deploy, failTask, live, look, lookUntilQuiet, modelWorld, run, runTask, snapshotOf, stopped } from './service-world.fixture.ts';
import type { ModelWorld } from './service-world.fixture.ts';
import type { TaskView } from './snapshot.ts';

type Step =
  | { readonly kind: 'start' | 'fail' | 'stop' | 'protect' | 'sicken' | 'drainHost' | 'loseHost'; readonly pick: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'desired'; readonly count: number }
  | { readonly kind: 'deploy' }
  | { readonly kind: 'room'; readonly room: number };

const pick = fc.nat(1000);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('start' as const), pick }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('stop' as const), pick }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('fail' as const), pick }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('protect' as const, 'sicken' as const, 'drainHost' as const), pick }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('loseHost' as const), pick }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 90 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('desired' as const), count: fc.integer({ min: 0, max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('deploy' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('room' as const), room: fc.integer({ min: 4, max: 24 }) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

const configs = fc.record({
  strategy: fc.constant('ROLLING' as const),
  minimumHealthyPercent: fc.constantFrom(0, 30, 50, 75, 100),
  maximumPercent: fc.constantFrom(100, 125, 150, 200, 300),
  deploymentCircuitBreaker: fc.constantFrom({ enable: false, rollback: false }, { enable: true, rollback: true }, { enable: true, rollback: false }),
});

function act(world: ModelWorld, step: Step): void {
  const some = (list: readonly TaskView[]): TaskView | undefined => ('pick' in step && list.length > 0 ? list[step.pick % list.length] : undefined);
  switch (step.kind) {
    case 'wait':
      world.now += step.seconds * 1_000;
      return;
    case 'desired':
      world.service = { ...world.service, desiredCount: step.count };
      return;
    case 'deploy':
      deploy(world);
      return;
    case 'room':
      world.room = step.room;
      return;
    default:
  }
  const all = world.tasks.filter((task) => task.lastStatus !== 'STOPPED');
  const task = some(step.kind === 'stop' ? all.filter((t) => t.desiredStatus === 'STOPPED') : step.kind === 'start' ? live(world).filter((t) => t.lastStatus === 'PROVISIONING') : live(world));
  if (task === undefined) return;
  if (step.kind === 'start') runTask(world, task);
  else if (step.kind === 'stop') stopped(world, task);
  else if (step.kind === 'fail') failTask(world, task);
  else if (step.kind === 'protect') change(world, task.arn, { protectedUntil: world.now + 60_000 });
  else if (step.kind === 'sicken') change(world, task.arn, { hasHealthCheck: true, healthStatus: 'UNHEALTHY' });
  else if (step.kind === 'drainHost') change(world, task.arn, { leaving: true });
  // Lost, and found the next time.
  else change(world, task.arn, { lost: !task.lost });
}

/** Looks once and holds the plan to the limits. */
function checkedLook(world: ModelWorld): void {
  const before = live(world).filter((task) => !task.lost);
  const healthy = before.filter(isHealthy).length;
  const plan = planService(snapshotOf(world), world.now);
  const stops = new Set(plan.actions.flatMap((action) => (action.kind === 'stop' ? [action.taskArn] : [])));
  const hurt = before.filter((task) => stops.has(task.arn) && isHealthy(task)).length;
  const { desiredCount, deploymentConfiguration } = world.service;
  const { lower, upper } = limitsOf(currentDeployment(world)?.deploymentConfiguration ?? deploymentConfiguration, desiredCount);
  if (hurt > 0) assert.ok(healthy - hurt >= lower, `SV6: ${healthy} healthy, ${hurt} of them stopped, at least ${lower} wanted`);
  const gone = before.filter((task) => stops.has(task.arn)).length;
  const launched = plan.actions.reduce((sum, action) => sum + (action.kind === 'launch' ? action.count : 0), 0);
  if (launched > 0) assert.ok(before.length - gone + launched <= upper, `SV7: ${before.length} - ${gone} + ${launched} > ${upper}`);
  for (const task of before) if (stops.has(task.arn) && isHealthy(task)) assert.ok(!isProtected(task, world.now), 'SV11: protected');
  look(world);
}

function play(config: DeploymentConfiguration, list: readonly Step[]): ModelWorld {
  const world = modelWorld({ deploymentConfiguration: config });
  deploy(world);
  for (const step of list) {
    act(world, step);
    for (let i = 0; i < 6; i++) checkedLook(world);
    lookUntilQuiet(world);
  }
  return world;
}

test('SV6 the scheduler itself never goes under the minimum of healthy tasks', () => {
  fc.assert(fc.property(configs, steps, (config, list) => void play(config, list)), { numRuns: 150 });
});

test('SV7 the scheduler never has more tasks running than the maximum', () => {
  fc.assert(fc.property(configs, steps, (config, list) => void play({ ...config, maximumPercent: 150 }, list)), { numRuns: 100 });
});

test('SV11 protected tasks that serve outlive scale-in and deployments', () => {
  const protecting = fc.array(fc.oneof(steps.map((list) => list[0]!), fc.record({ kind: fc.constant('protect' as const), pick })), { minLength: 10, maxLength: 40 });
  fc.assert(fc.property(configs, protecting, (config, list) => void play(config, list)), { numRuns: 60 });
});

test('SV5 a plan that was applied leaves nothing to plan', () => {
  fc.assert(
    fc.property(configs, steps, (config, list) => {
      const world = play(config, list);
      lookUntilQuiet(world);
      assert.deepEqual(planService(snapshotOf(world), world.now).actions, []);
    }),
    { numRuns: 60 },
  );
});

test('SV12 once the trouble is over, the service settles at its desired count of one revision', () => {
  fc.assert(
    fc.property(configs, steps, (config, list) => {
      const world = play(config, list);
      world.room = Infinity;
      const { minimumHealthyPercent: min, maximumPercent: max } = config;
      run(world, 4_000);
      const deployment = currentDeployment(world)!;
      const { lower, upper } = limitsOf({ minimumHealthyPercent: min, maximumPercent: max }, world.service.desiredCount);
      if (lower === upper && lower > 0) return;
      assert.ok(isDeploymentFinished(deployment), `deployment is ${deployment.status}`);
      if (isGivenUp(deployment, world.service.targetRevisionArn!)) return;
      assert.equal(live(world).length, world.service.desiredCount);
      assert.ok(live(world).every((task) => isHealthy(task) && task.origin === world.service.targetRevisionArn));
    }),
    { numRuns: 60 },
  );
});
