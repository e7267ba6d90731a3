// Control plane and one agent's connection by example: what is sent when, who may connect, presence, health.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { definitionFixture } from '#core/payload/definition.fixture.ts';
import { hostFixture } from '#core/placement/host.fixture.ts';
import { requestStop } from '#core/task/stop.ts';
import { attachmentFixture, containerFixture, taskFixture } from '#core/task/task.fixture.ts';
import type { Channel } from '#link/channel.ts';
import { clientTokens } from '#model/account.ts';
import { containerInstances } from '#model/container-instance.ts';
import { networkInterfaces } from '#model/network.ts';
import type { NetworkInterface } from '#model/network.ts';
import { TABLES } from '#model/tables.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { memoryDisk, memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { openControl } from './control.ts';
import type { ConnectingAgent } from './control.ts';

const HOST = hostFixture('h', { agentConnected: false });
const AGENT: ConnectingAgent = { containerInstanceArn: HOST.arn, cluster: 'default', agentVersion: '1.2', agentHash: 'x', dockerVersion: 'D', seqNum: 1, principalArn: HOST.registeredBy };
const T1 = taskFixture({ arn: 'arn:task/1', hostArn: HOST.arn });

interface Frame {
  readonly type: string;
  readonly message: Record<string, any>;
}

/** The agent's side of a connection, by hand. */
function wire(): { channel: Channel; sent: Frame[]; closed: number[]; say: (type: string, message: unknown) => void } {
  const sent: Frame[] = [];
  const closed: number[] = [];
  const channel: Channel = {
    send: (text) => void sent.push(JSON.parse(text) as Frame),
    close(code = 1000) {
      closed.push(code);
    },
    onMessage: () => {},
    onClose: () => {},
  };
  return { channel, sent, closed, say: (type, message) => channel.onMessage(JSON.stringify({ type, message })) };
}

async function plane(options: { hostLossMs?: number } = {}) {
  const clock = virtualClock(1_000_000);
  const journal = memoryJournal(memoryDisk(), 'by-hand');
  const store = await openStore({ journal, tables: TABLES, log: silentLogger });
  store.transact((tx) => {
    tx.put(containerInstances, HOST);
    tx.put(taskDefinitions, definitionFixture());
  });
  journal.flush();
  const control = openControl({ store, clock, random: seededRandom(1), log: silentLogger, ...options });
  const put = (task: Task): void => store.transact((tx) => tx.put(tasks, task));
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) {
      journal.flush();
      await clock.settle();
    }
  };
  const connect = async () => {
    const agent = wire();
    control.acceptAcs(agent.channel, AGENT);
    await settle();
    return agent;
  };
  const orders = (sent: readonly Frame[]): string[] => sent.filter((f) => f.type === 'PayloadMessage').flatMap((f) => f.message['tasks'].map((t: Task) => `${t.arn}:${t.desiredStatus}`));
  return { clock, journal, store, control, put, settle, connect, orders };
}

test('an order leaves as soon as its task is durable, and no sooner', async () => {
  const { clock, journal, put, connect, orders } = await plane();
  const agent = await connect();
  put(T1);
  await clock.settle();
  assert.deepEqual(orders(agent.sent), []);
  journal.flush();
  await Promise.resolve();
  await clock.settle();
  assert.deepEqual(orders(agent.sent), ['arn:task/1:RUNNING']);
});

test('all tasks of one commit leave in one message', async () => {
  const { store, settle, connect, orders } = await plane();
  const agent = await connect();
  store.transact((tx) => {
    for (let i = 0; i < 10; i++) tx.put(tasks, { ...T1, arn: `arn:task/${i}` });
  });
  await settle();
  assert.equal(agent.sent.filter((f) => f.type === 'PayloadMessage').length, 1);
  assert.equal(orders(agent.sent).length, 10);
});

