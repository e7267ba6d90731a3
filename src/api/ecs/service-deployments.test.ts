// Deployments, revisions and task protection through the API, against a real store. The scheduler is played by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arn } from '#model/arn.ts';
import { imageTags } from '#model/image.ts';
import { type HookRun, type ServiceDeployment, serviceDeployments, type ServiceDeploymentStatus, serviceEvents, serviceRevisions } from '#model/service.ts';
import { type Task, tasks } from '#model/task.ts';
import { ACCOUNT, type EcsHarness, openEcs } from '#tests/support/api-harness.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IMAGE = `localhost:4566/${ACCOUNT}.dkr.ecr.us-east-1/app:1`;
const ARN = `arn:aws:ecs:us-east-1:${ACCOUNT}:service/default/web`;

/** A service with its first deployment, and a task of RunTask to copy. */
async function openService(options: object = {}): Promise<EcsHarness> {
  const ecs = await openEcs();
  ecs.addHost();
  for (let i = 0; i < 2; i++) ecs.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [{ name: 'app', image: IMAGE, memory: 8 }] });
  ecs.store.transact((tx) => tx.put(imageTags, { repositoryArn: arn('ecr', 'us-east-1', ACCOUNT, 'repository/app'), tag: '1', digest: DIGEST, taggedAt: 0 }));
  ecs.call('CreateService', { serviceName: 'web', taskDefinition: 'app:1', desiredCount: 1, ...options });
  return ecs;
}

const deployments = (ecs: EcsHarness): ServiceDeployment[] => [...ecs.store.by(serviceDeployments, 'service', ARN)];
const service = (ecs: EcsHarness): any => ecs.call('DescribeServices', { services: ['web'] }).services[0];

function change(ecs: EcsHarness, row: ServiceDeployment, members: Partial<ServiceDeployment>): void {
  ecs.store.transact((tx) => tx.put(serviceDeployments, { ...tx.get(serviceDeployments, row.arn)!, ...members }));
}

/** A task of the service, RUNNING, made from a revision. */
function runTaskOf(ecs: EcsHarness, revision: string, members: Partial<Task> = {}): string {
  const { taskArn } = ecs.call('RunTask', { taskDefinition: 'app:1' }).tasks[0];
  ecs.store.transact((tx) =>
    tx.put(tasks, { ...tx.get(tasks, taskArn)!, group: 'service:web', serviceName: 'web', serviceRevisionArn: revision, lastStatus: 'RUNNING', ...members }),
  );
  return taskArn;
}

test('a revision has the digest its image tag named when it was made', async () => {
  const ecs = await openService();
  const [first] = deployments(ecs);
  const { serviceRevisions, failures } = ecs.call('DescribeServiceRevisions', { serviceRevisionArns: [first!.targetRevisionArn, `${first!.targetRevisionArn}0`] });
  assert.deepEqual(serviceRevisions[0].containerImages, [{ containerName: 'app', image: IMAGE, imageDigest: DIGEST }]);
  assert.deepEqual([serviceRevisions[0].launchType, serviceRevisions[0].serviceArn], ['EC2', ARN]);
  assert.deepEqual(failures, [{ arn: `${first!.targetRevisionArn}0`, reason: 'MISSING' }]);
});

