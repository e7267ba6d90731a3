// RunTask and the way of a task through the API, against a real store.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT_ARN, openEcs } from '#tests/support/api-harness.ts';

const FARGATE = {
  family: 'app',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'busybox' }],
};

test('a Fargate task is registered, run, reported and described', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost({ pool: 'fargate' });
  const { subnets } = ecs.network();
  const { taskDefinition } = ecs.call('RegisterTaskDefinition', FARGATE);
  assert.deepEqual(taskDefinition.compatibilities, ['EC2', 'FARGATE']);
  const run = ecs.call('RunTask', {
    taskDefinition: 'app',
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: [subnets[0]] } },
  });
  assert.deepEqual(run.failures, []);
  const [task] = run.tasks;
  assert.equal(task.lastStatus, 'PROVISIONING');
  assert.equal(task.containerInstanceArn, undefined);
  assert.match(task.containers[0].networkInterfaces[0].privateIpv4Address, /^172\.31\.\d+\.\d+$/);
  assert.equal(ecs.capacity.remaining(host)?.cpu, 4096 - 256);

  const report = { cluster: task.clusterArn, task: task.taskArn, status: 'RUNNING', containers: [{ containerName: 'app', status: 'RUNNING', runtimeId: 'abc' }] };
  assert.throws(() => ecs.call('SubmitTaskStateChange', report), { code: 'AccessDeniedException' });
  ecs.call('SubmitTaskStateChange', report, { callerArn: AGENT_ARN });
  const { tasks } = ecs.call('DescribeTasks', { tasks: [task.taskArn] });
  assert.equal(tasks[0].lastStatus, 'RUNNING');
  assert.equal(tasks[0].containers[0].runtimeId, 'abc');
  assert.equal(ecs.call('DescribeClusters').clusters[0].runningTasksCount, 1);
  assert.equal(ecs.call('DescribeClusters').clusters[0].registeredContainerInstancesCount, 0);
});