test('the acknowledgement makes a task PENDING; an acknowledged task is not ordered again on the next connection', async () => {
  const { store, put, settle, connect, orders } = await plane();
  const agent = await connect();
  put(T1);
  await settle();
  agent.say('AckRequest', { messageId: agent.sent.at(-1)!.message['messageId'] });
  await settle();
  assert.equal(store.get(tasks, T1.arn)?.lastStatus, 'PENDING');
  const again = await connect();
  assert.deepEqual(orders(again.sent), []);
  assert.deepEqual(again.sent[0]?.message['tasks'], [{ taskArn: T1.arn, taskClusterArn: T1.clusterArn, desiredStatus: 'RUNNING' }]);
});

test('a connection begins with the manifest, then every order that is due', async () => {
  const { put, settle, connect, orders } = await plane();
  put(T1);
  put({ ...requestStop({ ...T1, lastStatus: 'RUNNING' }, { stopCode: 'UserInitiated', reason: 'x' }, 0), arn: 'arn:task/2' });
  put({ ...T1, arn: 'arn:task/3', lastStatus: 'RUNNING' });
  await settle();
  const agent = await connect();
  assert.deepEqual(agent.sent.map((f) => f.type), ['TaskManifestMessage', 'PayloadMessage']);
  assert.deepEqual(orders(agent.sent), ['arn:task/1:RUNNING', 'arn:task/2:STOPPED']);
  assert.ok(agent.sent[1]!.message['seqNum'] > agent.sent[0]!.message['timeline']);
});

test('a stop follows its task at once and once', async () => {
  const { store, put, settle, connect, orders } = await plane();
  const agent = await connect();
  put(T1);
  await settle();
  put(requestStop(store.get(tasks, T1.arn)!, { stopCode: 'UserInitiated', reason: 'x' }, 0));
  await settle();
  store.transact((tx) => tx.put(tasks, { ...tx.get(tasks, T1.arn)!, lastStatus: 'RUNNING' }));
  await settle();
  assert.deepEqual(orders(agent.sent), ['arn:task/1:RUNNING', 'arn:task/1:STOPPED']);
});

test('of the stop candidates those must stop that are unknown, elsewhere or to be stopped', async () => {
  const { put, settle, connect } = await plane();
  put({ ...T1, lastStatus: 'RUNNING' });
  put({ ...T1, arn: 'arn:task/2', hostArn: 'arn:elsewhere', lastStatus: 'RUNNING' });
  const agent = await connect();
  const candidate = (taskArn: string) => ({ taskArn, taskClusterArn: 'c', desiredStatus: 'RUNNING' });
  agent.say('TaskStopVerificationMessage', { messageId: agent.sent[0]!.message['messageId'], stopCandidates: ['arn:task/1', 'arn:task/2', 'arn:task/9'].map(candidate) });
  await settle();
  const answer = agent.sent.at(-1)!;
  assert.equal(answer.type, 'TaskStopVerificationAck');
  assert.deepEqual(answer.message['stopTasks'].map((t: { taskArn: string }) => t.taskArn), ['arn:task/2', 'arn:task/9']);
});

test('who may connect: the principal that registered the host, while it is registered', async () => {
  const { store, control } = await plane();
  const type = (agent: ConnectingAgent): string | undefined => {
    const admission = control.admit(agent);
    return admission.ok ? undefined : admission.type;
  };
  assert.equal(type(AGENT), undefined);
  assert.equal(type({ ...AGENT, principalArn: 'arn:someone' }), 'AccessDeniedException');
  assert.equal(type({ ...AGENT, containerInstanceArn: 'arn:unknown' }), 'ClientException');
  const stranger = wire();
  control.acceptAcs(stranger.channel, { ...AGENT, principalArn: 'arn:someone' });
  assert.deepEqual(stranger.closed, [1008]);
  store.transact((tx) => tx.put(containerInstances, { ...HOST, status: 'INACTIVE' }));
  assert.equal(type(AGENT), 'InactiveInstanceException');
});

