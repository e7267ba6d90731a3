// What CreateService and UpdateService refuse, in ECS's words, changing nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRuleArn, type Listener, listeners, type LoadBalancer, loadBalancers, type Rule, rules, type TargetGroup, targetGroups } from '#model/load-balancer.ts';
import { ACCOUNT, type EcsHarness, openEcs } from '#tests/support/api-harness.ts';

const EC2 = { family: 'app', containerDefinitions: [{ name: 'web', image: 'busybox', memory: 64, portMappings: [{ containerPort: 80 }] }] };
const FARGATE = {
  family: 'far', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
  containerDefinitions: [{ name: 'web', image: 'busybox', portMappings: [{ containerPort: 80 }] }],
};
const LISTENER = `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:listener/app/lb/0123456789abcdef/fedcba9876543210`;
const OWNED = { account: ACCOUNT, region: 'us-east-1', tags: [] };
const group = (name: string): string => `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:targetgroup/${name}/0123456789abcdef`;

/** Target groups `ip`, `other` and `instance` behind a listener, `lone` behind none. */
function putBalancer(ecs: EcsHarness): void {
  ecs.store.transact((tx) => {
    tx.put(loadBalancers, { ...OWNED, arn: 'lb', name: 'lb' } as unknown as LoadBalancer);
    const targets = ['ip', 'instance'].map((name) => ({ targetGroupArn: group(name), weight: 1 }));
    tx.put(listeners, { ...OWNED, arn: LISTENER, loadBalancerArn: 'lb', defaultActions: [{ type: 'forward', order: 1, targets }] } as unknown as Listener);
    tx.put(rules, { ...OWNED, arn: 'rule', listenerArn: LISTENER, actions: [{ type: 'forward', order: 1, targets: [{ targetGroupArn: group('other'), weight: 1 }] }] } as unknown as Rule);
    for (const name of ['ip', 'other', 'instance', 'lone']) {
      tx.put(targetGroups, { ...OWNED, arn: group(name), name, targetType: name === 'instance' ? 'instance' : 'ip' } as unknown as TargetGroup);
    }
  });
}

interface World {
  readonly ecs: EcsHarness;
  /** The message CreateService refuses a change of an ordinary service with; `''` when it takes it. */
  create(change: object): string;
  update(change: object): string;
  readonly network: object;
}

async function openWorld(): Promise<World> {
  const ecs = await openEcs();
  putBalancer(ecs);
  ecs.call('CreateCluster', { capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  ecs.call('RegisterTaskDefinition', EC2);
  ecs.call('RegisterTaskDefinition', FARGATE);
  const network = { networkConfiguration: { awsvpcConfiguration: { subnets: ecs.network().subnets } } };
  ecs.call('CreateService', { serviceName: 'there', taskDefinition: 'app', desiredCount: 1 });
  let names = 0;
  const attempt = (operation: string, input: object): string => {
    const { revision } = ecs.store;
    try {
      ecs.call(operation, input as Record<string, unknown>);
      return '';
    } catch (error) {
      assert.equal((error as { code: string }).code, 'InvalidParameterException');
      assert.equal(ecs.store.revision, revision);
      return (error as Error).message;
    }
  };
  return {
    ecs,
    network,
    create: (change) => attempt('CreateService', { serviceName: `s${names++}`, taskDefinition: 'app', desiredCount: 1, ...change }),
    update: (change) => attempt('UpdateService', { service: 'there', ...change }),
  };
}

test('load balancers must fit the task definition', async () => {
  const { create, network } = await openWorld();
  const far = (balancer: object): string =>
    create({ taskDefinition: 'far', launchType: 'FARGATE', ...network, loadBalancers: [{ targetGroupArn: group('ip'), containerName: 'web', containerPort: 80, ...balancer }] });
  assert.equal(far({}), '');
  assert.equal(far({ targetGroupArn: group('other') }), '', 'a rule forwards to it');
  assert.equal(far({ containerPort: 81 }), 'The container web did not have a container port 81 defined.');
  assert.equal(far({ containerName: 'x' }), 'The container x does not exist in the task definition.');
  assert.equal(far({ targetGroupArn: group('lone') }), `The target group with targetGroupArn ${group('lone')} does not have an associated load balancer.`);
  assert.equal(
    far({ targetGroupArn: group('instance') }),
    `The provided target group ${group('instance')} has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.`,
  );
  assert.match(far({ targetGroupArn: group('no') }), /^Unable to assume role and validate the specified targetGroupArn\./);
});

test('a target group of another account is as good as none', async () => {
  const { ecs } = await openWorld();
  const options = { account: '111111111111' };
  ecs.call('RegisterTaskDefinition', EC2, options);
  const input = { serviceName: 'a', taskDefinition: 'app', desiredCount: 1, loadBalancers: [{ targetGroupArn: group('instance'), containerName: 'web', containerPort: 80 }] };
  assert.throws(() => ecs.call('CreateService', input, options), /Unable to assume role/);
});

test('an update must leave load balancers that the new definition fits', async () => {
  const { ecs, create } = await openWorld();
  ecs.call('CreateService', { serviceName: 'lb', taskDefinition: 'app', desiredCount: 1, loadBalancers: [{ targetGroupArn: group('instance'), containerName: 'web', containerPort: 80 }] });
  ecs.call('RegisterTaskDefinition', { ...EC2, containerDefinitions: [{ name: 'other', image: 'busybox', memory: 64 }] });
  assert.throws(() => ecs.call('UpdateService', { service: 'lb', taskDefinition: 'app:2' }), /The container web does not exist in the task definition\./);
  ecs.call('UpdateService', { service: 'lb', healthCheckGracePeriodSeconds: 60 });
  const { service } = ecs.call('UpdateService', { service: 'lb', taskDefinition: 'app:2', loadBalancers: [] });
  assert.equal(service.healthCheckGracePeriodSeconds, 60, 'unused from now on');
  assert.throws(() => ecs.call('UpdateService', { service: 'lb', healthCheckGracePeriodSeconds: 61 }), /Health check grace period is only valid/);
  assert.equal(create({}), '');
});

test('blue/green needs its listener rule, its second target group and a bake time', async () => {
  const { create, update, network } = await openWorld();
  const advancedConfiguration = { alternateTargetGroupArn: group('lone'), productionListenerRule: 'rule', roleArn: 'arn:aws:iam::000000000000:role/r' };
  const at = (advanced: object | undefined, deploymentConfiguration: object = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 }): string =>
    create({
      taskDefinition: 'far', launchType: 'FARGATE', ...network, deploymentConfiguration,
      loadBalancers: [{ targetGroupArn: group('other'), containerName: 'web', containerPort: 80, ...(advanced && { advancedConfiguration: advanced }) }],
    });
  assert.equal(at(advancedConfiguration), '');
  assert.equal(at({ ...advancedConfiguration, productionListenerRule: defaultRuleArn(LISTENER), testListenerRule: LISTENER }), '', 'a default rule, or a listener');
  assert.match(at(undefined), /alternateTargetGroupArn is required/);
  assert.match(at({ ...advancedConfiguration, productionListenerRule: 'no' }), /The listener rule no does not exist\./);
  assert.match(at(advancedConfiguration, { strategy: 'BLUE_GREEN' }), /bakeTimeInMinutes is required/);
  assert.equal(update({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 } }), '', 'headless');
  assert.equal(update({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } }), '');
});