test('deployments are described with their revisions and listed newest first, by status and by time', async () => {
  const ecs = await openService();
  const [first] = deployments(ecs);
  change(ecs, first!, { status: 'SUCCESSFUL', startedAt: 1_000, finishedAt: 2_000 });
  const start = ecs.clock.now();
  await ecs.clock.advance(60_000);
  ecs.call('UpdateService', { service: 'web', taskDefinition: 'app:2' });
  const { serviceDeployments: all } = ecs.call('ListServiceDeployments', { service: 'web' });
  assert.deepEqual(all.map((d: any) => d.status), ['PENDING', 'SUCCESSFUL']);
  assert.equal(all[1].finishedAt.getTime(), 2_000);
  const list = (input: object): string[] => ecs.call('ListServiceDeployments', { service: 'web', ...input }).serviceDeployments.map((d: any) => d.status);
  assert.deepEqual(list({ status: ['SUCCESSFUL'] }), ['SUCCESSFUL']);
  assert.deepEqual(list({ createdAt: { after: new Date(start) } }), ['PENDING']);
  assert.deepEqual(list({ createdAt: { before: new Date(start + 1) } }), ['SUCCESSFUL']);
  const page = ecs.call('ListServiceDeployments', { service: 'web', maxResults: 1 });
  assert.deepEqual(list({ maxResults: 1, nextToken: page.nextToken }), ['SUCCESSFUL']);
  const [described] = ecs.call('DescribeServiceDeployments', { serviceDeploymentArns: [all[0].serviceDeploymentArn] }).serviceDeployments;
  assert.equal(described.sourceServiceRevisions[0].arn, first!.targetRevisionArn);
  assert.deepEqual(
    [described.status, described.lifecycleStage, described.deploymentCircuitBreaker.status, described.alarms, described.targetServiceRevision.requestedTaskCount],
    ['PENDING', 'RECONCILE_SERVICE', 'DISABLED', { status: 'DISABLED' }, 0],
  );
  assert.throws(() => ecs.call('ListServiceDeployments', { service: 'no' }), { code: 'ServiceNotFoundException' });
});

test('deployments are kept for 90 days, and longer where they are needed', async () => {
  const ecs = await openService();
  const finish = (): void => change(ecs, deployments(ecs).at(-1)!, { status: 'SUCCESSFUL', finishedAt: ecs.clock.now() });
  const deploy = (): void => void ecs.call('UpdateService', { service: 'web', forceNewDeployment: true });
  const [first] = deployments(ecs);
  runTaskOf(ecs, first!.targetRevisionArn);
  finish();
  deploy();
  finish();
  deploy();
  const third = deployments(ecs)[2]!.arn;
  finish();
  await ecs.clock.advance(91 * 86_400_000);
  deploy();
  assert.deepEqual(deployments(ecs).map((row) => row.arn).slice(0, 2), [first!.arn, third], 'the second is gone: the first has a task, the third was current');
  assert.equal(ecs.store.count(serviceRevisions, 'service', ARN), 3);
});

test('a deployment is stopped by rolling back, and a finished one is a conflict', async () => {
  const ecs = await openService();
  const [first] = deployments(ecs);
  const stop = (input: object = {}): any => ecs.call('StopServiceDeployment', { serviceDeploymentArn: first!.arn, ...input });
  const status = (): string => deployments(ecs)[0]!.status;
  assert.deepEqual(stop(), { serviceDeploymentArn: first!.arn });
  assert.equal(status(), 'ROLLBACK_REQUESTED');
  stop({ stopType: 'ABORT' });
  assert.equal(status(), 'ROLLBACK_REQUESTED', 'it goes on rolling back');
  change(ecs, first!, { status: 'IN_PROGRESS' });
  stop({ stopType: 'ABORT' });
  assert.equal(status(), 'STOP_REQUESTED');
  for (const finished of ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'] satisfies ServiceDeploymentStatus[]) {
    change(ecs, first!, { status: finished });
    assert.throws(stop, { code: 'ConflictException', details: { resourceIds: [first!.arn] } });
  }
  assert.throws(() => ecs.call('StopServiceDeployment', { serviceDeploymentArn: `${first!.arn}x` }), { code: 'ServiceDeploymentNotFoundException' });
  assert.throws(() => ecs.call('StopServiceDeployment', { serviceDeploymentArn: ARN }), { code: 'InvalidParameterException' });
});