test('a connected host is shown so with its versions; a short absence is not shown, a longer one is', async () => {
  const { clock, store, settle, connect } = await plane();
  const row = () => store.get(containerInstances, HOST.arn)!;
  const agent = await connect();
  assert.equal(row().agentConnected, true);
  assert.deepEqual(row().versionInfo, { agentVersion: '1.2', agentHash: 'x', dockerVersion: 'D' });
  agent.channel.onClose(1006, '');
  await clock.advance(4_000);
  assert.equal(row().agentConnected, true);
  const again = await connect();
  await clock.advance(60_000);
  assert.equal(row().agentConnected, true, 'it came back in time');
  again.channel.onClose(1006, '');
  await clock.advance(5_000);
  await settle();
  assert.equal(row().agentConnected, false);
  assert.ok(row().agentDisconnectedAt !== undefined);
});

test('a second connection of a host takes over from the first', async () => {
  const { put, settle, connect, orders } = await plane();
  const first = await connect();
  const second = await connect();
  assert.deepEqual(first.closed, [1000]);
  put(T1);
  await settle();
  assert.deepEqual([orders(first.sent), orders(second.sent)], [[], ['arn:task/1:RUNNING']]);
});

test('a deregistered host ends with its tasks and its connection', async () => {
  const { store, put, settle, connect } = await plane();
  put({ ...T1, lastStatus: 'RUNNING', startedAt: 1 });
  const agent = await connect();
  store.transact((tx) => tx.put(containerInstances, { ...tx.get(containerInstances, HOST.arn)!, status: 'INACTIVE' }));
  await settle();
  const task = store.get(tasks, T1.arn)!;
  assert.deepEqual([task.lastStatus, task.stopCode], ['STOPPED', 'InfrastructureHealth']);
  assert.deepEqual(agent.closed, [1000]);
});

test('a host that is away for too long is lost where that is wanted, with what was to stop on it; it is found again', async () => {
  for (const hostLossMs of [undefined, 30_000]) {
    const { clock, store, put, settle, connect } = await plane(hostLossMs === undefined ? {} : { hostLossMs });
    store.transact((tx) => tx.put(containerInstances, { ...HOST, agentDisconnectedAt: 1 }));
    put({ ...T1, lastStatus: 'RUNNING' });
    put({ ...T1, arn: 'arn:task/2', lastStatus: 'RUNNING', desiredStatus: 'STOPPED' });
    await settle();
    await clock.advance(29_000);
    const statuses = (): string[] => [T1.arn, 'arn:task/2'].map((arn) => store.get(tasks, arn)!.lastStatus);
    assert.deepEqual([store.get(containerInstances, HOST.arn)!.lostAt, ...statuses()], [undefined, 'RUNNING', 'RUNNING'], 'away from a control plane that was not there does not count');
    await clock.advance(2_000);
    assert.deepEqual([store.get(containerInstances, HOST.arn)!.lostAt !== undefined, ...statuses()], hostLossMs === undefined ? [false, 'RUNNING', 'RUNNING'] : [true, 'RUNNING', 'STOPPED']);
    const agent = await connect();
    assert.equal(store.get(containerInstances, HOST.arn)!.lostAt, undefined);
    // What ended without it is not in its manifest: it asks, and stops it.
    agent.say('TaskStopVerificationMessage', { messageId: agent.sent[0]!.message['messageId'], stopCandidates: [{ taskArn: 'arn:task/2', taskClusterArn: 'c', desiredStatus: 'STOPPED' }] });
    await settle();
    const verified = agent.sent.find((frame) => frame.type === 'TaskStopVerificationAck')!.message['stopTasks'] as { taskArn: string }[];
    assert.deepEqual(verified.map((task) => task.taskArn), hostLossMs === undefined ? ['arn:task/2'] : ['arn:task/2']);
  }
});

