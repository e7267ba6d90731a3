// The scheduler's rules, one by one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHealthy, isProven, unhealthyBecause } from './health.ts';
import { limitsOf } from './limits.ts';
import { planService } from './plan.ts';
import { scaleInOrder } from './scale-in.ts';
import { CONFIGURATION, change, currentDeployment, deploy, live, look, lookUntilQuiet, modelWorld, run, snapshotOf } from './service-world.fixture.ts';
import type { ModelWorld } from './service-world.fixture.ts';
import type { TaskView } from './snapshot.ts';
import { computedDesiredCount } from './task-sets.ts';
import { launchDelayMs } from './throttle.ts';
import { noteUnplaced, unplacedEvent } from './unplaced.ts';
import type { TaskSet } from '#model/service.ts';

function view(over: Partial<TaskView> = {}): TaskView {
  return {
    arn: 'task/1', origin: 'rev-1', lastStatus: 'RUNNING', desiredStatus: 'RUNNING', createdAt: 0, startedAt: 0, healthStatus: 'UNKNOWN',
    hasHealthCheck: false, leaving: false, lost: false, wantedTargets: 0, targets: [], ...over,
  };
}

const target = (state: 'healthy' | 'unhealthy' | 'initial' | 'unused', draining = false) => ({ targetGroupArn: 'tg', port: 80, state, draining });

test('SV1 healthy is RUNNING, with healthy containers and all targets registered and healthy', () => {
  assert.ok(isHealthy(view()));
  assert.ok(!isHealthy(view({ lastStatus: 'PENDING' })));
  assert.ok(!isHealthy(view({ desiredStatus: 'STOPPED' })));
  assert.ok(!isHealthy(view({ hasHealthCheck: true })));
  assert.ok(isHealthy(view({ hasHealthCheck: true, healthStatus: 'HEALTHY' })));
  assert.ok(!isHealthy(view({ wantedTargets: 1 })), 'not registered yet');
  assert.ok(!isHealthy(view({ wantedTargets: 1, targets: [target('initial')] })));
  assert.ok(!isHealthy(view({ wantedTargets: 1, targets: [target('healthy', true)] })));
  assert.ok(!isHealthy(view({ wantedTargets: 2, targets: [target('healthy')] })));
  assert.ok(isHealthy(view({ wantedTargets: 2, targets: [target('healthy'), target('unused')] })));
});

test('SV2 unhealthy tasks are judged after the grace period, in the words of ECS', () => {
  const sick = view({ hasHealthCheck: true, healthStatus: 'UNHEALTHY', startedAt: 1_000 });
  assert.equal(unhealthyBecause(sick, 30_000, 30_999), undefined);
  assert.equal(unhealthyBecause(sick, 30_000, 31_000)?.reason, 'Task failed container health checks');
  assert.equal(unhealthyBecause(view({ targets: [target('unhealthy')] }), 0, 1)?.reason, 'Task failed ELB health checks in (target-group tg)');
  const refused = { ...target('unhealthy'), port: 80, description: 'Health checks failed with these codes: [503]' };
  assert.equal(unhealthyBecause(view({ targets: [refused] }), 0, 1)?.event, '(port 80) is unhealthy in (target-group tg) due to (reason Health checks failed with these codes: [503]).');
  assert.equal(unhealthyBecause(view({ targets: [target('initial')] }), 0, 1), undefined);
});

test('SV3 an unchecked task proves its revision after 40 seconds, a checked one at once', () => {
  assert.deepEqual([isProven(view(), 39_999), isProven(view(), 40_000)], [false, true]);
  assert.ok(isProven(view({ hasHealthCheck: true, healthStatus: 'HEALTHY' }), 0));
});

test('SV4 the minimum is rounded up and the maximum down', () => {
  assert.deepEqual(limitsOf({ minimumHealthyPercent: 50, maximumPercent: 150 }, 3), { lower: 2, upper: 4 });
  assert.deepEqual(limitsOf({ minimumHealthyPercent: 1, maximumPercent: 100 }, 1), { lower: 1, upper: 1 });
});

