// Whatever a caller sends, an implemented operation answers with what its model allows: an output of its own shape, or one
// of the modelled exceptions and nothing changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACCOUNT, AGENT_ARN, type CallOptions, type EcsHarness, openEcs } from '#tests/support/api-harness.ts';
import { inputArbitrary, strangers } from '#tests/support/shape-arbitrary.ts';
import { AwsError } from '#wire/aws-error.ts';
import { createShapes } from '#wire/shape.ts';
import { OPERATIONS } from './operations.ts';

const EXCEPTIONS = new Set(
  (
    'AccessDenied AttributeLimitExceeded Blocked Client ClusterContainsCapacityProvider ClusterContainsContainerInstances ClusterContainsServices ' +
    'ClusterContainsTasks ClusterNotFound Conflict DaemonNotActive DaemonNotFound GatewayNotFound InvalidParameter LimitExceeded MissingVersion ' +
    'NamespaceNotFound NoUpdateAvailable PlatformTaskDefinitionIncompatibility PlatformUnknown ResourceInUse ResourceNotFound ' +
    'ServiceDeploymentNotFound ServiceNotActive ServiceNotFound TargetNotConnected TargetNotFound TaskSetNotFound UnsupportedFeature UpdateInProgress'
  )
    .split(' ')
    .map((name) => `${name}Exception`),
);

const RUNS = 60;
const shapes = createShapes();

/** Requests that succeed: random members over them get past the first checks. */
const VALID: Readonly<Record<string, object>> = {
  CreateCluster: { clusterName: 'b' },
  RegisterTaskDefinition: { family: 'app', memory: '512', containerDefinitions: [{ name: 'app', image: 'busybox' }] },
  RunTask: { taskDefinition: 'app', cluster: 'default', count: 1 },
  StartTask: { taskDefinition: 'app', cluster: 'default' },
  ListTasks: { cluster: 'default' },
  UpdateCluster: { cluster: 'a' },
  CreateService: { serviceName: 'new', taskDefinition: 'app', desiredCount: 1 },
  UpdateService: { service: 'web' },
  DescribeServices: { services: ['web'] },
  DeleteService: { service: 'web', force: true },
  ListServiceDeployments: { service: 'web' },
  CreateTaskSet: { cluster: 'default', service: 'ext', taskDefinition: 'app' },
  DescribeTaskSets: { cluster: 'default', service: 'ext' },
  PutAccountSetting: { name: 'containerInsights', value: 'enabled' },
};

