// The whole agent on a virtual clock, against a fake runtime and a control plane of one page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { fakeRuntime } from '#tests/support/fake-runtime.ts';
import type { ImageScript } from '#tests/support/fake-runtime.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import type { PayloadElasticNetworkInterface } from '#link/messages.ts';
import { createAgent } from './agent.ts';
import type { Agent, AgentOptions } from './agent.ts';
import { payloadContainer, payloadTask, testPlane } from './agent.fixture.ts';
import { memoryStateStore } from './state-store.ts';
import type { AgentConfig } from './config.ts';
import { done } from './runtime.ts';

function world(scripts: Record<string, ImageScript> = {}, config: Partial<AgentConfig> = {}, more: Partial<AgentOptions> = {}) {
  const clock = virtualClock();
  const random = seededRandom(7);
  const runtime = fakeRuntime({ clock, random, script: (image) => scripts[image] });
  const plane = testPlane(clock);
  const disk = new Map<string, string>();
  const start = (): Agent => createAgent({
    config: { cluster: 'default', agentVersion: '1', agentHash: 'x', launchType: 'EC2', ...config },
    runtime, api: plane.api, connect: plane.connect, stateStore: memoryStateStore(disk), clock, random, log: silentLogger, ...more,
  });
  const state = { agent: start() };
  return {
    clock, runtime, plane, disk, state,
    restart() {
      state.agent = start();
    },
    connected: () => clock.runUntil(() => state.agent.connected, { what: 'connected' }),
    until: (arn: string, status: string) => clock.runUntil(() => plane.statuses(arn).includes(status), { what: `${arn} ${status}` }),
  };
}

test('registers with its resources and capabilities, and connects', async () => {
  const { connected, plane } = world({}, { pool: 'fargate', memoryMiB: 2048 });
  await connected();
  const [registration] = plane.registrations;
  assert.ok(registration?.attributes.some((a) => a.name === 'ecs.capability.task-eni'));
  assert.deepEqual(registration?.attributes.find((a) => a.name === 'longshore.pool'), { name: 'longshore.pool', value: 'fargate' });
  assert.deepEqual(registration?.totalResources.slice(0, 2), [
    { name: 'CPU', type: 'INTEGER', integerValue: 4096 },
    { name: 'MEMORY', type: 'INTEGER', integerValue: 2048 },
  ]);
});

test('runs a task, acknowledges the order, reports RUNNING, and STOPPED when it is told to stop; then nothing is left', async () => {
  const { connected, plane, until, runtime, clock, state } = world();
  await connected();
  const task = payloadTask(1, { cpu: 0.25, memory: 512 });
  plane.order(task);
  await until(task.arn, 'RUNNING');
  await clock.settle();
  assert.ok(plane.frames.some((f) => f.type === 'AckRequest'));
  assert.equal(runtime.containers.length, 1);
  assert.match(runtime.containers[0]!.spec.name, /^ecs-web-1-app-[0-9a-f]{20}$/);
  assert.equal(runtime.containers[0]!.spec.hostConfig.CgroupParent, `/longshore/${'1'.padStart(32, '0')}`);
  plane.order({ ...task, desiredStatus: 'STOPPED' });
  await until(task.arn, 'STOPPED');
  assert.equal(plane.last(task.arn)?.containers?.[0]?.exitCode, 143);
  await clock.runUntil(() => state.agent.tasks.size === 0);
  assert.deepEqual([runtime.containers.length, runtime.taskGroups.length], [0, 0]);
});

test('an essential exit is reported first with the task RUNNING, then STOPPED once the others have stopped', async () => {
  const { connected, plane, until } = world({ 'app:1': { exitAfterMs: 100, exitCode: 3 }, 'side:1': { stopMs: 50 } });
  await connected();
  const task = payloadTask(2, { containers: [payloadContainer(), payloadContainer({ name: 'side', image: 'side:1', essential: false })] });
  plane.order(task);
  await until(task.arn, 'STOPPED');
  assert.deepEqual(plane.statuses(task.arn), ['RUNNING', 'RUNNING', 'STOPPED']);
  const exit = plane.reports[1]!.containers!;
  assert.deepEqual(exit.map((c) => [c.containerName, c.status, c.exitCode]), [['app', 'STOPPED', 3], ['side', 'RUNNING', undefined]]);
});