test('a waiting hook is answered once, for going on or for rolling back', async () => {
  const ecs = await openService();
  const [first] = deployments(ecs);
  const run: HookRun = { hookId: 'h', hook: 0, stage: 'PRE_SCALE_UP', targetType: 'PAUSE', status: 'AWAITING_ACTION', startedAt: 0, expiresAt: 5_000, timeoutAction: 'ROLLBACK' };
  for (const [action, expected] of [['CONTINUE', 'SUCCEEDED'], ['ROLLBACK', 'FAILED'], [undefined, 'SUCCEEDED']] as const) {
    change(ecs, first!, { hooks: [{ ...run, hookId: 'g' }, run] });
    ecs.call('ContinueServiceDeployment', { serviceDeploymentArn: first!.arn, hookId: 'h', action });
    assert.deepEqual(deployments(ecs)[0]!.hooks.map((h) => h.status), ['AWAITING_ACTION', expected]);
  }
  assert.throws(() => ecs.call('ContinueServiceDeployment', { serviceDeploymentArn: first!.arn, hookId: 'h' }), { code: 'InvalidParameterException' });
  assert.throws(() => ecs.call('ContinueServiceDeployment', { serviceDeploymentArn: first!.arn, hookId: 'x' }), { code: 'InvalidParameterException' });
  const [shown] = ecs.call('DescribeServiceDeployments', { serviceDeploymentArns: [first!.arn] }).serviceDeployments;
  assert.deepEqual(shown.lifecycleHookDetails[0], { hookId: 'g', targetType: 'PAUSE', status: 'AWAITING_ACTION', expiresAt: new Date(5_000), timeoutAction: 'ROLLBACK' });
});