test('SV8 scale-in takes what does not serve, then the fullest zone, then the newest', () => {
  const tasks = [
    view({ arn: 'old-a', zone: 'a', createdAt: 1 }), view({ arn: 'new-a', zone: 'a', createdAt: 3 }), view({ arn: 'b', zone: 'b', createdAt: 9 }),
    view({ arn: 'pending', zone: 'b', lastStatus: 'PENDING', createdAt: 2 }), view({ arn: 'safe', zone: 'a', protectedUntil: 100 }),
  ];
  assert.deepEqual(scaleInOrder(tasks, 50).map((task) => task.arn), ['pending', 'new-a', 'old-a', 'b']);
});

function steady(over: Parameters<typeof modelWorld>[0] = {}): ModelWorld {
  const world = modelWorld(over);
  deploy(world);
  run(world, 10);
  return world;
}

const sicken = (world: ModelWorld, task: TaskView): void => change(world, task.arn, { hasHealthCheck: true, healthStatus: 'UNHEALTHY' });

test('SV8 tasks that run and tasks that do not yet are said to be stopped apart', () => {
  const world = steady();
  world.service = { ...world.service, desiredCount: 5 };
  lookUntilQuiet(world);
  world.service = { ...world.service, desiredCount: 2 };
  lookUntilQuiet(world);
  assert.deepEqual(world.events.slice(-2), ['(service web) has stopped 1 running tasks: (task 2).', '(service web) stopped 2 pending tasks.']);
});

test('SV9 an unhealthy task goes after its replacement, or before it when there is no room', () => {
  const world = steady();
  sicken(world, live(world)[0]!);
  lookUntilQuiet(world);
  assert.equal(live(world).length, 4);
  run(world, 3);
  assert.equal(live(world).filter(isHealthy).length, 3);
  assert.equal(live(world).length, 3);
  assert.match(world.events.join('\n'), /failed container health checks/);
  const full = steady({ deploymentConfiguration: { ...CONFIGURATION, maximumPercent: 100 } });
  sicken(full, live(full)[0]!);
  lookUntilQuiet(full);
  assert.equal(live(full).length, 3, 'two and the replacement');
});

test('SV10 old tasks go ahead of new ones only without room, and not under the minimum', () => {
  const world = steady({ desiredCount: 4, deploymentConfiguration: { ...CONFIGURATION, minimumHealthyPercent: 50, maximumPercent: 100 } });
  deploy(world);
  lookUntilQuiet(world);
  assert.deepEqual([live(world).filter((t) => t.origin === 'rev-1').length, live(world).filter((t) => t.origin === 'rev-2').length], [2, 2]);
  const roomy = steady({ desiredCount: 4, deploymentConfiguration: { ...CONFIGURATION, minimumHealthyPercent: 50 } });
  deploy(roomy);
  lookUntilQuiet(roomy);
  assert.equal(live(roomy).filter((t) => t.origin === 'rev-1').length, 4, 'the new ones have room beside them');
});

test('SV24 a task on a lost host is replaced at once and stopped when that serves; the host that comes back first keeps it', () => {
  for (const maximumPercent of [100, 200]) {
    const world = steady({ desiredCount: 2, deploymentConfiguration: { ...CONFIGURATION, maximumPercent } });
    const [lost] = live(world) as [TaskView];
    change(world, lost.arn, { lost: true });
    lookUntilQuiet(world);
    assert.deepEqual([live(world).length, world.tasks.find((task) => task.arn === lost.arn)?.desiredStatus], [3, 'RUNNING'], `a third is started within ${maximumPercent} per cent`);
    run(world, 60);
    assert.deepEqual([live(world).length, world.tasks.find((task) => task.arn === lost.arn)?.desiredStatus], [2, 'STOPPED']);
  }
  const full = steady({ desiredCount: 2 });
  full.room = 2;
  const [away] = live(full) as [TaskView];
  change(full, away.arn, { lost: true });
  run(full, 600);
  assert.equal(full.tasks.find((task) => task.arn === away.arn)?.desiredStatus, 'RUNNING', 'nothing takes its place, so it is not given up');
  change(full, away.arn, { lost: false });
  run(full, 60);
  assert.deepEqual([live(full).length, full.made], [2, 2]);
  const surplus = steady({ desiredCount: 2 });
  const [back] = live(surplus) as [TaskView];
  change(surplus, back.arn, { lost: true });
  lookUntilQuiet(surplus);
  change(surplus, back.arn, { lost: false });
  run(surplus, 60);
  assert.equal(live(surplus).length, 2, 'of three that serve one goes');
  surplus.service = { ...surplus.service, status: 'DRAINING' };
  for (const task of live(surplus)) change(surplus, task.arn, { lost: true });
  lookUntilQuiet(surplus);
  assert.equal(live(surplus).length, 0, 'a deleted service leaves none behind');
});

