// ECS Exec over real sockets: who gets in, what misbehaving clients come to, and that many sessions at once lose nothing.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ExecuteCommandCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeSessionsCommand, ResumeSessionCommand, SSMClient, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import type { Task } from '@aws-sdk/client-ecs';
import { WebSocket } from 'ws';
import { systemClock } from '#base/system/clock.ts';
import { createSigner } from '#link/signer.ts';
import { frame, openDataChannel, type DataChannel } from '#tests/support/data-channel.ts';
import { openExecPlatform, type ExecPlatform } from '#tests/support/exec-platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

let platform: ExecPlatform;
let ssm: SSMClient;
let task: Task;

before(async () => {
  platform = await openExecPlatform();
  ssm = new SSMClient(platform.sdk);
  [task] = (await platform.runTasks(1)) as [Task];
});
after(async () => {
  ssm?.destroy();
  await platform?.close();
});

const begin = async (command: string, of: Task = task): Promise<{ channel: DataChannel; sessionId: string; streamUrl: string; token: string }> => {
  const { sessionId, streamUrl, tokenValue } = await platform.execute(of, command);
  return { channel: openDataChannel({ streamUrl, token: tokenValue }), sessionId, streamUrl, token: tokenValue };
};
const shut = (channel: DataChannel) => waitFor('the websocket to close', () => channel.closeCode, { timeoutMs: 30_000 });
const ready = (channel: DataChannel) => waitFor('the handshake', () => channel.ready, { timeoutMs: 30_000 });
const status = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
  await new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on('open', () => (socket.terminate(), resolve(101)));
    socket.on('error', () => {});
    socket.on('unexpected-response', (request, response) => (request.destroy(), resolve(response.statusCode ?? 0)));
  });

test('a wrong token, a used one and one of another session open nothing', async () => {
  const one = await begin('cat');
  await ready(one.channel);
  const other = await platform.execute(task, 'cat');
  for (const [streamUrl, token] of [[other.streamUrl, one.token], [one.streamUrl, one.token], [other.streamUrl, ''], [one.streamUrl, other.tokenValue]] as const) {
    const stranger = openDataChannel({ streamUrl, token });
    assert.equal(await shut(stranger), 1008);
    assert.equal(stranger.messages.length, 0);
  }
  assert.equal(one.channel.closeCode, undefined);
  assert.equal(await status(one.streamUrl.replace(one.sessionId, '..%2f..')), 404);
  assert.equal(await status(platform.url.replace('http', 'ws') + '/_ssm/data-channel/'), 404);
  one.channel.close();
});

test('only the host\'s own agent may come for a session', async () => {
  const { channel, sessionId } = await begin('cat');
  await ready(channel);
  const url = new URL(`${platform.url}/_ssm/agent-channel/${sessionId}?ticket=x`);
  assert.equal(await status(url.href.replace('http', 'ws')), 403);
  const sign = createSigner({ credentials: platform.sdk.credentials, region: platform.sdk.region, clock: systemClock });
  assert.equal(await status(url.href.replace('http', 'ws'), await sign({ service: 'ecs', method: 'GET', url, headers: {} })), 403);
  channel.close();
});

test('frames that are too large, cut or made up end the session, and nothing else', async () => {
  const healthy = await begin('cat');
  await ready(healthy.channel);
  for (const bad of [Buffer.alloc(300 * 1024), Buffer.from('x'), frame('input_stream_data', 1, 0, 1, Buffer.from('abc')).subarray(0, 121)]) {
    const [own] = (await platform.runTasks(1)) as [Task];
    const { channel } = await begin('sleep', own);
    await ready(channel);
    channel.socket.send(bad);
    await shut(channel);
    await waitFor('the command to be killed', () => platform.runtime.execs.at(-1)!.killed, { timeoutMs: 60_000 });
  }
  // A payload that is not what its digest says is passed over; the true one then counts.
  const wrong = frame('input_stream_data', healthy.channel.sequence, 0, 1, Buffer.from('right'));
  wrong[120] = 0x52;
  healthy.channel.socket.send(wrong);
  healthy.channel.send(1, 'right');
  await waitFor('the echo', () => healthy.channel.text() === 'right');
  // Out of order, twice, far ahead, negative: delivered in order, once.
  const from = healthy.channel.sequence;
  for (const number of [2, 1, 1, 0, 9_000_000, -5, 0, 3]) healthy.channel.send(1, String(number), from + number);
  await waitFor('the rest', () => healthy.channel.text() === 'right0123');
  healthy.channel.close();
});

