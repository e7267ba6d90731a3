// The planners of a task's life: what they do, when they look again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionFixture } from '../payload/definition.fixture.ts';
import { hostFixture } from '../placement/host.fixture.ts';
import { planDeleteDefinition, planForgetTask, planForgetToken } from './plan-forget.ts';
import { planLifecycle } from './plan-lifecycle.ts';
import { mustStop, planOrder } from './plan-order.ts';
import { attachmentFixture, taskFixture } from './task.fixture.ts';

const host = hostFixture('h', { ec2InstanceId: 'i-1' });

test('a task that has stopped gives its interfaces back', () => {
  const task = taskFixture({ lastStatus: 'DEPROVISIONING', attachments: [attachmentFixture()] });
  assert.deepEqual(planLifecycle({ task, host }).actions, [{ kind: 'release', taskArn: task.arn, networkInterfaceIds: ['eni-00000000000000001'] }]);
});

test('a task ends with a host that was deregistered, in words that name the host', () => {
  const task = taskFixture({ lastStatus: 'RUNNING' });
  const gone = planLifecycle({ task, host: { ...host, status: 'INACTIVE' } }).actions[0];
  assert.ok(gone?.kind === 'endWithHost');
  assert.deepEqual(gone.cause, { stopCode: 'InfrastructureHealth', reason: 'Host EC2 (instance i-1) terminated.' });
  assert.equal(planLifecycle({ task, host: undefined }).actions.length, 1);
  assert.equal(planLifecycle({ task: { ...task, lastStatus: 'STOPPED' }, host: undefined }).actions.length, 0);
});

test('TS19 on a lost host a task that is to stop ends, one that is to run stays', () => {
  const task = taskFixture({ lastStatus: 'RUNNING' });
  const away = { ...host, agentConnected: false, agentDisconnectedAt: 1000 };
  const lost = { ...away, lostAt: 2000 };
  const stopping = { ...task, desiredStatus: 'STOPPED' as const };
  for (const [one, on] of [[task, away], [stopping, away], [task, lost], [stopping, { ...lost, agentConnected: true }]] as const) assert.deepEqual(planLifecycle({ task: one, host: on }).actions, []);
  const end = planLifecycle({ task: stopping, host: lost }).actions[0];
  assert.ok(end?.kind === 'endWithHost' && /is unreachable/.test(end.cause.reason));
});

test('a host hears of a task it does not have yet, and of one that is to stop, once per connection', () => {
  const fresh = taskFixture();
  assert.equal(planOrder(fresh, undefined).order, 'RUNNING');
  assert.equal(planOrder(fresh, 'RUNNING').order, undefined);
  assert.equal(planOrder({ ...fresh, lastStatus: 'PENDING' }, undefined).order, undefined);
  const stopping = taskFixture({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' });
  assert.equal(planOrder(stopping, undefined).order, 'STOPPED');
  assert.equal(planOrder(stopping, 'RUNNING').order, 'STOPPED');
  assert.equal(planOrder(stopping, 'STOPPED').order, undefined);
  assert.equal(planOrder({ ...fresh, desiredStatus: 'STOPPED' }, undefined).order, 'STOPPED', 'it may have it although it has not said so');
  for (const lastStatus of ['DEPROVISIONING', 'STOPPED'] as const) assert.equal(planOrder({ ...stopping, lastStatus }, undefined).order, undefined);
});

test('a running task must stop when it is unknown, to be stopped or over', () => {
  assert.equal(mustStop(undefined), true);
  assert.equal(mustStop(taskFixture({ lastStatus: 'RUNNING' })), false);
  assert.equal(mustStop(taskFixture({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' })), true);
  assert.equal(mustStop(taskFixture({ lastStatus: 'STOPPED', desiredStatus: 'STOPPED' })), true);
});

test('a stopped task is forgotten after an hour, a client token after a day', () => {
  const task = taskFixture({ lastStatus: 'STOPPED', stoppedAt: 1000 });
  assert.deepEqual(planForgetTask(task, 1000), { actions: [], wakeAt: 3_601_000, why: 'kept for now' });
  assert.deepEqual(planForgetTask(task, 3_601_000).actions, [{ kind: 'forget', key: task.arn }]);
  assert.deepEqual(planForgetTask({ ...task, lastStatus: 'RUNNING' }, 1e12).actions, []);
  const token = { id: 't', requestHash: '', resourceArns: [], createdAt: 0 };
  assert.equal(planForgetToken(token, 1).wakeAt, 86_400_000);
  assert.equal(planForgetToken(token, 86_400_000).actions.length, 1);
});

test('a task definition goes when it is to go and nothing uses it', () => {
  const definition = definitionFixture({}, { status: 'DELETE_IN_PROGRESS' });
  assert.equal(planDeleteDefinition(definition, 0).actions.length, 1);
  assert.equal(planDeleteDefinition(definition, 1).actions.length, 0);
  assert.equal(planDeleteDefinition({ ...definition, status: 'INACTIVE' }, 0).actions.length, 0);
});