test('a stopped awsvpc task gives its interface back and is forgotten an hour later, a client token a day later', async () => {
  const { clock, store, settle } = await plane();
  const attachment = attachmentFixture({ status: 'DETACHED' });
  store.transact((tx) => {
    tx.put(networkInterfaces, { id: attachment.networkInterfaceId, vpcId: 'v', privateIpAddress: '10.0.0.4' } as unknown as NetworkInterface);
    tx.put(tasks, { ...T1, lastStatus: 'DEPROVISIONING', desiredStatus: 'STOPPED', attachments: [attachment] });
    tx.put(clientTokens, { id: 'token', requestHash: '', resourceArns: [], createdAt: clock.now() });
  });
  await settle();
  assert.equal(store.size(networkInterfaces), 0);
  assert.deepEqual([store.get(tasks, T1.arn)?.lastStatus, store.get(tasks, T1.arn)?.attachments[0]?.status], ['STOPPED', 'DELETED']);
  await clock.advance(3_599_000);
  assert.equal(store.size(tasks), 1);
  await clock.advance(2_000);
  assert.equal(store.size(tasks), 0);
  assert.equal(store.size(clientTokens), 1);
  await clock.advance(24 * 3_600_000);
  assert.equal(store.size(clientTokens), 0);
});

test('a task definition that is to be deleted goes when its last task has ended', async () => {
  const { store, put, settle } = await plane();
  put({ ...T1, lastStatus: 'RUNNING' });
  store.transact((tx) => tx.put(taskDefinitions, definitionFixture({}, { status: 'DELETE_IN_PROGRESS' })));
  await settle();
  assert.equal(store.size(taskDefinitions), 1);
  put({ ...T1, lastStatus: 'STOPPED', desiredStatus: 'STOPPED', stoppedAt: 0 });
  await settle();
  assert.equal(store.size(taskDefinitions), 0);
});

test('health from TCS reaches the task, of its own host only, and is acknowledged', async () => {
  const { store, control, put, settle } = await plane();
  put({ ...T1, lastStatus: 'RUNNING', containers: [containerFixture('app', { hasHealthCheck: true })] });
  put({ ...T1, arn: 'arn:task/2', hostArn: 'arn:elsewhere', containers: [containerFixture('app', { hasHealthCheck: true })] });
  const agent = wire();
  control.acceptTcs(agent.channel, AGENT);
  const health = (taskArn: string) => ({ taskArn, containers: [{ containerName: 'app', healthStatus: 'HEALTHY', statusSince: 1 }] });
  agent.say('PublishHealthRequest', { metadata: {}, tasks: [health(T1.arn), health('arn:task/2'), health('arn:none')], timestamp: 1 });
  await settle();
  assert.equal(store.get(tasks, T1.arn)?.healthStatus, 'HEALTHY');
  assert.equal(store.get(tasks, 'arn:task/2')?.healthStatus, 'UNKNOWN');
  agent.say('PublishInstanceStatusRequest', { metadata: {}, statuses: [{ type: 'ContainerRuntime', status: 'IMPAIRED' }], timestamp: 1 });
  await settle();
  assert.equal(store.get(containerInstances, HOST.arn)?.health?.status, 'IMPAIRED');
  assert.deepEqual(agent.sent.map((f) => f.type), ['AckPublishHealth', 'AckPublishInstanceStatus']);
});

test('a control plane that is going away takes nobody in any more', async () => {
  const { control, connect } = await plane();
  const before = await connect();
  control.close();
  assert.deepEqual(before.closed, [1001]);
  const admission = control.admit(AGENT);
  assert.equal(admission.ok ? undefined : admission.httpStatus, 503);
  const late = wire();
  control.acceptAcs(late.channel, AGENT);
  assert.deepEqual(late.closed, [1001]);
});

