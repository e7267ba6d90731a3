// What is refused of deployment configurations and load balancers (SD11 to SD33).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentStrategy, LifecycleHook, ServiceLoadBalancer } from '#model/service.ts';
import { checkDeployment } from './check-deployment.ts';
import { checkLoadBalancers, type LoadBalancerFacts } from './check-load-balancers.ts';
import type { DeploymentConfigurationInput, ServiceKind } from './deployment-configuration.ts';
import { configuration, DAEMON, REPLICA } from './service.fixture.ts';

const EXTERNAL: ServiceKind = { schedulingStrategy: 'REPLICA', deploymentController: 'EXTERNAL' };
const BLUE_GREEN = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } as const;
const refused = (input: DeploymentConfigurationInput, kind = REPLICA): string | undefined => checkDeployment(configuration(input, kind), kind)?.rule;

test('defaults and ordinary configurations are taken', () => {
  const fine: DeploymentConfigurationInput[] = [
    {}, { maximumPercent: 100, minimumHealthyPercent: 0 }, { maximumPercent: 101 }, BLUE_GREEN, { strategy: 'LINEAR' }, { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.3 } },
    { deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration: { type: 'UNBOUNDED_PERCENT', value: 150 } } },
    { alarms: { alarmNames: ['a'], enable: true, rollback: true } },
    { earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'DEFERRED' } },
  ];
  for (const input of fine) assert.equal(refused(input), undefined, JSON.stringify(input));
  assert.equal(refused({}, DAEMON), undefined);
});

test('SD11 percentages have ranges', () => {
  for (const minimumHealthyPercent of [-1, 101]) assert.equal(refused({ minimumHealthyPercent }), 'SD11');
  assert.equal(refused({ maximumPercent: 99, minimumHealthyPercent: 0 }), 'SD11');
});

test('SD12 daemons are never more than one a host', () => {
  assert.equal(refused({ maximumPercent: 101 }, DAEMON), 'SD12');
});

test('SD13 a rolling deployment must be able to move', () => {
  assert.equal(refused({ maximumPercent: 100, minimumHealthyPercent: 100 }), 'SD13');
  assert.equal(refused({ ...BLUE_GREEN, maximumPercent: 100, minimumHealthyPercent: 100 }), undefined);
});

test('SD14 strategies that shift traffic are for REPLICA services of controller ECS', () => {
  for (const strategy of ['BLUE_GREEN', 'LINEAR', 'CANARY'] as const) {
    assert.equal(refused({ ...BLUE_GREEN, strategy }, DAEMON), 'SD14');
    assert.equal(refused({ ...BLUE_GREEN, strategy }, EXTERNAL), 'SD14');
  }
});

test('SD15 a circuit breaker is for deployments of controller ECS', () => {
  const deploymentCircuitBreaker = { enable: true, rollback: false };
  assert.equal(refused({ ...BLUE_GREEN, deploymentCircuitBreaker }), undefined);
  assert.equal(refused({ deploymentCircuitBreaker }, EXTERNAL), 'SD15');
  assert.equal(refused({ deploymentCircuitBreaker: { enable: false, rollback: true } }), 'SD15');
});

test('SD16 a circuit breaker threshold is a number of failures that can be', () => {
  const at = (type: 'BOUNDED_PERCENT' | 'COUNT', value: number): string | undefined =>
    refused({ deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration: { type, value } } });
  for (const value of [0, -1, 1.5]) assert.equal(at('COUNT', value), 'SD16');
  assert.equal(at('BOUNDED_PERCENT', 101), 'SD16');
  assert.equal(at('COUNT', 101), undefined);
});

test('SD17 alarms have names', () => {
  assert.equal(refused({ alarms: { alarmNames: [], enable: true, rollback: true } }), 'SD17');
  assert.equal(refused({ alarms: { alarmNames: ['a'], enable: true, rollback: true } }, EXTERNAL), 'SD17');
});

