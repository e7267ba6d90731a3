// The agent's end of the link against real sockets: signed upgrades and calls as our own wire verifies them, frames both
// ways, refusals, closing.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '#base/system/clock.ts';
import { AgentApiError } from '#link/agent-api.ts';
import { ConnectRefused } from '#link/agent-session.ts';
import { openAwsJsonClient } from '#link/aws-json-client.ts';
import type { Channel } from '#link/channel.ts';
import { httpAgentApi } from '#link/http-agent-api.ts';
import { parseUpgradeQuery } from '#link/upgrade.ts';
import { openWebSocketAcceptor, refuseUpgrade, webSocketConnect } from '#link/ws-channel.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { AwsError } from '#wire/aws-error.ts';
import { readHead } from '#wire/head.ts';
import { createAuthenticator } from '#wire/sigv4/authenticator.ts';
import { verifyUpgrade } from '#wire/sigv4/upgrade.ts';

const KEY = { accessKeyId: 'AKIASIM', secretAccessKey: 'secret' };
const CALLER = { account: '000000000000', arn: 'arn:aws:iam::000000000000:root', userId: '0', accessKeyId: KEY.accessKeyId };
const authenticate = createAuthenticator({ mode: 'strict', clock: systemClock, keys: (id) => (id === KEY.accessKeyId ? { secret: KEY.secretAccessKey, caller: CALLER } : undefined) });
const QUERY = { agentHash: 'h', agentVersion: '1', clusterArn: 'a/b c', containerInstanceArn: 'arn:aws:ecs:us-east-1:000000000000:container-instance/default/1', dockerVersion: 'DockerVersion: 20', seqNum: '7' };

async function listen(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function acceptor(t: TestContext, onUpgrade?: (req: IncomingMessage, socket: Duplex) => boolean) {
  const server = createServer();
  const accepted: { channel: Channel; query: URLSearchParams }[] = [];
  const sockets = openWebSocketAcceptor();
  server.on('upgrade', (req, socket, head) => {
    if (onUpgrade?.(req, socket) === true) return;
    const caller = verifyUpgrade(authenticate, req, ['ecs']);
    if (caller instanceof AwsError) return refuseUpgrade(socket, caller.httpStatus, caller.code, caller.message);
    sockets.accept(req, socket, head, (channel) => {
      accepted.push({ channel, query: new URL(req.url ?? '', 'http://x').searchParams });
      channel.send('{"type":"HeartbeatMessage","message":{"messageId":"first"}}');
    });
  });
  return { address: await listen(t, server), accepted };
}

const connectWith = (secretAccessKey: string) => webSocketConnect({ credentials: { ...KEY, secretAccessKey }, region: 'us-east-1', clock: systemClock });

test('a signed upgrade is accepted; frames go both ways, the very first included; both ends see the close', async (t) => {
  const { address, accepted } = await acceptor(t);
  const channel = await connectWith(KEY.secretAccessKey)(`ws://${address}/_acs/ws`, QUERY);
  // Set late on purpose: what came before must not be lost.
  await new Promise((resolve) => setImmediate(resolve));
  const received: string[] = [];
  channel.onMessage = (text) => received.push(text);
  await waitFor('the first frame', () => received.length === 1);
  assert.deepEqual(parseUpgradeQuery(accepted[0]!.query), {
    containerInstanceArn: QUERY.containerInstanceArn,
    cluster: 'a/b c',
    agentVersion: '1',
    agentHash: 'h',
    dockerVersion: 'DockerVersion: 20',
    seqNum: 7,
  });
  const server = accepted[0]!.channel;
  const heard: string[] = [];
  const closes: string[] = [];
  server.onMessage = (text) => heard.push(text);
  server.onClose = (code) => closes.push(`server ${code}`);
  channel.onClose = (code) => closes.push(`agent ${code}`);
  channel.send('{"type":"AckRequest"}');
  await waitFor('the frame', () => heard.length === 1);
  server.close(1000, 'bye');
  await waitFor('both closes', () => closes.length === 2);
  assert.deepEqual(closes.sort(), ['agent 1000', 'server 1000']);
  channel.send('into the void');
  channel.close();
});

test('a wrong key is refused, with the reason', async (t) => {
  const { address } = await acceptor(t);
  await assert.rejects(connectWith('wrong')(`ws://${address}/_acs/ws`, QUERY), (error) => error instanceof ConnectRefused && error.httpStatus === 403);
});

test('a refusal carries its frame, as a deregistered host reads it', async (t) => {
  const { address } = await acceptor(t, (_req, socket) => {
    refuseUpgrade(socket, 400, 'InactiveInstanceException', 'gone');
    return true;
  });
  await assert.rejects(connectWith(KEY.secretAccessKey)(`ws://${address}/_acs/ws`, QUERY), (error) => {
    assert.ok(error instanceof ConnectRefused);
    assert.deepEqual([error.type, error.message, error.httpStatus], ['InactiveInstanceException', 'gone', 400]);
    return true;
  });
});

test('nobody there is an ordinary error', async () => {
  await assert.rejects(connectWith('x')('ws://127.0.0.1:1/ws', {}), (error) => !(error instanceof ConnectRefused));
});

async function apiServer(t: TestContext, answer: (target: string, body: any) => { status: number; body: unknown }) {
  const seen: { target: string; body: any; verified: boolean; socket: unknown }[] = [];
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const outcome = authenticate({ head: readHead(req), body: bytes, rules: { signingNames: ['ecs', 'logs'] } });
      const target = String(req.headers['x-amz-target']);
      const body: unknown = JSON.parse(bytes.toString('utf8'));
      seen.push({ target, body, verified: !('failure' in outcome), socket: req.socket });
      const reply = answer(target, body);
      res.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1' });
      res.end(JSON.stringify(reply.body));
    });
  });
  const endpoint = `http://${await listen(t, server)}`;
  const client = openAwsJsonClient({ endpoint, credentials: KEY, region: 'us-east-1', clock: systemClock, userAgent: 'test' });
  t.after(() => client.close());
  return { client, seen };
}