test('a task that ends at once was RUNNING all the same', async () => {
  const { connected, plane, until } = world({ 'app:1': { exitAfterMs: 0, exitCode: 0 } });
  await connected();
  const task = payloadTask(3);
  plane.order(task);
  await until(task.arn, 'STOPPED');
  assert.equal(plane.statuses(task.arn)[0], 'RUNNING');
});

test('a pull that fails is the reason the task stops', async () => {
  const { connected, plane, until } = world({ 'app:1': { pullFails: 'pull access denied for app' } });
  await connected();
  const task = payloadTask(4);
  plane.order(task);
  await until(task.arn, 'STOPPED');
  assert.deepEqual(plane.statuses(task.arn), ['STOPPED']);
  assert.equal(plane.last(task.arn)?.reason, 'CannotPullContainerError: pull access denied for app');
});

test('an order repeated, even after the task has ended, starts nothing twice', async () => {
  const { connected, plane, until, runtime, clock } = world();
  await connected();
  const task = payloadTask(5);
  plane.order(task);
  plane.order(task);
  await until(task.arn, 'RUNNING');
  plane.order({ ...task, desiredStatus: 'STOPPED' });
  await until(task.arn, 'STOPPED');
  await clock.runUntil(() => runtime.containers.length === 0);
  plane.order(task);
  await clock.advance(5000);
  assert.equal(runtime.created.length, 1);
  assert.equal(plane.statuses(task.arn).at(-1), 'STOPPED');
});

test('reports wait for the control plane and keep their order', async () => {
  const { connected, plane, until, clock, runtime } = world();
  await connected();
  const task = payloadTask(6);
  plane.order(task);
  await clock.runUntil(() => runtime.containers.length === 1);
  plane.cut();
  await clock.runUntil(() => runtime.containers[0]!.state === 'running');
  runtime.crash(runtime.containers[0]!.id, 9);
  await clock.advance(60_000);
  assert.deepEqual(plane.statuses(task.arn), []);
  plane.mend();
  await until(task.arn, 'STOPPED');
  assert.equal(plane.statuses(task.arn)[0], 'RUNNING');
  assert.equal(plane.last(task.arn)?.containers?.[0]?.exitCode, 9);
});

test('killed at every moment of a start, it finds its task again, starts nothing twice and loses no exit', async () => {
  for (let killAtMs = 0; killAtMs <= 12; killAtMs++) {
    const w = world({ 'app:1': { pullMs: 3, createMs: 2, startMs: 2 }, 'init:1': { exitAfterMs: 2, exitCode: 0 } });
    await w.connected();
    const task = payloadTask(7, { containers: [
      payloadContainer({ dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] }),
      payloadContainer({ name: 'init', image: 'init:1', essential: false }),
    ] });
    w.plane.order(task);
    await w.clock.advance(killAtMs);
    w.state.agent.close();
    await w.clock.advance(20);
    w.restart();
    await w.connected();
    if (!w.disk.has(`order/${task.arn}`)) w.plane.order(task);
    await w.until(task.arn, 'RUNNING');
    assert.deepEqual([...w.runtime.created].sort().map((n) => n.split('-')[3]), ['app', 'init'], `killed at ${killAtMs} ms`);
    assert.ok(w.runtime.containers.every((c) => c.starts === 1), `killed at ${killAtMs} ms`);
    w.state.agent.close();
    w.runtime.crash(w.runtime.containers.find((c) => c.spec.image === 'app:1')!.id, 42);
    w.restart();
    await w.until(task.arn, 'STOPPED');
    assert.equal(w.plane.last(task.arn)?.containers?.find((c) => c.containerName === 'app')?.exitCode, 42);
  }
});

