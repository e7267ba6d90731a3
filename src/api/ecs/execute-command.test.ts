// ExecuteCommand: what it refuses, in AWS's words, and what it hands out.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { containerInstances } from '#model/container-instance.ts';
import { execSessions } from '#model/exec-session.ts';
import { AGENT_ARN, openEcs, type EcsHarness } from '#tests/support/api-harness.ts';

const NOT_ENABLED = /^The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running\./;
const LOGS = { logDriver: 'awslogs', options: { 'awslogs-group': '/app', 'awslogs-region': 'eu-west-1' } };

/** A running task of two containers, `app` and `side`. */
async function running(options: { enableExecuteCommand?: boolean; configuration?: object } = {}) {
  const ecs = await openEcs();
  ecs.call('CreateCluster', { clusterName: 'default', ...(options.configuration !== undefined && { configuration: { executeCommandConfiguration: options.configuration } }) });
  ecs.call('RegisterTaskDefinition', { family: 'two', containerDefinitions: [{ name: 'app', image: 'i', memory: 64, logConfiguration: LOGS }, { name: 'side', image: 'i', memory: 64 }] });
  const needs = ecs.call('DescribeTaskDefinition', { taskDefinition: 'two' }).taskDefinition.requiresAttributes;
  const host = ecs.addHost({ attributes: needs });
  const { enableExecuteCommand = true } = options;
  const [task] = ecs.call('RunTask', { taskDefinition: 'two', enableExecuteCommand }).tasks;
  return { ecs, host, task, report: (status: string) => report(ecs, task, status, enableExecuteCommand) };
}

function report(ecs: EcsHarness, task: any, status: string, managed: boolean): void {
  const containers = ['app', 'side'].map((containerName) => ({ containerName, status, runtimeId: 'ab'.repeat(32) }));
  const managedAgents = managed ? containers.map(({ containerName }) => ({ containerName, managedAgentName: 'ExecuteCommandAgent', status })) : [];
  ecs.call('SubmitTaskStateChange', { cluster: task.clusterArn, task: task.taskArn, status, containers, managedAgents }, { callerArn: AGENT_ARN });
}

test('a session: its token opens it, once and for two minutes, and is kept as a digest alone', async () => {
  const { ecs, task, report: tell, host } = await running();
  assert.deepEqual(task.containers[0].managedAgents, [{ name: 'ExecuteCommandAgent', lastStatus: 'PENDING' }]);
  tell('RUNNING');
  const answer = ecs.call('ExecuteCommand', { task: task.taskArn, container: 'side', command: '/bin/sh', interactive: true });
  const { sessionId, streamUrl, tokenValue } = answer.session;
  assert.deepEqual([answer.clusterArn, answer.taskArn, answer.containerName, answer.containerArn, answer.interactive], [task.clusterArn, task.taskArn, 'side', task.containers[1].containerArn, true]);
  assert.match(sessionId, /^ecs-execute-command-[a-z0-9]{26}$/);
  assert.match(streamUrl, new RegExp(`^ws://.+/_ssm/data-channel/${sessionId}\\?role=publish_subscribe$`));
  const row = ecs.store.get(execSessions, sessionId)!;
  assert.deepEqual([row.status, row.hostArn, row.command, row.token.digest], ['WAITING', host, '/bin/sh', createHash('sha256').update(tokenValue).digest('hex')]);
  assert.equal(JSON.stringify(row).includes(tokenValue), false);
  assert.equal(row.token.expiresAt - row.createdAt, 120_000);
  assert.notEqual(ecs.call('ExecuteCommand', { task: task.taskArn, container: 'side', command: '/bin/sh', interactive: true }).session.tokenValue, tokenValue);
});

test('what is refused, in this order', async () => {
  const { ecs, task, host, report: tell } = await running();
  const call = (change: object) => () => ecs.call('ExecuteCommand', { task: task.taskArn, container: 'app', command: 'ls', interactive: true, ...change });
  const invalid = (message: string | RegExp) => ({ code: 'InvalidParameterException', message });
  assert.throws(call({ command: '', interactive: false }), invalid('Command can not be blank.'));
  assert.throws(call({ interactive: false, task: '' }), invalid('Interactive is the only mode supported currently.'));
  assert.throws(call({ task: '', cluster: 'none' }), invalid('Task can not be blank.'));
  assert.throws(call({ cluster: 'none' }), { code: 'ClusterNotFoundException', message: 'Cluster not found.' });
  assert.throws(call({ task: '0'.repeat(32) }), invalid('The referenced task was not found.'));
  assert.throws(call({ task: 'x' }), invalid(/taskId length/));
  assert.throws(call({ container: undefined }), invalid(/container name/));
  assert.throws(call({ container: 'none' }), invalid(/none/));
  assert.throws(call({}), invalid(NOT_ENABLED));
  tell('RUNNING');
  ecs.store.transact((tx) => tx.put(containerInstances, { ...tx.get(containerInstances, host)!, agentConnected: false }));
  assert.throws(call({}), { code: 'TargetNotConnectedException', message: 'The execute command failed due to an internal error. Try again later.' });
  ecs.store.transact((tx) => tx.put(containerInstances, { ...tx.get(containerInstances, host)!, agentConnected: true }));
  for (let i = 0; i < 2; i++) {
    const { session } = call({})();
    ecs.store.transact((tx) => tx.put(execSessions, { ...tx.get(execSessions, session.sessionId)!, status: 'CONNECTED' }));
  }
  assert.throws(call({}), { code: 'TargetNotConnectedException' });
  assert.ok(call({ container: 'side' })());
  tell('STOPPED');
  assert.throws(call({ container: 'side' }), invalid(NOT_ENABLED));
  assert.equal(ecs.call('DescribeTasks', { tasks: [task.taskArn] }).tasks[0].containers[0].managedAgents[0].lastStatus, 'STOPPED');
});

test('without enableExecuteCommand there is no agent and no session', async () => {
  const { ecs, task, report: tell } = await running({ enableExecuteCommand: false });
  tell('RUNNING');
  assert.throws(() => ecs.call('ExecuteCommand', { task: task.taskArn, container: 'app', command: 'ls', interactive: true }), { message: NOT_ENABLED });
  assert.equal('managedAgents' in ecs.call('DescribeTasks', { tasks: [task.taskArn] }).tasks[0].containers[0], false);
});

test('where it is recorded: the container\'s log group, the cluster\'s, nowhere, and not in S3', async () => {
  const recorded = async (configuration: object | undefined, container: string) => {
    const { ecs, task, report: tell } = await running(configuration === undefined ? {} : { configuration });
    tell('RUNNING');
    return ecs.store.get(execSessions, ecs.call('ExecuteCommand', { task: task.taskArn, container, command: 'ls', interactive: true }).session.sessionId)!.log;
  };
  assert.deepEqual(await recorded(undefined, 'app'), { group: '/app', region: 'eu-west-1' });
  assert.equal(await recorded(undefined, 'side'), undefined);
  assert.equal(await recorded({ logging: 'NONE' }, 'app'), undefined);
  assert.deepEqual(await recorded({ logging: 'OVERRIDE', kmsKeyId: 'k', logConfiguration: { cloudWatchLogGroupName: '/audit' } }, 'side'), { group: '/audit', region: 'us-east-1' });
  await assert.rejects(recorded({ logging: 'OVERRIDE', logConfiguration: { s3BucketName: 'b' } }, 'side'), { code: 'ClientException' });
});