test('SV24 a daemon stays with its lost host, until another revision takes its place', () => {
  const world = modelWorld({ schedulingStrategy: 'DAEMON', deploymentConfiguration: { ...CONFIGURATION, minimumHealthyPercent: 0, maximumPercent: 100 } });
  world.hosts = ['h1', 'h2'];
  deploy(world);
  run(world, 120);
  const away = live(world).find((task) => task.hostArn === 'h2')!;
  change(world, away.arn, { lost: true });
  world.hosts = ['h1'];
  run(world, 120);
  assert.deepEqual(live(world).map((task) => task.hostArn).sort(), ['h1', 'h2'], 'nothing is started for it, and it is not given up');
  deploy(world);
  run(world, 300);
  assert.deepEqual(live(world).map((task) => [task.hostArn, task.origin]), [['h1', 'rev-2']]);
  assert.equal(currentDeployment(world)?.status, 'SUCCESSFUL');
});

test('SV13 failures in a row hold launches back, and a proven task ends that', () => {
  assert.deepEqual([1, 2, 3, 4, 30].map(launchDelayMs), [0, 1_000, 2_000, 4_000, 900_000]);
  const world = modelWorld({ desiredCount: 1 });
  deploy(world);
  run(world, 300, () => true);
  assert.ok(world.made < 12, `${world.made} launches in 300 seconds`);
  assert.match(world.events.join('\n'), /is unable to consistently start tasks successfully/);
  run(world, 1_000);
  assert.deepEqual([live(world).length, world.scheduler?.failureRounds], [1, 0]);
});

test('SV14 a task moves from the fullest zone to the emptiest, start before stop', () => {
  const world = modelWorld({ desiredCount: 4, availabilityZoneRebalancing: 'ENABLED' });
  world.zones = ['a'];
  deploy(world);
  run(world, 10);
  world.zones = ['a', 'b'];
  let fewest = 4;
  for (let i = 0; i < 30; i++) {
    run(world, 1);
    fewest = Math.min(fewest, live(world).filter(isHealthy).length);
  }
  const inA = live(world).filter((task) => task.zone === 'a').length;
  assert.deepEqual([live(world).length, inA, fewest], [4, 2, 4]);
  assert.deepEqual(world.events.filter((event) => event.includes('AZ')), [
    '(service web) is not AZ balanced with 4 tasks in a, 0 tasks in b. AZ Rebalancing in progress.',
    '(service web) is AZ balanced with 2 tasks in a, 2 tasks in b.',
  ]);
  const made = world.made;
  world.tasks = world.tasks.map((task) => ({ ...task, zone: 'a' }));
  world.zones = ['b', 'a'];
  run(world, 3);
  assert.ok(world.made <= made + 2, 'one move at a time');
});

test('SV15 the steady state is said once', () => {
  const world = steady();
  run(world, 100);
  assert.equal(world.events.filter((event) => event === '(service web) has reached a steady state.').length, 1);
});

test('SV16 a deleted service ends INACTIVE and is forgotten an hour later', () => {
  const world = steady();
  world.service = { ...world.service, status: 'DRAINING', desiredCount: 0 };
  run(world, 3);
  assert.deepEqual([live(world).length, world.service.status], [0, 'INACTIVE']);
  const early = planService(snapshotOf(world), world.now);
  assert.deepEqual([early.actions, early.wakeAt !== undefined], [[], true]);
  assert.deepEqual(planService(snapshotOf(world), early.wakeAt!).actions, [{ kind: 'forget', serviceArn: 'service' }]);
});

