// CreateService to DeleteService and what DescribeServices shows of them, against a real store.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusters } from '#model/cluster.ts';
import { serviceDeployments, serviceRevisions, services } from '#model/service.ts';
import { ACCOUNT, type EcsHarness, openEcs } from '#tests/support/api-harness.ts';

const EC2 = { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 100, memory: 64, portMappings: [{ containerPort: 80 }] }] };
const FARGATE = {
  family: 'far', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
  containerDefinitions: [{ name: 'app', image: 'busybox', portMappings: [{ containerPort: 80 }] }],
};
const CLUSTER = `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/default`;
const ARN = `arn:aws:ecs:us-east-1:${ACCOUNT}:service/default/web`;

async function openWithDefinitions(): Promise<EcsHarness> {
  const ecs = await openEcs();
  ecs.call('RegisterTaskDefinition', EC2);
  ecs.call('RegisterTaskDefinition', FARGATE);
  ecs.call('CreateCluster', {});
  return ecs;
}

const describe = (ecs: EcsHarness, input: object = {}): any => ecs.call('DescribeServices', { services: ['web'], ...input }).services[0];

/** What the scheduler does when the last task is gone. */
function drained(ecs: EcsHarness): void {
  ecs.store.transact((tx) => tx.put(services, { ...tx.get(services, ARN)!, status: 'INACTIVE' }));
}

test('a service is made with its first revision and a pending deployment, and described with every default', async () => {
  const ecs = await openWithDefinitions();
  const { service } = ecs.call('CreateService', { serviceName: 'web', taskDefinition: 'app', desiredCount: 2, tags: [{ key: 'a', value: 'b' }] });
  assert.deepEqual(service.tags, [{ key: 'a', value: 'b' }]);
  const shown = describe(ecs);
  assert.deepEqual({ ...shown, deployments: [], currentServiceDeployment: '', currentServiceRevisions: [] }, {
    serviceArn: ARN, serviceName: 'web', clusterArn: CLUSTER, loadBalancers: [], serviceRegistries: [], status: 'ACTIVE',
    desiredCount: 2, runningCount: 0, pendingCount: 0, launchType: 'EC2', taskDefinition: `arn:aws:ecs:us-east-1:${ACCOUNT}:task-definition/app:1`,
    deploymentConfiguration: { strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 100, deploymentCircuitBreaker: { enable: false, rollback: false } },
    deployments: [], events: [], createdAt: new Date(ecs.clock.now()), currentServiceDeployment: '', currentServiceRevisions: [], placementConstraints: [], placementStrategy: [],
    schedulingStrategy: 'REPLICA', deploymentController: { type: 'ECS' }, tags: [], createdBy: `arn:aws:iam::${ACCOUNT}:root`,
    enableECSManagedTags: false, propagateTags: 'NONE', enableExecuteCommand: false, availabilityZoneRebalancing: 'ENABLED',
  });
  const [deployment] = shown.deployments;
  assert.match(deployment.id, /^ecs-svc\/[1-9]\d{18}$/);
  assert.deepEqual(
    [deployment.status, deployment.desiredCount, deployment.rolloutState, deployment.rolloutStateReason],
    ['PRIMARY', 2, 'IN_PROGRESS', `ECS deployment ${deployment.id} in progress.`],
  );
  const [row] = [...ecs.store.by(serviceDeployments, 'service', ARN)];
  assert.match(row!.arn, /:service-deployment\/default\/web\/[\w-]{21}$/);
  assert.match(row!.targetRevisionArn, /:service-revision\/default\/web\/[1-9]\d{18}$/);
  assert.deepEqual([row!.status, row!.sourceRevisionArns], ['PENDING', []]);
  assert.equal(describe(ecs, { include: ['TAGS'] }).tags.length, 1);
});

