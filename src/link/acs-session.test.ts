// Both ends of the ACS connection against each other, on a virtual clock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { PERFECT_LINK, connectLossy } from '#tests/sim/lossy-link.ts';
import type { LinkFaults, LossyConnection } from '#tests/sim/lossy-link.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { openAcsSession } from './acs-server.ts';
import type { AcsSession } from './acs-server.ts';
import { ConnectRefused, openAgentSession } from './agent-session.ts';
import type { AgentSession } from './agent-session.ts';
import type { PayloadTask, TaskIdentifier } from './messages.ts';

const order = (arn: string, desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): PayloadTask =>
  ({ arn, desiredStatus, taskClusterArn: 'c', containers: [], volumes: [] }) as unknown as PayloadTask;
const named = (taskArn: string, desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): TaskIdentifier => ({ taskArn, taskClusterArn: 'c', desiredStatus });

interface World {
  readonly clock: ReturnType<typeof virtualClock>;
  readonly log: string[];
  readonly connections: LossyConnection[];
  readonly sessions: AcsSession[];
  readonly agent: AgentSession;
  faults: LinkFaults;
  /** What the agent answers. */
  take: (tasks: readonly PayloadTask[]) => Promise<void>;
  candidates: readonly TaskIdentifier[];
  refuse: Error | undefined;
}

function world(): World {
  const clock = virtualClock(0);
  const random = seededRandom(1);
  const log: string[] = [];
  const connections: LossyConnection[] = [];
  const sessions: AcsSession[] = [];
  const names = (tasks: readonly PayloadTask[]): string => tasks.map((t) => `${t.arn}:${t.desiredStatus}`).join(',');
  const w = { clock, log, connections, sessions, faults: PERFECT_LINK, take: async () => {}, candidates: [], refuse: undefined } as unknown as World & { agent: AgentSession };
  const accept = (connection: LossyConnection, query: Readonly<Record<string, string>>): void => {
    log.push(`connect credentials=${query['sendCredentials']} seq=${query['seqNum']}`);
    sessions.push(
      openAcsSession({
        channel: connection.controlEnd,
        clusterArn: 'c',
        containerInstanceArn: 'i',
        firstSeqNum: Math.max(clock.now(), Number(query['seqNum']) + 1),
        clock,
        random,
        log: silentLogger,
        onAcknowledged: (orders) => log.push(`acknowledged ${names(orders)}`),
        onRefused: (orders, reason) => log.push(`refused ${names(orders)} ${reason}`),
        onStopCandidates: async (candidates) => {
          log.push(`candidates ${candidates.map((c) => c.taskArn).join(',')}`);
          return candidates.slice(0, 1);
        },
        onClosed: (code) => log.push(`server closed ${code}`),
      }),
    );
  };
  w.agent = openAgentSession({
    identity: { cluster: 'c', containerInstanceArn: 'i', agentVersion: '1', agentHash: 'h', processId: 'p', dockerVersion: 'd' },
    discover: async () => 'http://control',
    async connect(url, query) {
      assert.equal(url, 'ws://control/ws');
      if (w.refuse !== undefined) throw w.refuse;
      const connection = connectLossy({ clock, random, faults: () => w.faults });
      connections.push(connection);
      clock.after(0, () => accept(connection, query));
      return connection.agentEnd;
    },
    lastSeqNum: 0,
    handler: {
      async onPayload(message) {
        log.push(`payload ${names(message.tasks)}`);
        await w.take(message.tasks);
      },
      onManifest: async (message) => {
        log.push(`manifest ${message.tasks.map((t) => t.taskArn).join(',')}`);
        return w.candidates;
      },
      onStopVerified: (tasks) => log.push(`stop ${tasks.map((t) => t.taskArn).join(',')}`),
      onDisconnected: () => log.push('disconnected'),
      onInactive: (message) => log.push(`inactive ${message}`),
    },
    clock,
    random,
    log: silentLogger,
  });
  return w;
}

async function connected(): Promise<World> {
  const w = world();
  await w.clock.runUntil(() => w.sessions.length === 1);
  w.log.length = 0;
  return w;
}
const count = (w: World, line: string): number => w.log.filter((l) => l === line).length;

test('an order is taken, then acknowledged, and not sent again', async () => {
  const w = await connected();
  w.sessions[0]!.sendOrders([order('a'), order('b')]);
  await w.clock.advance(30_000);
  assert.deepEqual(w.log, ['payload a:RUNNING,b:RUNNING', 'acknowledged a:RUNNING,b:RUNNING']);
});

test('an order is not acknowledged before it was taken', async () => {
  const w = await connected();
  let taken = (): void => {};
  w.take = () => new Promise((resolve) => (taken = resolve));
  w.sessions[0]!.sendOrders([order('a')]);
  await w.clock.advance(1_000);
  assert.deepEqual(w.log, ['payload a:RUNNING']);
  taken();
  await w.clock.advance(10);
  assert.equal(count(w, 'acknowledged a:RUNNING'), 1);
});