test('with the runtime away nothing is given up; exits that happened meanwhile are found', async () => {
  const w = world();
  await w.connected();
  const [one, two] = [payloadTask(8), payloadTask(9)];
  w.plane.order(one);
  await w.until(one.arn, 'RUNNING');
  w.runtime.goAway();
  w.plane.order(two);
  w.runtime.crash(w.runtime.containers[0]!.id, 5);
  await w.clock.advance(30_000);
  assert.deepEqual(w.plane.statuses(two.arn), []);
  w.runtime.comeBack();
  await w.until(two.arn, 'RUNNING');
  await w.until(one.arn, 'STOPPED');
  assert.equal(w.plane.last(one.arn)?.containers?.[0]?.exitCode, 5);
});

test('what runs against the manifest is asked about, and stops only when that is confirmed', async () => {
  const w = world();
  await w.connected();
  const task = payloadTask(10);
  w.plane.order(task);
  await w.until(task.arn, 'RUNNING');
  w.plane.send('TaskManifestMessage', { messageId: 'mf', clusterArn: 'c', containerInstanceArn: 'ci', generatedAt: 1, timeline: 5000, tasks: [] });
  await w.clock.advance(100);
  const asked = w.plane.frames.find((f) => f.type === 'TaskStopVerificationMessage');
  assert.deepEqual((asked!.message['stopCandidates'] as { taskArn: string }[]).map((t) => t.taskArn), [task.arn]);
  assert.deepEqual(w.plane.statuses(task.arn), ['RUNNING']);
  w.plane.send('TaskStopVerificationAck', { messageId: 'mf', generatedAt: 1, stopTasks: asked?.message['stopCandidates'] as [] });
  await w.until(task.arn, 'STOPPED');
});

test('health of a checked container is published at every change', async () => {
  const w = world({ 'app:1': { health: [{ afterMs: 50, health: 'healthy' }, { afterMs: 500, health: 'unhealthy' }] } });
  await w.connected();
  const task = payloadTask(11, { containers: [payloadContainer({ healthCheckType: 'docker', config: { Healthcheck: { Test: ['CMD', 'true'] } } })] });
  w.plane.order(task);
  await w.until(task.arn, 'RUNNING');
  await w.clock.advance(1000);
  const seen = w.plane.frames.filter((f) => f.type === 'PublishHealthRequest').map((f) => (f.message['tasks'] as { containers: { healthStatus: string }[] }[])[0]?.containers[0]?.healthStatus);
  assert.deepEqual([...new Set(seen)].filter((s) => s !== 'UNKNOWN'), ['HEALTHY', 'UNHEALTHY']);
});

test('an agent that is started while the control plane is away keeps its awsvpc tasks, however long that takes', async () => {
  const nothing = async () => done(undefined);
  const w = world({}, {}, { vpcDriver: { apply: nothing, remove: nothing, forget: () => undefined } });
  await w.connected();
  const eni: PayloadElasticNetworkInterface = {
    attachmentArn: 'a', ec2Id: 'eni-1', macAddress: '02:00:00:00:00:01', ipv4Addresses: [{ primary: true, privateAddress: '172.31.5.6' }], subnetGatewayIpv4Address: '172.31.0.1/20',
    vpcId: 'vpc-1', vpcCidrBlock: '172.31.0.0/16', subnetId: 's', securityGroupIds: [],
  };
  const task = payloadTask(12, { networkMode: 'awsvpc', elasticNetworkInterfaces: [eni] });
  const put = [{ kind: 'interface', id: 'eni-1', address: '172.31.5.6', macAddress: eni.macAddress, host: '127.0.0.1', groupIds: [] }];
  w.plane.send('NetworkStateMessage', { messageId: 'n', number: 1, vpcIds: ['vpc-1'], vpcs: [{ vpcId: 'vpc-1', cidrBlock: eni.vpcCidrBlock, vni: 1, version: 1, put, removed: [] }] });
  w.plane.order(task);
  await w.until(task.arn, 'RUNNING');
  w.state.agent.close();
  w.plane.cut();
  w.restart();
  await w.clock.advance(3_600_000);
  assert.equal(w.runtime.containers[0]?.state, 'running');
  w.plane.mend();
  await w.connected();
  w.plane.order({ ...task, desiredStatus: 'STOPPED' });
  await w.until(task.arn, 'STOPPED');
});