test('a Fargate service shows its network and platform', async () => {
  const ecs = await openWithDefinitions();
  const { subnets, securityGroup } = ecs.network();
  const { service } = ecs.call('CreateService', {
    serviceName: 'web', taskDefinition: 'far', launchType: 'FARGATE', desiredCount: 1, networkConfiguration: { awsvpcConfiguration: { subnets } },
  });
  const network = { awsvpcConfiguration: { subnets, securityGroups: [securityGroup], assignPublicIp: 'DISABLED' } };
  assert.deepEqual([service.platformVersion, service.platformFamily, service.launchType], ['LATEST', 'Linux', 'FARGATE']);
  assert.deepEqual([service.networkConfiguration, service.deployments[0].networkConfiguration], [network, network]);
  assert.equal(service.deployments[0].platformVersion, '1.4.0');
  assert.equal(service.roleArn, `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`);
});

test('an update keeps what it does not name, and zero is a value', async () => {
  const ecs = await openWithDefinitions();
  ecs.call('CreateService', { serviceName: 'web', taskDefinition: 'app', desiredCount: 2, enableExecuteCommand: true, deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 } });
  const before = describe(ecs);
  const { service } = ecs.call('UpdateService', { service: ARN, deploymentConfiguration: { minimumHealthyPercent: 0 } });
  assert.deepEqual([service.desiredCount, service.enableExecuteCommand], [2, true]);
  assert.deepEqual([service.deploymentConfiguration.maximumPercent, service.deploymentConfiguration.minimumHealthyPercent], [150, 0]);
  const scaled = ecs.call('UpdateService', { service: 'web', desiredCount: 0, enableExecuteCommand: false }).service;
  assert.deepEqual([scaled.desiredCount, scaled.enableExecuteCommand], [0, false]);
  assert.deepEqual(scaled.deployments.map((d: any) => d.id), before.deployments.map((d: any) => d.id));
  const { revision } = ecs.store;
  ecs.call('UpdateService', { service: 'web' });
  assert.equal(ecs.store.revision, revision, 'an update of nothing changes nothing');
});

test('a new task definition, or force, starts a deployment to a new revision', async () => {
  const ecs = await openWithDefinitions();
  ecs.call('RegisterTaskDefinition', EC2);
  ecs.call('CreateService', { serviceName: 'web', taskDefinition: 'app:1', desiredCount: 1 });
  const [first] = [...ecs.store.by(serviceDeployments, 'service', ARN)];
  ecs.store.transact((tx) => tx.put(serviceDeployments, { ...first!, status: 'SUCCESSFUL' }));
  assert.equal(ecs.call('UpdateService', { service: 'web', taskDefinition: 'app:1' }).service.deployments[0].id, first!.id);
  const { service } = ecs.call('UpdateService', { service: 'web', taskDefinition: 'app' });
  assert.match(service.taskDefinition, /app:2$/);
  assert.notEqual(service.deployments[0].id, first!.id);
  const second = ecs.store.get(serviceDeployments, service.currentServiceDeployment)!;
  assert.deepEqual(second.sourceRevisionArns, [first!.targetRevisionArn]);
  ecs.call('UpdateService', { service: 'web', forceNewDeployment: true });
  assert.equal(ecs.store.count(serviceRevisions, 'service', ARN), 3);
});

test('a service moves between Fargate and hosts of an Auto Scaling group, its platform version with Fargate alone', async () => {
  const ecs = await openWithDefinitions();
  const { subnets } = ecs.network();
  const networkConfiguration = { awsvpcConfiguration: { subnets } };
  ecs.call('RegisterTaskDefinition', { ...FARGATE, requiresCompatibilities: ['FARGATE', 'EC2'] });
  ecs.store.transact((tx) => tx.put(clusters, { ...tx.get(clusters, CLUSTER)!, capacityProviders: ['FARGATE', 'asg'] }));
  ecs.call('CreateService', { serviceName: 'web', taskDefinition: 'far', desiredCount: 1, networkConfiguration, capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] });
  const to = (capacityProviderStrategy: object[], change: object = {}): any => ecs.call('UpdateService', { service: 'web', capacityProviderStrategy, forceNewDeployment: true, ...change }).service;
  const onHosts = to([{ capacityProvider: 'asg', weight: 1 }]);
  assert.deepEqual([onHosts.capacityProviderStrategy[0].capacityProvider, onHosts.platformVersion], ['asg', undefined]);
  assert.throws(() => to([{ capacityProvider: 'asg', weight: 1 }], { platformVersion: '1.4.0' }), { message: 'The platform version must be null when specifying an EC2 launch type.' });
  assert.deepEqual([to([]).launchType, to([{ capacityProvider: 'FARGATE', weight: 1 }]).platformVersion], ['EC2', 'LATEST']);
});