test('two agents from one data folder: the later one has the host, the earlier one is told why it has not', async () => {
  const { control, settle } = await plane();
  const connect = (processId: string) => {
    const agent = { ...AGENT, processId };
    const admission = control.admit(agent);
    const end = wire();
    if (admission.ok) control.acceptAcs(end.channel, agent);
    return { admission, end };
  };
  const first = connect('a');
  first.end.say('HeartbeatAckRequest', { messageId: 'm' });
  const second = connect('b');
  second.end.say('HeartbeatAckRequest', { messageId: 'm' });
  await settle();
  assert.deepEqual(first.end.closed, [1000]);
  assert.deepEqual([second.admission.ok, second.end.closed], [true, []]);
  const back = connect('a').admission;
  assert.ok(!back.ok && back.type === 'DuplicateHostException' && /two agents use copies of one data folder/.test(back.message));
  assert.deepEqual(second.end.closed, []);
  // Of a new life nobody can say that.
  assert.ok(connect('c').admission.ok);
});

test('a connection of a life that was over when it arrived says nothing, and keeps the next life from nothing', async () => {
  const { control, settle } = await plane();
  const connect = (processId: string) => {
    const agent = { ...AGENT, processId };
    const end = wire();
    const admission = control.admit(agent);
    if (admission.ok) control.acceptAcs(end.channel, agent);
    return { admission, end };
  };
  connect('before').end.say('HeartbeatAckRequest', { messageId: 'm' });
  const alive = connect('alive');
  alive.end.say('HeartbeatAckRequest', { messageId: 'm' });
  await settle();
  // It was on its way when its process was killed.
  connect('killed');
  await settle();
  assert.deepEqual(alive.end.closed, [1000]);
  const again = connect('alive');
  assert.ok(again.admission.ok);
});

test('an agent of another machine or another version of the link is refused', async () => {
  const { control } = await plane();
  const type = (more: Partial<ConnectingAgent>): string => {
    const admission = control.admit({ ...AGENT, ...more });
    return admission.ok ? 'ok' : admission.type;
  };
  assert.equal(type({ joinedMachine: 'm', machine: 'm', linkVersion: 1 }), 'ok');
  assert.equal(type({ joinedMachine: 'm', machine: 'n' }), 'DuplicateHostException');
  assert.equal(type({ joinedMachine: 'm' }), 'DuplicateHostException');
  assert.equal(type({ linkVersion: 99 }), 'VersionMismatchException');
  assert.equal(type({ linkVersion: Number.NaN }), 'VersionMismatchException');
});

test('an agent that sends nonsense is told so and cut off; it cannot hurt the control plane or tasks of others', async () => {
  const { control, store, put, settle, connect } = await plane();
  put({ ...T1, lastStatus: 'RUNNING', hostArn: 'arn:another-host', containers: [containerFixture('app')] });
  for (const text of ['', 'no frame', '[]', '{"type":"AckRequest"}', '{"type":"AckRequest","message":{"messageId":7}}', '\0'.repeat(100)]) {
    const agent = await connect();
    agent.channel.onMessage(text);
    assert.deepEqual(agent.closed, [1008], text);
  }
  const unknown = await connect();
  unknown.say('SomethingNewer', {});
  unknown.say('TaskStopVerificationMessage', { messageId: unknown.sent[0]!.message['messageId'], stopCandidates: [null, 7, { taskArn: T1.arn }] });
  await settle();
  assert.deepEqual(unknown.closed, []);
  for (const tasks of [7, [null], [{ taskArn: T1.arn }], [{ taskArn: T1.arn, containers: [{ containerName: 'app', healthStatus: 'UNHEALTHY' }] }]]) {
    const telemetry = wire();
    control.acceptTcs(telemetry.channel, AGENT);
    telemetry.say('PublishHealthRequest', { metadata: {}, tasks });
  }
  await settle();
  assert.deepEqual(store.get(tasks, T1.arn)?.healthStatus, T1.healthStatus);
});