test('SD18 early success says when, and what becomes of the old tasks', () => {
  const early = { enable: true, healthyPercent: 80, sourceServiceRevisionCleanup: 'BLOCKING' } as const;
  const at = (members: object, more: DeploymentConfigurationInput = { minimumHealthyPercent: 50 }): string | undefined => refused({ ...more, earlySuccessCriteria: { ...early, ...members } });
  assert.equal(at({}), undefined);
  for (const members of [{ healthyPercent: undefined }, { sourceServiceRevisionCleanup: undefined }, { healthyPercent: 49 }, { healthyPercent: 101 }, { healthyPercent: 60.5 }]) {
    assert.equal(at(members), 'SD18', JSON.stringify(members));
  }
  assert.equal(at({}, BLUE_GREEN), 'SD18');
});

test('SD19 bake times are given for BLUE_GREEN and last a day at most', () => {
  assert.equal(refused({ strategy: 'BLUE_GREEN' }), 'SD19');
  for (const bakeTimeInMinutes of [-1, 1_441]) assert.equal(refused({ strategy: 'BLUE_GREEN', bakeTimeInMinutes }), 'SD19');
  assert.equal(refused({ strategy: 'LINEAR', linearConfiguration: { stepBakeTimeInMinutes: 1_441 } }), 'SD19');
  assert.equal(refused({ strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: -1 } }), 'SD19');
});

test('SD20 steps belong to LINEAR and canaries to CANARY', () => {
  assert.equal(refused({ linearConfiguration: {} }), 'SD20');
  assert.equal(refused({ strategy: 'LINEAR', canaryConfiguration: { canaryPercent: 5 } }), 'SD20');
});

test('SD21 traffic shifts by tenths of a per cent', () => {
  for (const stepPercent of [2.9, 100.1, 3.05]) assert.equal(refused({ strategy: 'LINEAR', linearConfiguration: { stepPercent } }), 'SD21');
  for (const canaryPercent of [0, 0.05, 101]) assert.equal(refused({ strategy: 'CANARY', canaryConfiguration: { canaryPercent } }), 'SD21');
});

test('SD22 hooks have a target that fits their stages', () => {
  const hook: LifecycleHook = { targetType: 'AWS_LAMBDA', hookTargetArn: 'arn:aws:lambda:us-east-1:0:function:f', roleArn: 'r', lifecycleStages: ['PRE_SCALE_UP'] };
  const at = (members: Partial<LifecycleHook>, more: DeploymentConfigurationInput = BLUE_GREEN): string | undefined => {
    const lifecycleHooks = [JSON.parse(JSON.stringify({ ...hook, ...members })) as LifecycleHook];
    return refused({ ...more, lifecycleHooks });
  };
  const none = undefined as never;
  assert.equal(at({}), undefined);
  assert.equal(at({ hookTargetArn: 'http://127.0.0.1:1/hook', roleArn: none }), undefined, 'an endpoint needs no role');
  assert.equal(at({ targetType: 'PAUSE', hookTargetArn: none, roleArn: none }), undefined);
  assert.equal(at({}, {}), 'SD22', 'ROLLING');
  const wrong: Partial<LifecycleHook>[] = [
    { lifecycleStages: [] }, { hookTargetArn: none }, { roleArn: none }, { targetType: 'PAUSE' }, { timeoutConfiguration: { timeoutInMinutes: 0 } },
    { targetType: 'PAUSE', hookTargetArn: none, lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }, { targetType: 'PAUSE', hookTargetArn: none, lifecycleStages: ['TEST_TRAFFIC_SHIFT'] },
  ];
  for (const members of wrong) assert.equal(at(members), 'SD22', JSON.stringify(members));
});

const DEFINITION = { networkMode: 'awsvpc', containerDefinitions: [{ name: 'app', portMappings: [{ containerPort: 80 }] }] } as const;
const GROUPS: Readonly<Record<string, ReturnType<LoadBalancerFacts['targetGroup']>>> = {
  tg: { targetType: 'ip', hasLoadBalancer: true },
  alternate: { targetType: 'ip', hasLoadBalancer: false },
  instances: { targetType: 'instance', hasLoadBalancer: true },
};
const FACTS: LoadBalancerFacts = { targetGroup: (arn) => GROUPS[arn], hasRule: (arn) => arn === 'rule' };
const ITEM = { targetGroupArn: 'tg', containerName: 'app', containerPort: 80 };
const ADVANCED = { alternateTargetGroupArn: 'alternate', productionListenerRule: 'rule', roleArn: 'role' };

