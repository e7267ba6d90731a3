// What a request means: defaults, merging, and which changes start a deployment (SD1 to SD10).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Service } from '#model/service.ts';
import { deploymentConfiguration } from './deployment-configuration.ts';
import { effectiveLaunchType, mergeUpdate, type ServiceUpdate } from './merge-update.ts';
import { rebalancingObstacle } from './rebalancing.ts';
import { configuration, DAEMON, REPLICA, SERVICE, SPEC } from './service.fixture.ts';
import { sameValue, startsDeployment } from './starts-deployment.ts';

const update = (change: ServiceUpdate, service: Service = SERVICE): Service => mergeUpdate(service, service.spec, change);

test('SD1 percentages are those of the scheduling strategy when they are not given', () => {
  const { maximumPercent, minimumHealthyPercent } = deploymentConfiguration(undefined, REPLICA);
  assert.deepEqual([maximumPercent, minimumHealthyPercent], [200, 100]);
  const daemon = deploymentConfiguration({}, DAEMON);
  assert.deepEqual([daemon.maximumPercent, daemon.minimumHealthyPercent], [100, 0]);
});

test('SD2 a deployment rolls, without circuit breaker, when nothing else is said', () => {
  assert.deepEqual(deploymentConfiguration(undefined, REPLICA), {
    strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 100, deploymentCircuitBreaker: { enable: false, rollback: false },
  });
});

test('SD3 a member that is not given keeps its value, and zero is a value', () => {
  const current = configuration({ maximumPercent: 150, minimumHealthyPercent: 50, deploymentCircuitBreaker: { enable: true, rollback: true } });
  assert.deepEqual(deploymentConfiguration({ minimumHealthyPercent: 0, maximumPercent: undefined }, REPLICA, current), { ...current, minimumHealthyPercent: 0 });
  const off = deploymentConfiguration({ deploymentCircuitBreaker: { enable: false, rollback: false } }, REPLICA, current);
  assert.equal(off.deploymentCircuitBreaker?.enable, false);
});

test('SD4 what another strategy does not know goes with the strategy', () => {
  const rolling = configuration({ deploymentCircuitBreaker: { enable: true, rollback: true }, earlySuccessCriteria: { enable: false } });
  const canary = deploymentConfiguration({ strategy: 'CANARY' }, REPLICA, rolling);
  assert.deepEqual([canary.deploymentCircuitBreaker?.enable, 'earlySuccessCriteria' in canary], [true, false]);
  const linear = deploymentConfiguration({ strategy: 'LINEAR' }, REPLICA, canary);
  assert.ok(!('canaryConfiguration' in linear) && 'linearConfiguration' in linear);
  const hooked = deploymentConfiguration({ lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }] }, REPLICA, linear);
  assert.equal(deploymentConfiguration({ strategy: 'CANARY' }, REPLICA, hooked).lifecycleHooks?.length, 1);
  assert.ok(!('lifecycleHooks' in deploymentConfiguration({ strategy: 'ROLLING' }, REPLICA, hooked)));
});

test('SD5 steps, canaries and hooks have the defaults ECS documents', () => {
  assert.deepEqual(configuration({ strategy: 'LINEAR' }).linearConfiguration, { stepPercent: 10, stepBakeTimeInMinutes: 6 });
  assert.deepEqual(configuration({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 1 } }).canaryConfiguration, { canaryPercent: 1, canaryBakeTimeInMinutes: 10 });
  const { lifecycleHooks } = configuration({ strategy: 'CANARY', lifecycleHooks: [{ hookTargetArn: 'x', lifecycleStages: ['PRE_SCALE_UP'] }] });
  assert.deepEqual(lifecycleHooks?.[0]?.timeoutConfiguration, { timeoutInMinutes: 1440, action: 'ROLLBACK' });
  assert.equal(lifecycleHooks?.[0]?.targetType, 'AWS_LAMBDA');
});

test('SD6 an update of nothing changes nothing, and every value given is taken', () => {
  assert.deepEqual(update({}), SERVICE);
  const given = { desiredCount: 0, enableExecuteCommand: false, enableECSManagedTags: false, healthCheckGracePeriodSeconds: 0, placementStrategy: [], propagateTags: 'NONE' } as const;
  const after = update({ ...given, loadBalancers: [] });
  for (const [member, value] of Object.entries(given)) assert.deepEqual(after[member as keyof Service], value, member);
  assert.deepEqual(after.spec.loadBalancers, []);
  assert.deepEqual([after.availabilityZoneRebalancing, after.spec.taskDefinitionArn], ['ENABLED', SPEC.taskDefinitionArn]);
});

