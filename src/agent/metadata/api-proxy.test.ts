// The API for containers: what passes through it comes out as it went in, and nothing else passes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { memoryStateStore } from '../state-store.ts';
import { openApiProxy, type ApiProxy } from './api-proxy.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

let control: Server;
let proxy: ApiProxy;
let admitted = true;
const seen: Seen[] = [];
const disk = new Map<string, string>();
const state = memoryStateStore(disk);

before(async () => {
  control = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    if (req.url === '/stream') return stream(req, res);
    for await (const chunk of req) chunks.push(chunk as Buffer);
    seen.push({ method: req.method, url: req.url, rawHeaders: req.rawHeaders, body: Buffer.concat(chunks).toString() });
    res.writeHead(418, ['X-One', 'a', 'X-One', 'b', 'Content-Length', '4']).end('made');
  }).listen(0, '127.0.0.1');
  await once(control, 'listening');
  proxy = await openApiProxy({ server: `http://127.0.0.1:${(control.address() as AddressInfo).port}`, state, log: silentLogger, address: '127.0.0.1' });
  proxy.serve(async (address) => admitted && address === '127.0.0.1');
});
after(() => {
  proxy.close();
  control.close();
  control.closeAllConnections();
});

/** Answers each chunk as it comes. */
function stream(req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(200);
  req.on('data', (chunk: Buffer) => res.write(chunk.toString().toUpperCase()));
  req.on('end', () => res.end());
}

async function raw(text: string): Promise<string> {
  const { port } = new URL(proxy.url ?? '');
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(text);
  let got = '';
  for await (const chunk of socket) got += String(chunk);
  return got;
}

test('method, target, headers with their order and duplicates, and body arrive as sent; so does the answer', async () => {
  const answer = await raw('POST /a%2Fb/../c?x=%20&y HTTP/1.1\r\nHost: 169.254.170.2:51680\r\nX-Amz-Date: now\r\nAuthorization: AWS4 x\r\nX-Twice: 1\r\nX-Twice: 2\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello');
  const [got] = seen.splice(0);
  assert.deepEqual([got?.method, got?.url, got?.body], ['POST', '/a%2Fb/../c?x=%20&y', 'hello']);
  assert.deepEqual(got?.rawHeaders.slice(0, 10), ['Host', '169.254.170.2:51680', 'X-Amz-Date', 'now', 'Authorization', 'AWS4 x', 'X-Twice', '1', 'X-Twice', '2']);
  assert.match(answer, /^HTTP\/1\.1 418 [^]*X-One: a\r\nX-One: b\r\n[^]*\r\n\r\nmade$/);
});

test('bodies are streamed: the answer to the first bytes comes before the last are sent', async () => {
  const sent = request(`${proxy.url}/stream`, { method: 'PUT' });
  sent.write('one ');
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const [first] = (await once(answer, 'data')) as [Buffer];
  assert.equal(first.toString(), 'ONE ');
  sent.end('two');
  const [second] = (await once(answer, 'data')) as [Buffer];
  assert.equal(second.toString(), 'TWO');
});

test('nothing but the API is reached: no pages of the platform, registry, absolute forms, tunnels', async () => {
  for (const target of ['/_health', '/_metrics', '/_admin/accounts', '/_acs/ws', '/v2/', '/v2', '/v2/x/blobs/y', '/v2?x', 'http://127.0.0.1/_health', '*']) {
    assert.match(await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 40[04] /, target);
  }
  assert.doesNotMatch(await raw('CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 2/);
  await raw('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n');
  assert.ok(seen.splice(0).every((one) => !one.rawHeaders.some((text) => text.toLowerCase() === 'upgrade')));
});

test('who is no container of this host is refused; a control plane that is away is a 503', async () => {
  admitted = false;
  assert.match(await raw('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 403 /);
  admitted = true;
  assert.deepEqual(seen.splice(0), []);
  const orphan = await openApiProxy({ server: 'http://127.0.0.1:1', state: memoryStateStore(), log: silentLogger, address: '127.0.0.1' });
  assert.equal((await fetch(orphan.url ?? '')).status, 503);
  orphan.serve(async () => true);
  const response = await fetch(orphan.url ?? '', { method: 'POST', body: 'x' });
  assert.deepEqual([response.status, await response.json()], [503, { message: 'the control plane cannot be reached' }]);
  orphan.close();
});

test('an agent that starts again has the port that its containers know', async () => {
  // The port of the first is taken: this one has another, and gets that one again.
  const memory = new Map<string, string>();
  const open = (): Promise<ApiProxy> => openApiProxy({ server: 'http://127.0.0.1:1', state: memoryStateStore(memory), log: silentLogger, address: '127.0.0.1' });
  const second = await open();
  assert.notEqual(second.url, proxy.url);
  second.close();
  const again = await open();
  assert.equal(again.url, second.url);
  again.close();
  assert.equal(disk.get('api-port'), new URL(proxy.url ?? '').port);
});