function refusedBalancer(item: object, strategy: DeploymentStrategy = 'ROLLING', networkMode: 'awsvpc' | 'bridge' = 'awsvpc'): string | undefined {
  const plain = JSON.parse(JSON.stringify({ ...ITEM, ...item })) as ServiceLoadBalancer;
  return checkLoadBalancers([plain], { ...DEFINITION, networkMode }, strategy, FACTS)?.rule;
}

test('SD23 five load balancers are the most', () => {
  assert.equal(checkLoadBalancers(Array.from({ length: 5 }, () => ITEM), DEFINITION, 'ROLLING', FACTS), undefined);
  assert.equal(checkLoadBalancers(Array.from({ length: 6 }, () => ITEM), DEFINITION, 'ROLLING', FACTS)?.rule, 'SD23');
});

test('SD24 a load balancer is a target group or a Classic Load Balancer', () => {
  assert.equal(refusedBalancer({ loadBalancerName: 'x' }), 'SD24');
  assert.equal(refusedBalancer({ targetGroupArn: undefined }), 'SD24');
});

test('SD25 there are no Classic Load Balancers', () => {
  assert.equal(refusedBalancer({ targetGroupArn: undefined, loadBalancerName: 'x' }), 'SD25');
});

test('SD26 the container is named', () => {
  assert.equal(refusedBalancer({ containerName: undefined }), 'SD26');
});

test('SD27 the container is in the task definition', () => {
  assert.equal(refusedBalancer({ containerName: 'web' }), 'SD27');
});

test('SD28 the container maps the port', () => {
  for (const containerPort of [81, undefined]) assert.equal(refusedBalancer({ containerPort }), 'SD28');
});

test('SD29 the target group exists', () => {
  assert.equal(refusedBalancer({ targetGroupArn: 'no' }), 'SD29');
  assert.equal(refusedBalancer({ advancedConfiguration: { ...ADVANCED, alternateTargetGroupArn: 'no' } }, 'BLUE_GREEN'), 'SD29');
});

test('SD30 the target type fits the network mode', () => {
  assert.equal(refusedBalancer({ targetGroupArn: 'instances' }), 'SD30');
  assert.equal(refusedBalancer({}, 'ROLLING', 'bridge'), 'SD30');
  assert.equal(refusedBalancer({ targetGroupArn: 'instances' }, 'ROLLING', 'bridge'), undefined);
});

test('SD31 the target group has a load balancer', () => {
  assert.equal(refusedBalancer({ targetGroupArn: 'alternate' }), 'SD31');
});

test('SD32 shifting traffic needs a second target group, a rule and a role', () => {
  for (const strategy of ['BLUE_GREEN', 'LINEAR', 'CANARY'] as const) {
    assert.equal(refusedBalancer({}, strategy), 'SD32');
    for (const member of Object.keys(ADVANCED)) assert.equal(refusedBalancer({ advancedConfiguration: { ...ADVANCED, [member]: undefined } }, strategy), 'SD32', member);
    assert.equal(refusedBalancer({ advancedConfiguration: ADVANCED }, strategy), undefined);
  }
});

test('SD33 the second target group is another one, and the rules exist', () => {
  const at = (members: object): string | undefined => refusedBalancer({ advancedConfiguration: { ...ADVANCED, ...members } }, 'CANARY');
  assert.equal(at({ alternateTargetGroupArn: 'tg' }), 'SD33');
  assert.equal(at({ productionListenerRule: 'no' }), 'SD33');
  assert.equal(at({ testListenerRule: 'no' }), 'SD33');
  assert.equal(at({ testListenerRule: 'rule' }), undefined);
});