test('another account sees neither task nor session', async () => {
  const { channel, sessionId } = await begin('cat');
  await ready(channel);
  const sign = createSigner({ credentials: platform.sdk.credentials, region: platform.sdk.region, clock: systemClock });
  const url = new URL('/_admin/accounts', platform.url);
  const { host: _host, ...headers } = await sign({ service: 'longshore', method: 'POST', url, headers: { 'content-type': 'application/json' }, body: '{}' });
  const keys = (await (await fetch(url, { method: 'POST', headers, body: '{}' })).json()) as { accessKeyId: string; secretAccessKey: string };
  const foreign = { ...platform.sdk, credentials: keys };
  const [ecs2, ssm2] = [new ECSClient(foreign), new SSMClient(foreign)];
  await assert.rejects(ecs2.send(new ExecuteCommandCommand({ task: task.taskArn, command: 'cat', interactive: true })), { name: 'InvalidParameterException' });
  await assert.rejects(ecs2.send(new ExecuteCommandCommand({ cluster: task.clusterArn, task: task.taskArn, command: 'cat', interactive: true })), { name: 'InvalidParameterException' });
  await assert.rejects(ssm2.send(new ResumeSessionCommand({ SessionId: sessionId })), { name: 'DoesNotExistException' });
  await assert.rejects(ssm2.send(new TerminateSessionCommand({ SessionId: sessionId })), { name: 'DoesNotExistException' });
  assert.deepEqual((await ssm2.send(new DescribeSessionsCommand({ State: 'Active' }))).Sessions, []);
  ecs2.destroy();
  ssm2.destroy();
  channel.close();
});

test('ResumeSession and TerminateSession, as the plugin calls them', async () => {
  const [own] = (await platform.runTasks(1)) as [Task];
  const { channel, sessionId } = await begin('cat', own);
  await ready(channel);
  channel.cut();
  const { TokenValue, StreamUrl } = await ssm.send(new ResumeSessionCommand({ SessionId: sessionId }));
  const back = openDataChannel({ streamUrl: StreamUrl!, token: TokenValue! });
  await waitFor('the session to go on', () => back.messages.some((m) => m.type === 'start_publication'));
  const active = (await ssm.send(new DescribeSessionsCommand({ State: 'Active', Filters: [{ key: 'SessionId', value: sessionId }] }))).Sessions!;
  assert.deepEqual(active.map(({ Status }) => Status), ['Connected']);
  await ssm.send(new TerminateSessionCommand({ SessionId: sessionId }));
  assert.equal((await waitFor('the end', () => back.closed)).Output, 'The session was terminated.');
  assert.deepEqual(await ssm.send(new ResumeSessionCommand({ SessionId: sessionId })).then(({ SessionId, TokenValue: none }) => [SessionId, none]), [sessionId, undefined]);
  await assert.rejects(ssm.send(new ResumeSessionCommand({ SessionId: 'ecs-execute-command-unknown' })), { name: 'DoesNotExistException' });
});

test('the last words of a command are not lost on a plugin that is not ready for them', async () => {
  const { streamUrl, tokenValue } = await platform.execute(task, 'say "last words"');
  const channel = openDataChannel({ streamUrl, token: tokenValue, slowHandler: true });
  assert.equal((await waitFor('the end', () => channel.closed)).Output, '');
  assert.equal(channel.text(), 'last words');
});

test('twenty sessions at once: nothing is lost, and the API answers meanwhile', async () => {
  const bytes = 1_000_000;
  const tasks = await platform.runTasks(10);
  const opened = await Promise.all([...tasks, ...tasks].map((of) => begin(`flood ${bytes}`, of)));
  const sums = opened.map(({ channel }) => {
    const hash = createHash('sha256');
    let size = 0;
    channel.onOutput = (data) => {
      hash.update(data);
      size += data.length;
      channel.forget();
    };
    return { hash, size: () => size };
  });
  let slowest = 0;
  let over = false;
  const ask = (async () => {
    while (!over) {
      const from = performance.now();
      await ssm.send(new DescribeSessionsCommand({ State: 'Active' }));
      slowest = Math.max(slowest, performance.now() - from);
    }
  })();
  const ends = await Promise.all(opened.map(({ channel }) => waitFor('the end', () => channel.closed, { timeoutMs: 120_000 })));
  over = true;
  await ask;
  const expected = createHash('sha256').update(Buffer.alloc(bytes, 'x')).digest('hex');
  for (const [i, { hash, size }] of sums.entries()) assert.deepEqual([size(), hash.digest('hex'), ends[i]!.Output], [bytes, expected, '']);
  assert.ok(slowest > 0);
});