test('a service goes from ACTIVE over DRAINING to INACTIVE, and its name can be used again', async () => {
  const ecs = await openWithDefinitions();
  const request = { serviceName: 'web', taskDefinition: 'app', desiredCount: 1 };
  ecs.call('CreateService', request);
  assert.throws(() => ecs.call('DeleteService', { service: 'web' }), {
    code: 'InvalidParameterException', message: 'The service cannot be stopped while it is scaled above 0.',
  });
  assert.throws(() => ecs.call('DeleteCluster', { cluster: 'default' }), { code: 'ClusterContainsServicesException' });
  const { service } = ecs.call('DeleteService', { service: 'web', force: true });
  assert.deepEqual([service.status, service.desiredCount], ['DRAINING', 0]);
  assert.throws(() => ecs.call('CreateService', request), { code: 'InvalidParameterException', message: 'Unable to Start a service that is still Draining.' });
  assert.throws(() => ecs.call('UpdateService', { service: 'web', desiredCount: 1 }), { code: 'ServiceNotActiveException', message: 'Service was not ACTIVE.' });
  assert.deepEqual(ecs.call('ListServices').serviceArns, []);
  drained(ecs);
  assert.equal(describe(ecs).status, 'INACTIVE');
  assert.throws(() => ecs.call('DeleteService', { service: 'web' }), { code: 'ServiceNotFoundException', message: 'Service not found.' });
  assert.equal(ecs.call('CreateService', request).service.status, 'ACTIVE');
  assert.equal(ecs.store.count(serviceDeployments, 'service', ARN), 1);
});

test('the same service again is answered with the one there is, another one is refused', async () => {
  const ecs = await openWithDefinitions();
  const request = { serviceName: 'web', taskDefinition: 'app', desiredCount: 1, clientToken: 'token' };
  const made = ecs.call('CreateService', request);
  const { revision } = ecs.store;
  assert.deepEqual(ecs.call('CreateService', request), made);
  assert.deepEqual(ecs.call('CreateService', { ...request, clientToken: undefined }), made);
  assert.throws(() => ecs.call('CreateService', { ...request, clientToken: undefined, desiredCount: 2 }), {
    code: 'InvalidParameterException', message: 'Creation of service was not idempotent.',
  });
  assert.equal(ecs.store.revision, revision);
});

test('services are listed page by page and by launch type, and those that are not there are MISSING', async () => {
  const ecs = await openWithDefinitions();
  const { subnets } = ecs.network();
  for (let i = 0; i < 11; i++) ecs.call('CreateService', { serviceName: `s${i}`, taskDefinition: 'app', desiredCount: 0 });
  ecs.call('CreateService', { serviceName: 'far', taskDefinition: 'far', launchType: 'FARGATE', desiredCount: 0, networkConfiguration: { awsvpcConfiguration: { subnets } } });
  const first = ecs.call('ListServices', {});
  assert.equal(first.serviceArns.length, 10);
  assert.equal(ecs.call('ListServices', { nextToken: first.nextToken }).serviceArns.length, 2);
  assert.deepEqual(ecs.call('ListServices', { launchType: 'FARGATE' }).serviceArns, [`arn:aws:ecs:us-east-1:${ACCOUNT}:service/default/far`]);
  assert.deepEqual(ecs.call('ListServices', { schedulingStrategy: 'DAEMON' }).serviceArns, []);
  assert.deepEqual(ecs.call('ListServices', { resourceManagementType: 'ECS' }).serviceArns, []);
  assert.deepEqual(ecs.call('DescribeServices', { services: ['no'] }), { services: [], failures: [{ arn: `arn:aws:ecs:us-east-1:${ACCOUNT}:service/default/no`, reason: 'MISSING' }] });
  assert.equal(ecs.call('DescribeClusters').clusters[0].activeServicesCount, 12);
});