test('SD6 any update changes what it names and nothing else', () => {
  const members = fc.record(
    {
      desiredCount: fc.nat(5), enableExecuteCommand: fc.boolean(), enableECSManagedTags: fc.boolean(), healthCheckGracePeriodSeconds: fc.nat(9),
      propagateTags: fc.constantFrom('TASK_DEFINITION', 'SERVICE', 'NONE'), availabilityZoneRebalancing: fc.constantFrom('ENABLED', 'DISABLED'),
      placementConstraints: fc.constantFrom([], [{ type: 'distinctInstance' as const }]),
    },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(members, (change) => assert.deepEqual(update(change as ServiceUpdate), { ...SERVICE, ...change })), { seed: 1 });
});

test('SD7 capacity providers replace the launch type, and an empty list brings it back', () => {
  const strategy = [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }];
  const { spec } = update({ capacityProviderStrategy: strategy });
  assert.deepEqual([spec.launchType, spec.capacityProviderStrategy, effectiveLaunchType(spec)], [undefined, strategy, 'FARGATE']);
  const back = update({ capacityProviderStrategy: [] }, { ...SERVICE, spec }).spec;
  assert.deepEqual([back.launchType, back.capacityProviderStrategy], ['FARGATE', []]);
});

test('SD8 the platform version is kept as it was asked for', () => {
  assert.equal(update({ desiredCount: 1 }).platformVersion, 'LATEST');
  assert.equal(update({ platformVersion: '1.4.0' }).platformVersion, '1.4.0');
});

test('SD9 what a task is made from starts a deployment, and nothing else does', () => {
  const starts = (change: ServiceUpdate): boolean => startsDeployment(SPEC, update(change).spec);
  const starting: ServiceUpdate[] = [
    { taskDefinitionArn: 'other' }, { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }, { loadBalancers: [] }, { serviceRegistries: [{ registryArn: 'r' }] },
    { awsvpc: { subnets: ['s'], securityGroups: [], assignPublicIp: 'DISABLED' } }, { serviceConnectConfiguration: { enabled: true } }, { monitoring: {} },
  ];
  for (const change of starting) assert.ok(starts(change), JSON.stringify(change));
  const keeping: ServiceUpdate[] = [
    {}, { desiredCount: 9 }, { deploymentConfiguration: { maximumPercent: 150 } }, { availabilityZoneRebalancing: 'DISABLED' }, { placementStrategy: [] }, { placementConstraints: [] },
    { healthCheckGracePeriodSeconds: 1 }, { enableExecuteCommand: false }, { enableECSManagedTags: false }, { propagateTags: 'NONE' }, { taskDefinitionArn: SPEC.taskDefinitionArn },
  ];
  for (const change of keeping) assert.ok(!starts(change), JSON.stringify(change));
});

test('values are the same whatever the order of their members', () => {
  assert.ok(sameValue({ a: 1, b: [{ c: 2, d: undefined }] }, { b: [{ c: 2 }], a: 1 }));
  for (const other of [{ a: 1 }, { a: 1, b: {} }, { a: 1, b: [{ c: 3 }] }, { a: 1, b: [{ c: 2 }, 1] }, null]) assert.ok(!sameValue({ a: 1, b: [{ c: 2 }] }, other));
});

test('SD10 a service can be rebalanced over zones unless something stands against it', () => {
  const with_ = (change: Partial<Service>): string | undefined => rebalancingObstacle({ ...SERVICE, ...change });
  assert.equal(with_({}), undefined);
  assert.equal(with_({ placementStrategy: [] }), undefined);
  assert.equal(with_({ schedulingStrategy: 'DAEMON' }), 'daemon');
  assert.equal(with_({ deploymentController: 'EXTERNAL' }), 'controller');
  assert.equal(with_({ spec: { ...SPEC, launchType: 'EXTERNAL' } }), 'external');
  assert.equal(with_({ deploymentConfiguration: configuration({ maximumPercent: 100 }) }), 'maximumPercent');
  assert.equal(with_({ spec: { ...SPEC, loadBalancers: [{ loadBalancerName: 'classic' }] } }), 'classicLoadBalancer');
  assert.equal(with_({ placementStrategy: [{ type: 'binpack', field: 'cpu' }] }), 'placementStrategy');
  assert.equal(with_({ placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.availability-zone == a' }] }), 'placementConstraint');
});