test('an update that changes the strategy asks the load balancers again', async () => {
  const { ecs } = await openWorld();
  ecs.call('CreateService', { serviceName: 'lb', taskDefinition: 'app', desiredCount: 1, loadBalancers: [{ targetGroupArn: group('instance'), containerName: 'web', containerPort: 80 }] });
  const update = (): unknown => ecs.call('UpdateService', { service: 'lb', deploymentConfiguration: { strategy: 'CANARY' } });
  assert.throws(update, /alternateTargetGroupArn is required/);
});

test('daemons are counted by the scheduler alone', async () => {
  const { ecs, create, network } = await openWorld();
  const daemon = { schedulingStrategy: 'DAEMON', desiredCount: undefined };
  assert.equal(create(daemon), '');
  assert.equal(create({ ...daemon, desiredCount: 1 }), 'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again');
  assert.match(create({ ...daemon, deploymentConfiguration: { maximumPercent: 200 } }), /Change the maximumPercent value to 100, and try again$/);
  assert.match(create({ ...daemon, placementStrategy: [{ type: 'random' }] }), /Remove the placement strategy and try again$/);
  assert.match(create({ ...daemon, taskDefinition: 'far', launchType: 'FARGATE', ...network }), /daemon scheduling strategy/);
  assert.match(create({ ...daemon, deploymentController: { type: 'CODE_DEPLOY' } }), /daemon scheduling strategy/);
  const [arn] = ecs.call('ListServices', { schedulingStrategy: 'DAEMON' }).serviceArns;
  assert.throws(() => ecs.call('UpdateService', { service: arn, desiredCount: 1 }), /does not support a desired count/);
});