test('DescribeServices shows the old deployment beside the new one while it has tasks', async () => {
  const ecs = await openService();
  const [first] = deployments(ecs);
  change(ecs, first!, { status: 'SUCCESSFUL' });
  const taskArn = runTaskOf(ecs, first!.targetRevisionArn);
  const before = service(ecs);
  assert.deepEqual([before.runningCount, before.deployments.length, before.deployments[0].rolloutState], [1, 1, 'COMPLETED'], 'services-stable');
  ecs.call('UpdateService', { service: 'web', taskDefinition: 'app:2' });
  const during = service(ecs);
  assert.deepEqual(during.deployments.map((d: any) => [d.status, d.desiredCount, d.runningCount, d.rolloutState]), [['PRIMARY', 1, 0, 'IN_PROGRESS'], ['ACTIVE', 1, 1, 'COMPLETED']]);
  assert.deepEqual(during.currentServiceRevisions.map((r: any) => r.runningTaskCount).sort(), [0, 1]);
  ecs.store.transact((tx) => tx.put(tasks, { ...tx.get(tasks, taskArn)!, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' }));
  assert.equal(service(ecs).deployments.length, 1);
});

test('after a rollback the service shows what it went back to', async () => {
  const ecs = await openService({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } });
  const [first] = deployments(ecs);
  change(ecs, first!, { status: 'SUCCESSFUL' });
  runTaskOf(ecs, first!.targetRevisionArn);
  ecs.call('UpdateService', { service: 'web', taskDefinition: 'app:2' });
  const second = deployments(ecs)[1]!;
  assert.equal(second.breaker.status, 'MONITORING');
  const [{ deploymentCircuitBreaker }] = ecs.call('DescribeServiceDeployments', { serviceDeploymentArns: [second.arn] }).serviceDeployments;
  assert.deepEqual(deploymentCircuitBreaker, { status: 'MONITORING', failureCount: 0, threshold: 3 });
  const rollback = { reason: 'r', startedAt: 1, serviceRevisionArn: first!.targetRevisionArn };
  change(ecs, second, { status: 'ROLLBACK_IN_PROGRESS', breaker: { status: 'TRIGGERED' }, rollback, failedTasksTotal: 3 });
  const failing = runTaskOf(ecs, second.targetRevisionArn, { lastStatus: 'PENDING' });
  const back = service(ecs).deployments;
  assert.deepEqual(back.map((d: any) => [d.id, d.status, d.rolloutState, d.failedTasks]), [[first!.id, 'PRIMARY', 'IN_PROGRESS', 0], [second.id, 'ACTIVE', 'FAILED', 3]]);
  assert.equal(back[0].rolloutStateReason, `ECS deployment circuit breaker: rolling back to deploymentId ${first!.id}.`);
  assert.equal(back[1].rolloutStateReason, 'ECS deployment circuit breaker: tasks failed to start.');
  change(ecs, second, { status: 'ROLLBACK_SUCCESSFUL' });
  ecs.store.transact((tx) => tx.put(tasks, { ...tx.get(tasks, failing)!, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' }));
  const after = service(ecs);
  assert.deepEqual(after.deployments.map((d: any) => [d.status, d.rolloutState]), [['PRIMARY', 'COMPLETED']]);
  assert.deepEqual(after.currentServiceRevisions.map((revision: any) => revision.arn), [first!.targetRevisionArn]);
  assert.match(after.taskDefinition, /app:1$/);
  ecs.call('UpdateService', { service: 'web', forceNewDeployment: true });
  assert.match(service(ecs).taskDefinition, /app:1$/, 'an update starts from what is in force');
});

test('events come newest first, at most a hundred', async () => {
  const ecs = await openService();
  ecs.store.transact((tx) => {
    for (let i = 0; i < 105; i++) tx.put(serviceEvents, { id: `e${i}`, serviceArn: ARN, createdAt: i, message: `${i}` });
  });
  const { events } = service(ecs);
  assert.deepEqual([events.length, events[0].message, events[99].message], [100, '104', '5']);
});

test('tasks of a service are protected for a while; others cannot be', async () => {
  const ecs = await openService();
  const [first] = deployments(ecs);
  const task = runTaskOf(ecs, first!.targetRevisionArn);
  const lone = ecs.call('RunTask', { taskDefinition: 'app:1' }).tasks[0].taskArn;
  const missing = task.slice(0, -32) + '0'.repeat(32);
  const update = (input: object): any => ecs.call('UpdateTaskProtection', { cluster: 'default', tasks: [task], protectionEnabled: true, ...input });
  const answer = update({ tasks: [task, lone, missing] });
  assert.deepEqual(answer.protectedTasks, [{ taskArn: task, protectionEnabled: true, expirationDate: new Date(ecs.clock.now() + 7_200_000) }]);
  assert.deepEqual(answer.failures.map((f: any) => [f.arn, f.reason]), [[lone, 'TASK_NOT_VALID'], [missing, 'MISSING']]);
  assert.equal(ecs.store.get(tasks, task)!.protectedUntil, ecs.clock.now() + 7_200_000);
  assert.deepEqual(ecs.call('GetTaskProtection', { cluster: 'default', tasks: [task] }).protectedTasks, answer.protectedTasks);
  assert.deepEqual(ecs.call('GetTaskProtection', { cluster: 'default' }).protectedTasks, answer.protectedTasks);
  assert.deepEqual(update({ protectionEnabled: false }).protectedTasks, [{ taskArn: task, protectionEnabled: false }]);
  update({ expiresInMinutes: 1 });
  await ecs.clock.advance(60_001);
  assert.deepEqual(ecs.call('GetTaskProtection', { cluster: 'default', tasks: [task] }).protectedTasks, [{ taskArn: task, protectionEnabled: false }]);
  for (const expiresInMinutes of [0, 2_881]) assert.throws(() => update({ expiresInMinutes }), { code: 'InvalidParameterException' });
});

test('an old task that a deployment waits for cannot be protected any more', async () => {
  const ecs = await openService();
  const [first] = deployments(ecs);
  const old = runTaskOf(ecs, first!.targetRevisionArn);
  ecs.call('UpdateService', { service: 'web', taskDefinition: 'app:2' });
  const protect = (): any => ecs.call('UpdateTaskProtection', { cluster: 'default', tasks: [old], protectionEnabled: true });
  assert.equal(protect().failures.length, 0);
  runTaskOf(ecs, deployments(ecs)[1]!.targetRevisionArn);
  assert.equal(protect().failures[0].reason, 'DEPLOYMENT_BLOCKED');
});