test('calls are signed, named and kept on one connection', async (t) => {
  const { client, seen } = await apiServer(t, (target) => ({
    status: 200,
    body: target.endsWith('RegisterContainerInstance') ? { containerInstance: { containerInstanceArn: 'arn:i', attributes: [{ name: 'a', value: 'ü' }] } } : { endpoint: 'http://e' },
  }));
  const api = httpAgentApi(client);
  const made = await api.registerContainerInstance({ cluster: 'default', attributes: [{ name: 'a', value: 'ü' }], totalResources: [] });
  assert.deepEqual(made, { containerInstanceArn: 'arn:i', attributes: [{ name: 'a', value: 'ü' }] });
  assert.deepEqual(await api.discoverPollEndpoint('arn:i', 'default'), { endpoint: 'http://e', telemetryEndpoint: 'http://e' });
  await api.submitTaskStateChange({ cluster: 'c', task: 't', status: 'RUNNING', pullStartedAt: 1.25 });
  await client.callAwsJson('Logs_20140328.PutLogEvents', { logEvents: [] }, 'logs');
  assert.ok(seen.every((call) => call.verified));
  assert.deepEqual(seen.map((call) => call.target.split('.')[1]), ['RegisterContainerInstance', 'DiscoverPollEndpoint', 'SubmitTaskStateChange', 'PutLogEvents']);
  assert.equal(new Set(seen.map((call) => call.socket)).size, 1);
});

test('a refusal has the code, message and status of the service', async (t) => {
  const { client } = await apiServer(t, () => ({ status: 400, body: { __type: 'com.amazonaws.ecs#ClientException', message: 'no such instance' } }));
  await assert.rejects(httpAgentApi(client).discoverPollEndpoint('arn:i'), (error) => {
    assert.ok(error instanceof AgentApiError);
    assert.deepEqual([error.code, error.message, error.httpStatus], ['ClientException', 'no such instance', 400]);
    return true;
  });
});