test('other members are refused in ECS’s words', async () => {
  const { create, update, network } = await openWorld();
  const cases: readonly [change: object, message: RegExp][] = [
    [{ serviceName: 'a b' }, /invalid characters/],
    [{ serviceName: 'a'.repeat(256) }, /at most 255/],
    [{ desiredCount: undefined }, /Desired count is required/],
    [{ desiredCount: -1 }, /desired count/],
    [{ launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] }, /^Specifying both a launch type and capacity provider strategy is not supported/],
    [{ capacityProviderStrategy: [{ capacityProvider: 'no', weight: 1 }] }, /not associated with the cluster/],
    [{ taskDefinition: 'far', launchType: 'FARGATE' }, /^Network Configuration must be provided when networkMode 'awsvpc' is specified\.$/],
    [network, /^Network Configuration is not valid for the given networkMode of this task definition\.$/],
    [{ launchType: 'FARGATE' }, /^Task definition does not support launch_type FARGATE\.$/],
    [{ taskDefinition: 'far', launchType: 'FARGATE', ...network, placementStrategy: [{ type: 'random' }] }, /^Placement strategies are not supported with FARGATE launch type\.$/],
    [{ taskDefinition: 'far', launchType: 'FARGATE', ...network, placementConstraints: [{ type: 'distinctInstance' }] }, /^Placement constraints are not supported with FARGATE launch type\.$/],
    [{ healthCheckGracePeriodSeconds: 10 }, /^Health check grace period is only valid for services configured to use load balancers$/],
    [{ healthCheckGracePeriodSeconds: 2_147_483_648 }, /grace period/],
    [{ clientToken: 't'.repeat(37) }, /clientToken must have 1 to 36 characters/],
    [{ serviceRegistries: [{ registryArn: 'a' }, { registryArn: 'b' }] }, /at most 1/],
    [{ role: 'r' }, /^IAM roles are only valid for services configured to use load balancers\.$/],
    [{ deploymentConfiguration: { maximumPercent: 100 } }, /^Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments\.$/],
    [{ deploymentConfiguration: { minimumHealthyPercent: 101 } }, /minimumHealthyPercent/],
    [{ availabilityZoneRebalancing: 'ENABLED', placementStrategy: [{ type: 'binpack', field: 'cpu' }] }, /placement strategy/],
    [{ schedulingStrategy: 'X' }, /schedulingStrategy should be one of/],
    [{ platformVersion: '1.4.0' }, /platform version must be null/],
  ];
  for (const [change, message] of cases) assert.match(create(change), message, JSON.stringify(change));
  assert.match(update({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }], taskDefinition: 'far', ...network }), /you must force a new deployment\.$/);
  assert.equal(update({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }], taskDefinition: 'far', forceNewDeployment: true, ...network }), '');
});

test('what Longshore does not have is refused by name', async () => {
  const { ecs } = await openWorld();
  for (const member of [{ volumeConfigurations: [{ name: 'v' }] }, { vpcLatticeConfigurations: [{ portName: 'p' }] }, { gatewayConnectors: [{ portName: 'p' }] }]) {
    assert.throws(() => ecs.call('CreateService', { serviceName: 'a', taskDefinition: 'app', desiredCount: 1, ...member }), { code: 'UnsupportedFeatureException' });
  }
});

test('the errors of other kinds have their own names', async () => {
  const { ecs, network } = await openWorld();
  const create = (input: object): unknown => ecs.call('CreateService', { serviceName: 'a', taskDefinition: 'app', desiredCount: 1, ...input });
  assert.throws(() => create({ cluster: 'no' }), { code: 'ClusterNotFoundException' });
  assert.throws(() => create({ taskDefinition: undefined }), { code: 'ClientException', message: 'TaskDefinition can not be blank.' });
  assert.throws(() => create({ taskDefinition: 'no' }), { code: 'ClientException', message: 'TaskDefinition not found.' });
  assert.throws(() => create({ taskDefinition: 'far', launchType: 'FARGATE', ...network, platformVersion: '9' }), { code: 'PlatformUnknownException' });
  assert.throws(() => ecs.call('UpdateService', { service: 'no' }), { code: 'ServiceNotFoundException', message: 'Service not found.' });
  assert.throws(() => ecs.call('ListServicesByNamespace', { namespace: 'no' }), { code: 'NamespaceNotFoundException' });
  assert.throws(() => ecs.call('DescribeServices', { services: [] }), { code: 'InvalidParameterException' });
  ecs.call('CreateService', { serviceName: 'c', taskDefinition: 'app', desiredCount: 0, clientToken: 't' });
  assert.throws(() => create({ serviceName: 'd', clientToken: 't' }), { code: 'ConflictException' });
});

test('services of a namespace are found by it', async () => {
  const { ecs } = await openWorld();
  const namespace = `arn:aws:servicediscovery:us-east-1:${ACCOUNT}:namespace/ns-1`;
  ecs.call('CreateService', { serviceName: 'sc', taskDefinition: 'app', desiredCount: 0, serviceConnectConfiguration: { enabled: true, namespace } });
  ecs.call('CreateService', { serviceName: 'off', taskDefinition: 'app', desiredCount: 0, serviceConnectConfiguration: { enabled: false, namespace } });
  const [service] = ecs.call('DescribeServices', { services: ['sc'] }).services;
  assert.match(service.events[0].message, /^\(service sc\) .* does not serve their names yet\.$/);
  assert.deepEqual(ecs.call('ListServicesByNamespace', { namespace }).serviceArns, [`arn:aws:ecs:us-east-1:${ACCOUNT}:service/default/sc`]);
});