/** Random members over a valid request, and random members of a container over a valid container. */
function over(valid: any, random: any): Record<string, unknown> {
  const merged = { ...valid, ...random, family: valid.family ?? random.family };
  if (valid.containerDefinitions) {
    const [container] = random.containerDefinitions ?? [];
    merged.containerDefinitions = [{ ...container, ...valid.containerDefinitions[0] }];
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

/** A control plane with one of everything, and the words that name it. */
async function populated(): Promise<{ ecs: EcsHarness; words: string[] }> {
  const ecs = await openEcs();
  const host = ecs.addHost();
  ecs.addHost({ pool: 'fargate' });
  const { subnets, securityGroup } = ecs.network();
  ecs.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8 }] });
  ecs.call('RegisterTaskDefinition', {
    family: 'far', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512', containerDefinitions: [{ name: 'app', image: 'busybox' }],
  });
  ecs.call('CreateCluster', { clusterName: 'a', capacityProviders: ['FARGATE'] });
  const [{ taskArn }] = ecs.call('RunTask', { taskDefinition: 'app' }).tasks;
  const web = ecs.call('CreateService', { serviceName: 'web', taskDefinition: 'app', desiredCount: 1 }).service;
  ecs.call('CreateService', { serviceName: 'ext', desiredCount: 1, deploymentController: { type: 'EXTERNAL' } });
  const { taskSet } = ecs.call('CreateTaskSet', { cluster: 'default', service: 'ext', taskDefinition: 'app' });
  const { nextToken } = ecs.call('ListClusters', { maxResults: 1 });
  const arn = (resource: string): string => `arn:aws:ecs:us-east-1:${ACCOUNT}:${resource}`;
  const words = [
    ...['default', 'a', 'app', 'far', 'app:1', 'far:1', 'app:9', '', 'x', ' ', '0', '256', '512', '1 vCPU', '-1', 'aws:x', '__proto__', 'constructor', 'toString'],
    ...['EC2', 'FARGATE', 'EXTERNAL', 'FARGATE_SPOT', 'awsvpc', 'bridge', 'host', 'none', 'task', 'tcp', 'START', 'HEALTHY', 'memberOf', 'distinctInstance', 'spread', 'binpack', 'random'],
    ...['ACTIVE', 'DRAINING', 'INACTIVE', 'RUNNING', 'STOPPED', 'PENDING', 'TAGS', 'ASC', 'DESC', 'container-instance', 'containerInsights', 'enabled', 'disabled', 'awslogs', 'nofile', 'GPU'],
    ...['attribute:x == y', 'x'.repeat(300), '🦆', '\u0000', 'arn:', 'arn:aws:ecs:::', arn(''), arn('cluster/default'), arn('cluster/'), arn('task-definition/app:1'), arn('task/x')],
    ...['web', 'ext', 'REPLICA', 'DAEMON', 'ECS', 'CODE_DEPLOY', 'ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY', 'PAUSE', 'PRE_SCALE_UP', 'ROLLBACK', 'NONE', 'SERVICE', 'ENABLED', 'PERCENT', 'COUNT'],
    ...[web.serviceArn, web.currentServiceDeployment, web.currentServiceRevisions[0].arn, taskSet.taskSetArn, taskSet.id],
    ...[taskArn, taskArn.slice(-32), host, host.slice(-32), subnets[0], securityGroup, nextToken, `arn:aws:iam::${ACCOUNT}:root`],
  ] as string[];
  return { ecs, words };
}

const implemented = Object.entries(OPERATIONS).filter(([, operation]) => !('implemented' in operation));

for (const [name, operation] of implemented) {
  test(`${name} answers by its model, whatever it is sent`, async () => {
    const { ecs, words } = await populated();
    const { input, output } = shapes.operation(operation.schema);
    const valid = VALID[name];
    const callers: fc.Arbitrary<CallOptions> = fc.constantFrom<CallOptions[]>({}, { account: '111111111111' }, { region: 'eu-west-1' }, { callerArn: AGENT_ARN });
    const random = inputArbitrary(input, { words });
    const requests = valid ? fc.oneof(random, inputArbitrary(input, { words, rarity: 12 }).map((members) => over(valid, members))) : random;
    fc.assert(
      fc.property(requests, callers, (request, options) => {
        const { revision } = ecs.store;
        let answer: unknown;
        try {
          answer = ecs.call(name, request, options);
        } catch (error) {
          assert.ok(error instanceof AwsError, String((error as Error).stack));
          assert.ok(EXCEPTIONS.has(error.code), error.code);
          assert.equal(error.httpStatus, 400);
          assert.notEqual(error.message, '');
          assert.ok(!/undefined|\[object/.test(error.message), error.message);
          assert.equal(ecs.store.revision, revision, 'a refused call changed something');
          return;
        }
        assert.deepEqual(strangers(output, answer), []);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });
}

test('every operation of the model is in the table, and those not done yet say so by name', async () => {
  const ecs = await openEcs();
  assert.equal(Object.keys(OPERATIONS).length, 88);
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    assert.equal(shapes.operation(operation.schema).name, name);
    if ('implemented' in operation) {
      assert.throws(() => ecs.call(name), { code: 'UnsupportedFeatureException', message: `The ${name} operation is not supported by Longshore yet.` });
    }
  }
});
