// ECS Exec without sockets and containers: the keeper of sessions, the agent's end and our client, on a virtual clock.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openExecHost } from '#agent/exec/exec-host.ts';
import { payloadTask } from '#agent/agent.fixture.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import type { TaskRunner } from '#agent/task-runner.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { openExecSessions, type ExecSessions } from '#control/exec/exec-sessions.ts';
import { hostFixture } from '#core/placement/host.fixture.ts';
import { PAYLOAD } from '#link/exec/agent-message.ts';
import { openDataStream } from '#link/exec/data-stream.ts';
import { openExecClient, type ExecClient } from '#link/exec/exec-client.ts';
import type { BinaryChannel } from '#link/exec/binary-channel.ts';
import type { InputLogEvent } from '#core/telemetry/log-event.ts';
import { containerInstances } from '#model/container-instance.ts';
import { execSessions, type ExecSession } from '#model/exec-session.ts';
import { TABLES } from '#model/tables.ts';
import { memoryDisk, memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { channelPair, type PairEnd } from '#tests/support/channel-pair.ts';
import { fakeRuntime } from '#tests/support/fake-runtime.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';

const HOST = hostFixture('h', { agentConnected: true });
const TASK = payloadTask(1);
const log = silentLogger;

/** A control plane's keeper, one host with a running container `app`, and clients. */
async function world() {
  const clock = virtualClock();
  const random = seededRandom(1);
  const store = await openStore({ journal: memoryJournal(memoryDisk()), tables: TABLES, log });
  store.transact((tx) => tx.put(containerInstances, HOST));
  const runtime = fakeRuntime({ clock, random });
  const turn = async <T>(promise: Promise<T>): Promise<T> => {
    let over = false;
    void promise.then(() => (over = true), () => (over = true));
    await clock.runUntil(() => over);
    return promise;
  };
  const made = await turn(runtime.create({ name: 'app', image: 'app', labels: {}, config: {}, hostConfig: {} }));
  const runtimeId = made.ok ? made.value : '';
  await turn(runtime.start(runtimeId));
  const runner = { run: { containers: { app: { phase: 'running', runtimeId } } } } as unknown as TaskRunner;

  const recorded: InputLogEvent[] = [];
  const logService = { fails: undefined as string | undefined };
  const failIfTold = (): void => {
    if (logService.fails !== undefined) throw Object.assign(new Error('no'), { name: logService.fails });
  };
  const disk = new Map<string, string>();
  const agentChannels: PairEnd[] = [];
  let agentAway = false;
  let keeper: ExecSessions;
  const openHost = () => openExecHost({
    endpoint: () => Promise.resolve('http://cp/_acs'),
    connect(url, { ticket = '' }) {
      const id = url.slice(url.lastIndexOf('/') + 1);
      if (!keeper.admitAgent(id, ticket, HOST.registeredBy)) return Promise.reject(new Error('refused'));
      const [theirs, ours] = channelPair(clock);
      agentChannels.push(theirs);
      keeper.acceptAgent(id, ours);
      return Promise.resolve(theirs);
    },
    runners: new Map([[TASK.arn, runner]]),
    runtime,
    sinkOf: () => ({
      createLogGroup: async () => undefined,
      createLogStream: async () => failIfTold(),
      async putLogEvents(_group, _stream, events) {
        failIfTold();
        recorded.push(...events);
        return { rejected: 0 };
      },
    }),
    state: memoryStateStore(disk), clock, random, log,
  });
  let host = openHost();
  const openKeeper = (): ExecSessions => openExecSessions({
    store, clock, random, log,
    ask(_hostArn, message) {
      if (!agentAway) clock.after(1, () => host.take({ messageId: 'm', ...message }));
      return !agentAway;
    },
  });
  keeper = openKeeper();

  let count = 0;
  const begin = (command: string, change: Partial<ExecSession> = {}): { id: string; token: string } => {
    const id = `ecs-execute-command-${++count}`;
    const token = `token-${count}`;
    store.transact((tx) => tx.put(execSessions, {
      id, account: '0', region: 'r', clusterArn: 'arn:cluster/c', taskArn: TASK.arn, containerName: 'app', runtimeId, hostArn: HOST.arn, command, owner: 'arn:me',
      createdAt: clock.now(), token: { digest: createHash('sha256').update(token).digest('hex'), expiresAt: clock.now() + 120_000 }, status: 'WAITING', ...change,
    }));
    return { id, token };
  };
  const client = (id: string, token: string, more: { tty?: boolean } = {}) => {
    const [theirs, ours] = channelPair(clock);
    keeper.acceptClient(id, ours);
    const seen = { out: [] as Buffer[], err: '', ready: false, end: undefined as { exitCode: number | undefined; output: string } | undefined };
    const exec: ExecClient = openExecClient({
      channel: theirs, token, clock, random, tty: more.tty ?? true,
      onReady: () => void (seen.ready = true),
      onOutput: (stream, data) => void (stream === 'stdout' ? seen.out.push(Buffer.from(data)) : (seen.err += Buffer.from(data).toString())),
      onEnd: (end) => void (seen.end = end),
    });
    return { exec, seen, channel: theirs, text: () => Buffer.concat(seen.out).toString() };
  };
  /** The client's channel alone, by hand. */
  const stranger = (id: string): { channel: BinaryChannel; closed: () => number | undefined; got: Buffer[] } => {
    const [theirs, ours] = channelPair(clock);
    let code: number | undefined;
    const got: Buffer[] = [];
    theirs.onClose = (c) => (code = c);
    theirs.onMessage = (data) => got.push(data);
    keeper.acceptClient(id, ours);
    return { channel: theirs, closed: () => code, got };
  };
  return {
    clock, store, runtime, begin, client, stranger, recorded, logService, disk, agentChannels,
    row: (id: string) => store.get(execSessions, id)!,
    get keeper() {
      return keeper;
    },
    agentAway: () => (agentAway = true),
    restartKeeper() {
      keeper.close();
      keeper = openKeeper();
    },
    async restartAgent() {
      for (const channel of agentChannels) channel.cut();
      host = openHost();
      await turn(host.recover());
    },
  };
}

test('a command is talked to, and its end is the session\'s', async () => {
  const w = await world();
  const { id, token } = w.begin('cat');
  const { exec, seen, text } = w.client(id, token);
  await w.clock.runUntil(() => seen.ready);
  void exec.input(Buffer.from('hello'));
  exec.resize({ cols: 10, rows: 5 });
  await w.clock.runUntil(() => text() === 'hello');
  assert.deepEqual(w.runtime.execs[0]!.size, { cols: 10, rows: 5 });
  assert.deepEqual([w.runtime.execs[0]!.spec.user, w.runtime.execs[0]!.spec.tty], ['0:0', true]);
  exec.endInput();
  await w.clock.runUntil(() => seen.end);
  assert.deepEqual(seen.end, { exitCode: 0, output: '' });
  await w.clock.runUntil(() => w.row(id).status === 'ENDED');
  assert.deepEqual([w.row(id).exitCode, w.row(id).endReason, w.keeper.open, w.disk.size], [0, '', 0, 0]);
});

test('exit codes and streams: apart without a terminal, one with it', async () => {
  const w = await world();
  const run = async (command: string, tty: boolean) => {
    const { id, token } = w.begin(command);
    const c = w.client(id, token, { tty });
    await w.clock.runUntil(() => c.seen.end);
    return [c.seen.end!.exitCode, c.text(), c.seen.err];
  };
  assert.deepEqual(await run('exit 7', false), [7, '', '']);
  assert.deepEqual(await run('complain "a b"', false), [0, '', 'a b']);
  assert.deepEqual(await run('complain "a b"', true), [0, 'a b', '']);
  assert.deepEqual((await run('nonsense', true))[0], 127);
  const broken = w.begin('say "');
  const c = w.client(broken.id, broken.token);
  await w.clock.runUntil(() => c.seen.end);
  assert.equal(c.seen.end!.output, 'The command cannot be run: EOF found when expecting closing quote.');
});

test('only the token opens a session, only once, and only in time', async () => {
  const w = await world();
  const { id, token } = w.begin('cat');
  const refused = async (session: string, frame: string | Buffer) => {
    const s = w.stranger(session);
    s.channel.send(frame);
    await w.clock.runUntil(() => s.closed());
    assert.equal(s.closed(), 1008);
    assert.deepEqual(s.got, []);
  };
  await refused(id, JSON.stringify({ TokenValue: 'token-2' }));
  await refused(id, JSON.stringify({ TokenValue: [token] }));
  await refused(id, JSON.stringify({}));
  await refused(id, 'null');
  await refused(id, '{');
  await refused(id, Buffer.from(JSON.stringify({ TokenValue: token })));
  await refused(id, JSON.stringify({ TokenValue: token, more: 'x'.repeat(20_000) }));
  await refused('ecs-execute-command-none', JSON.stringify({ TokenValue: token }));
  const other = w.begin('cat');
  await refused(other.id, JSON.stringify({ TokenValue: token }));
  assert.equal(w.runtime.execs.length, 0);

  const { seen } = w.client(id, token);
  await w.clock.runUntil(() => seen.ready);
  await refused(id, JSON.stringify({ TokenValue: token }));
  assert.equal(seen.end, undefined);

  await w.clock.advance(121_000);
  await refused(other.id, JSON.stringify({ TokenValue: other.token }));
  const silent = w.stranger(id);
  await w.clock.runUntil(() => silent.closed());
  assert.equal(silent.closed(), 1008);
});

test('an agent comes with its own ticket, once', async () => {
  const w = await world();
  const { id, token } = w.begin('cat');
  assert.equal(w.keeper.admitAgent(id, '', HOST.registeredBy), false);
  const { seen } = w.client(id, token);
  await w.clock.runUntil(() => seen.ready);
  assert.equal(w.keeper.admitAgent(id, 'x', HOST.registeredBy), false);
  assert.equal(w.keeper.admitAgent(id, '', HOST.registeredBy), false);
});

test('everything arrives whatever is slow: 3 MB of output, a client that stops reading', async () => {
  const w = await world();
  const { id, token } = w.begin('flood 3000000');
  const c = w.client(id, token);
  await w.clock.runUntil(() => c.seen.out.length > 3);
  c.channel.pause();
  await w.clock.advance(60_000);
  const before = c.seen.out.length;
  // The command waits: what is under way is bounded.
  assert.ok(w.runtime.execs[0]!.running);
  assert.ok(c.channel.open);
  c.channel.resume();
  await w.clock.runUntil(() => c.seen.end);
  assert.ok(c.seen.out.length > before);
  assert.equal(Buffer.concat(c.seen.out).length, 3_000_000);
  assert.deepEqual(c.seen.end, { exitCode: 0, output: '' });
});

test('a client that is cut off again and again comes back with new tokens and misses nothing', async () => {
  const w = await world();
  const { id, token } = w.begin('flood 4000000');
  // As Amazon's plugin does it: the stream stays, its connection is another one.
  let channel: PairEnd | undefined;
  let received = 0;
  let closed: string | undefined;
  const stream = openDataStream({
    sends: 'input_stream_data', clock: w.clock, random: seededRandom(2),
    transmit: (frame) => channel?.send(frame),
    isBusy: () => false,
    onMalformed: assert.fail,
    onControl: (message) => (message.messageType === 'channel_closed' ? (closed = JSON.parse(Buffer.from(message.payload).toString()).Output) : undefined),
    onData(type, payload) {
      if (type === PAYLOAD.handshakeRequest) stream.send(PAYLOAD.handshakeResponse, Buffer.from('{"ClientVersion":"1","ProcessedClientActions":[],"Errors":null}'));
      if (type === PAYLOAD.output) received += payload.length;
    },
  });
  const connect = (shown: string): void => {
    const [theirs, ours] = channelPair(w.clock);
    theirs.onMessage = (data) => stream.take(data);
    w.keeper.acceptClient(id, ours);
    theirs.send(JSON.stringify({ TokenValue: shown }));
    channel = theirs;
    stream.restart();
  };
  connect(token);
  for (let round = 1; round <= 5; round++) {
    await w.clock.runUntil(() => received > round * 500_000);
    channel!.cut();
    await w.clock.advance(round * 2_500);
    assert.equal(w.row(id).status, 'CONNECTED');
    const digest = createHash('sha256').update(`again-${round}`).digest('hex');
    w.store.transact((tx) => tx.put(execSessions, { ...w.row(id), token: { digest, expiresAt: w.clock.now() + 60_000 } }));
    connect(`again-${round}`);
  }
  await w.clock.runUntil(() => closed !== undefined);
  assert.deepEqual([received, closed, w.row(id).endReason], [4_000_000, '', '']);
});

test('a client that stays away is not waited for', async () => {
  const w = await world();
  const { id, token } = w.begin('cat');
  const { seen, channel } = w.client(id, token);
  await w.clock.runUntil(() => seen.ready);
  channel.cut();
  await w.clock.runUntil(() => w.row(id).status === 'ENDED');
  assert.equal(w.row(id).endReason, 'The client went away.');
  await w.clock.runUntil(() => w.runtime.execs[0]!.killed);
});

test('a session ends, and its command is killed, when: it is idle, it is terminated, the agent or the control plane goes', async () => {
  const w = await world();
  const ending = async (act: (id: string) => void | Promise<void>) => {
    const { id, token } = w.begin('sleep');
    const c = w.client(id, token);
    await w.clock.runUntil(() => c.seen.ready);
    await act(id);
    await w.clock.runUntil(() => c.seen.end);
    await w.clock.runUntil(() => w.runtime.execs.at(-1)!.killed);
    await w.clock.runUntil(() => w.row(id).status === 'ENDED');
    assert.equal(c.seen.end!.exitCode, undefined);
    return c.seen.end!.output;
  };
  assert.equal(await ending(() => w.clock.advance(19 * 60_000 + 50_000)), 'The session timed out: it was idle for 20 minutes.');
  assert.equal(await ending((id) => w.store.transact((tx) => tx.put(execSessions, { ...w.row(id), terminatedBy: 'arn:you' }))), 'The session was terminated.');
  assert.equal(await ending(() => w.restartAgent()), 'The connection to the host was lost.');
  assert.equal(await ending(() => w.restartKeeper()), 'The control plane is going away.');
});

test('a third session in a container is refused, and one on a host that is away', async () => {
  const w = await world();
  const all = [1, 2, 3].map(() => {
    const { id, token } = w.begin('sleep');
    return w.client(id, token);
  });
  await w.clock.runUntil(() => all[2]!.seen.end);
  assert.equal(all[2]!.seen.end!.output, 'The container app has 2 sessions already.');
  await w.clock.runUntil(() => all[0]!.seen.ready && all[1]!.seen.ready);
  w.agentAway();
  const { id, token } = w.begin('sleep');
  const c = w.client(id, token);
  await w.clock.runUntil(() => c.seen.end);
  assert.equal(c.seen.end!.output, 'The host of the task is not connected.');
});

test('a client that does not speak the protocol is let go, with its command', async () => {
  const w = await world();
  const frames = [Buffer.from('nonsense'), Buffer.alloc(120), Buffer.alloc(300 * 1024)];
  for (const frame of frames) {
    const { id, token } = w.begin('sleep');
    const c = w.client(id, token);
    await w.clock.runUntil(() => c.seen.ready);
    c.channel.send(frame);
    await w.clock.runUntil(() => c.seen.end);
    assert.match(c.seen.end!.output, /^The client sent what is no frame/);
    await w.clock.runUntil(() => w.runtime.execs.at(-1)!.killed);
  }
  const { id, token } = w.begin('sleep');
  const dumb = w.stranger(id);
  dumb.channel.send(JSON.stringify({ TokenValue: token }));
  await w.clock.runUntil(() => dumb.closed(), { what: 'the handshake to be given up' });
  assert.equal(w.row(id).endReason, 'The client did not answer the handshake.');
});

test('a command that reads nothing makes its client wait, and not the agent grow', async () => {
  const w = await world();
  const { id, token } = w.begin('deaf');
  const c = w.client(id, token);
  await w.clock.runUntil(() => c.seen.ready);
  let taken = false;
  void c.exec.input(Buffer.alloc(200_000)).then(() => (taken = true));
  await w.clock.advance(60_000);
  assert.equal(taken, false);
  w.runtime.execs[0]!.process.onDrain();
  await w.clock.advance(200);
  assert.equal(taken, false);
  for (let i = 0; i < 10; i++) {
    w.runtime.execs[0]!.process.onDrain();
    await w.clock.advance(200);
  }
  assert.equal(taken, true);
});

test('a session that is to be recorded is, line by line, and does not begin when it cannot be', async () => {
  const w = await world();
  const destination = { group: '/audit', region: 'r' };
  const { id, token } = w.begin('say "one\ntwo"', { log: destination });
  const c = w.client(id, token);
  await w.clock.runUntil(() => c.seen.end);
  await w.clock.runUntil(() => w.recorded.length === 4);
  assert.deepEqual(w.recorded.map((event) => event.message), [`Session ${id}: arn:me runs say "one\ntwo"`, 'one', 'two', 'Session ended with exit code 0']);

  w.logService.fails = 'ResourceNotFoundException';
  const second = w.begin('say x', { log: destination });
  const refused = w.client(second.id, second.token);
  await w.clock.runUntil(() => refused.seen.end);
  assert.equal(refused.seen.end!.output, 'The session cannot be recorded in the log group /audit: ResourceNotFoundException');
  assert.equal(w.runtime.execs.length, 1);
});

test('output waits for a log service that is away', async () => {
  const w = await world();
  const { id, token } = w.begin('flood 5000000', { log: { group: '/audit', region: 'r' } });
  const c = w.client(id, token);
  await w.clock.runUntil(() => c.seen.ready);
  w.logService.fails = 'ServiceUnavailableException';
  await w.clock.advance(30_000);
  assert.ok(w.runtime.execs[0]!.running);
  w.logService.fails = undefined;
  await w.clock.runUntil(() => c.seen.end);
  await w.clock.runUntil(() => w.recorded.at(-1)?.message === 'Session ended with exit code 0');
  assert.equal(w.recorded.slice(1, -1).reduce((sum, event) => sum + event.message.length, 0), 5_000_000);
});