test('SV17 a DAEMON has one task a host, and its update stops the old one first, within the minimum', () => {
  const config = { ...CONFIGURATION, minimumHealthyPercent: 50, maximumPercent: 100 };
  const world = modelWorld({ schedulingStrategy: 'DAEMON', desiredCount: 0, deploymentConfiguration: config });
  world.hosts = ['h1', 'h2', 'h3', 'h4'];
  deploy(world);
  run(world, 5);
  assert.deepEqual(live(world).map((task) => task.hostArn).sort(), world.hosts);
  assert.deepEqual([world.service.desiredCount, currentDeployment(world)?.status], [4, 'SUCCESSFUL']);
  deploy(world);
  for (let i = 0; i < 12; i++) {
    run(world, 1);
    assert.ok(live(world).filter(isHealthy).length >= 2);
    const hosts = world.tasks.filter((task) => task.lastStatus !== 'STOPPED').map((task) => task.hostArn);
    assert.equal(new Set(hosts).size, hosts.length, 'never two on one host');
  }
  assert.ok(live(world).every((task) => task.origin === 'rev-2'));
  assert.equal(currentDeployment(world)?.status, 'SUCCESSFUL');
  world.hosts = [...world.hosts, 'h5'];
  run(world, 5);
  assert.equal(live(world).length, 5);
});

test('SV17 a DAEMON whose minimum leaves no room says so', () => {
  const config = { ...CONFIGURATION, minimumHealthyPercent: 50, maximumPercent: 100 };
  const world = modelWorld({ schedulingStrategy: 'DAEMON', desiredCount: 0, deploymentConfiguration: config });
  world.hosts = ['h1'];
  deploy(world);
  run(world, 5);
  deploy(world);
  run(world, 5);
  assert.equal(currentDeployment(world)?.status, 'IN_PROGRESS');
  assert.equal(world.events.filter((event) => event.includes('was unable to stop or start tasks during a deployment')).length, 1);
  world.service = { ...world.service, deploymentConfiguration: { ...config, minimumHealthyPercent: 0 } };
  run(world, 5);
  assert.equal(currentDeployment(world)?.status, 'SUCCESSFUL');
});

function taskSet(arn: string, value: number): TaskSet {
  return {
    arn, id: `ecs-svc/${arn}`, serviceArn: 'service', clusterArn: 'cluster', status: 'ACTIVE', scale: { value, unit: 'PERCENT' }, stabilityStatus: 'STABILIZING',
    stabilityStatusAt: 0, createdAt: 0, updatedAt: 0, tags: [], spec: { taskDefinitionArn: 'web:1', capacityProviderStrategy: [], loadBalancers: [], serviceRegistries: [] },
  };
}

test('SV18 task sets have their share, say when they are there, and go when drained', () => {
  assert.equal(computedDesiredCount(taskSet('a', 34), 3), 2);
  const world = modelWorld({ deploymentController: 'EXTERNAL', desiredCount: 4 });
  world.taskSets = [taskSet('a', 100), taskSet('b', 50)];
  run(world, 5);
  const count = (arn: string): number => live(world).filter((task) => task.origin === arn).length;
  assert.deepEqual([count('a'), count('b'), world.taskSets.map((set) => set.stabilityStatus)], [4, 2, ['STEADY_STATE', 'STEADY_STATE']]);
  world.taskSets = world.taskSets.map((set) => (set.arn === 'b' ? { ...set, status: 'DRAINING' } : set));
  run(world, 5);
  assert.deepEqual([count('a'), count('b'), world.taskSets.map((set) => set.arn)], [4, 0, ['a']]);
});

test('SV23 a launch without a place says why, once, and is tried again', () => {
  assert.equal(
    unplacedEvent([{ hostArn: 'x/h1', reason: 'RESOURCE:MEMORY' }]),
    'was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance h1) has insufficient memory available. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  );
  assert.match(unplacedEvent([{ reason: 'No Container Instances were found in your cluster.' }]), /Reason: No Container Instances were found in your cluster\. For/);
  assert.match(unplacedEvent([{ reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone' }]), /^was unable to place a task\. Reason: Capacity is unavailable/);
  const scheduler = { serviceArn: 'service', steady: false, productionSlot: 'primary', failureRounds: 0 } as const;
  const first = noteUnplaced(scheduler, [{ reason: 'AGENT', hostArn: 'x/h1' }], 1_000);
  const second = noteUnplaced(first.scheduler, [{ reason: 'AGENT', hostArn: 'x/h1' }], 2_000);
  assert.deepEqual([first.event !== undefined, second.event, first.scheduler.unplaced?.retryAt, second.scheduler.unplaced?.retryAt], [true, undefined, 2_000, 4_000]);
  assert.deepEqual(noteUnplaced(second.scheduler, [], 3_000).scheduler, scheduler);
});

test('a look at a quiet service changes nothing, not even its scheduler row', () => {
  const world = steady();
  assert.deepEqual(look(world).actions, []);
});