test('an order that got lost is sent again until it is acknowledged', async () => {
  const w = await connected();
  w.faults = { ...PERFECT_LINK, lose: 1 };
  w.sessions[0]!.sendOrders([order('a')]);
  await w.clock.advance(4_000);
  w.faults = PERFECT_LINK;
  await w.clock.advance(20_000);
  assert.deepEqual(w.log, ['payload a:RUNNING', 'acknowledged a:RUNNING']);
});

test('a newer order withdraws the older one, which is not repeated behind it', async () => {
  const w = await connected();
  w.faults = { ...PERFECT_LINK, lose: 1 };
  w.sessions[0]!.sendOrders([order('a'), order('b')]);
  w.sessions[0]!.sendOrders([order('a', 'STOPPED')]);
  await w.clock.advance(1_000);
  w.faults = PERFECT_LINK;
  await w.clock.advance(20_000);
  assert.deepEqual(w.log, ['payload b:RUNNING', 'payload a:STOPPED', 'acknowledged b:RUNNING', 'acknowledged a:STOPPED']);
});

test('what the agent cannot take comes back with its reason and is sent again', async () => {
  const w = await connected();
  w.take = async () => {
    w.take = async () => {};
    throw new Error('disk full');
  };
  w.sessions[0]!.sendOrders([order('a')]);
  await w.clock.advance(20_000);
  assert.deepEqual(w.log, ['payload a:RUNNING', 'refused a:RUNNING Error: disk full', 'payload a:RUNNING', 'acknowledged a:RUNNING']);
});

test('stop candidates are asked about, and only the answer stops them', async () => {
  const w = await connected();
  w.candidates = [named('x'), named('y')];
  w.sessions[0]!.sendManifest([named('a')]);
  await w.clock.advance(1_000);
  assert.deepEqual(w.log, ['manifest a', 'candidates x,y', 'stop x']);
});

test('a repeated manifest is passed over', async () => {
  const w = await connected();
  w.faults = { ...PERFECT_LINK, repeat: 1 };
  w.sessions[0]!.sendManifest([named('a')]);
  await w.clock.advance(1_000);
  assert.deepEqual(w.log, ['manifest a']);
});

test('after a cut the agent connects again, without asking for credentials, telling the highest number it saw', async () => {
  const w = await connected();
  w.sessions[0]!.sendOrders([order('a')]);
  await w.clock.advance(2_000);
  w.log.length = 0;
  w.connections[0]!.cut();
  await w.clock.advance(2_000);
  assert.deepEqual(w.log, ['disconnected', 'server closed 1006', 'connect credentials=false seq=2'].sort((a, b) => w.log.indexOf(a) - w.log.indexOf(b)));
  assert.equal(w.sessions.length, 2);
  w.sessions[1]!.sendOrders([order('a', 'STOPPED')]);
  assert.ok(w.sessions[1]!.seqNum > w.sessions[0]!.seqNum);
});

test('a connection that has gone silent is given up by both ends, and a new one made', async () => {
  const w = await connected();
  w.connections[0]!.goSilent();
  await w.clock.advance(150_000);
  assert.equal(count(w, 'disconnected'), 1);
  assert.equal(count(w, 'server closed 1001'), 1);
  assert.equal(w.agent.connected, true);
  assert.equal(w.connections.length, 2);
});

test('a quiet connection stays up by heartbeats and is renewed after half an hour', async () => {
  const w = await connected();
  await w.clock.advance(24 * 60_000);
  assert.deepEqual(w.log, []);
  await w.clock.advance(12 * 60_000);
  assert.equal(count(w, 'server closed 1000'), 1);
  assert.equal(w.connections.length, 2);
});

test('while the control plane is away the agent tries again, ever more slowly, and comes back', async () => {
  const w = world();
  w.refuse = new Error('connection refused');
  await w.clock.advance(600_000);
  assert.equal(w.connections.length <= 1, true);
  w.refuse = undefined;
  await w.clock.runUntil(() => w.agent.connected, { limitMs: 150_000 });
});

test('a deregistered host is told so and waits an hour', async () => {
  const w = world();
  w.refuse = new ConnectRefused('InactiveInstanceException', 'deregistered', 400);
  w.connections[0]?.cut();
  await w.clock.advance(5_000);
  w.connections[0]?.cut();
  await w.clock.advance(60_000);
  assert.equal(count(w, 'inactive deregistered'), 1);
  await w.clock.advance(3_600_000);
  assert.equal(count(w, 'inactive deregistered'), 2);
});

test('frames of a connection that was given up are not dealt with', async () => {
  const w = await connected();
  let release = (): void => {};
  w.take = () => new Promise((resolve) => (release = resolve));
  w.sessions[0]!.sendOrders([order('a')]);
  w.sessions[0]!.sendOrders([order('b')]);
  await w.clock.advance(1_000);
  w.connections[0]!.cut();
  await w.clock.advance(1_000);
  w.take = async () => {};
  release();
  await w.clock.advance(1_000);
  assert.equal(count(w, 'payload b:RUNNING'), 0);
});

test('a closed session makes no more attempts', async () => {
  const w = await connected();
  w.agent.close();
  await w.clock.advance(7_200_000);
  assert.equal(w.connections.length, 1);
  assert.equal(w.clock.pending, 0);
});
