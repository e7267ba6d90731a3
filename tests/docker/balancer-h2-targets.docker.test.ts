// Target groups of HTTPS, and of protocol version HTTP2 and GRPC: served at once, checked under their own address, reached with trailers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm';
import { CreateListenerCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { waitFor } from '#tests/support/wait-for.ts';
import { freePort, hostAddress, startBalancerWorld, type BalancerWorld } from './balancer-world.ts';

let world: BalancerWorld;
let cert: Buffer;
let key: Buffer;
let certificateArn: string;
const servers: { close(): unknown }[] = [];

before(async () => {
  world = await startBalancerWorld();
  const base = join(world.platform.dataDir, 'target');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=target.test', '-keyout', `${base}.key`, '-out', `${base}.pem`], { stdio: 'ignore' });
  [cert, key] = [readFileSync(`${base}.pem`), readFileSync(`${base}.key`)];
  const acm = new ACMClient(world.platform.sdk);
  certificateArn = (await acm.send(new ImportCertificateCommand({ Certificate: cert, PrivateKey: key }))).CertificateArn!;
  acm.destroy();
});
after(async () => {
  for (const server of servers) server.close();
  await world.stop();
});

/** `<status> <body> <trailer>` */
function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = connect(`https://${world.address()}:${port}`, { rejectUnauthorized: false });
    const stream = client.request({ ':path': '/', ':authority': 'a.test' });
    let [status, body, trailer] = ['', '', ''];
    client.on('error', reject);
    stream.on('response', (headers) => (status = String(headers[':status'])));
    stream.on('data', (chunk) => (body += chunk));
    stream.on('trailers', (headers) => (trailer = String(headers['grpc-status'])));
    stream.on('error', reject);
    stream.on('end', () => {
      client.destroy();
      resolve(`${status} ${body} ${trailer}`);
    });
  });
}

for (const [Protocol, ProtocolVersion] of [['HTTP', 'HTTP2'], ['HTTPS', 'GRPC']] as const) {
  test(`targets of ${Protocol} that speak ${ProtocolVersion} alone`, { timeout: 60_000 }, async () => {
    const server = Protocol === 'HTTPS' ? createSecureServer({ cert, key, allowHTTP1: false }) : createServer();
    servers.push(server);
    const checkedAs: string[] = [];
    let connections = 0;
    server.on(Protocol === 'HTTPS' ? 'secureConnection' : 'connection', () => (connections += 1));
    server.on('unknownProtocol', (socket) => socket.destroy());
    server.on('sessionError', () => {});
    server.on('stream', (stream: ServerHttp2Stream, headers: Record<string, unknown>) => {
      if (headers[':path'] === '/health') checkedAs.push(String(headers[':authority'] ?? headers['host']));
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end('hello');
    });
    await new Promise((resolve) => server.listen(0, hostAddress(), () => resolve(undefined)));
    const target = { Id: hostAddress(), Port: (server.address() as AddressInfo).port, AvailabilityZone: 'all' };
    const group = await world.group(`${Protocol}-${ProtocolVersion}`, { Protocol, ProtocolVersion, HealthCheckProtocol: Protocol });
    await world.elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [target] }));
    const port = await freePort();
    await world.elb.send(new CreateListenerCommand({ LoadBalancerArn: world.loadBalancer.LoadBalancerArn!, Protocol: 'HTTPS', Port: port, Certificates: [{ CertificateArn: certificateArn }], DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] }));
    await waitFor('it is known', async () => ['healthy', 'unhealthy'].includes((await world.health(group))[0]!.State!), { timeoutMs: 20_000 });
    assert.deepEqual((await world.health(group)).map((one) => one.State), ['healthy'], 'by the first check');
    assert.equal(await ask(port), '200 hello 0');
    // The first check is the control plane's, the others are HAProxy's.
    await waitFor('checks of HAProxy', () => connections > 4, { timeoutMs: 30_000 });
    assert.deepEqual(new Set(checkedAs), new Set([`${target.Id}:${target.Port}`]));
    assert.deepEqual((await world.health(group)).map((one) => one.State), ['healthy']);
  });
}

test('targets of HTTPS are checked over TLS, under their own address', { timeout: 60_000 }, async () => {
  const checkedAs: string[] = [];
  const server = createHttpsServer({ cert, key }, (req, res) => {
    if (req.url === '/health') checkedAs.push(String(req.headers.host));
    res.end('hello');
  });
  servers.push(server);
  await new Promise((resolve) => server.listen(0, hostAddress(), () => resolve(undefined)));
  const target = { Id: hostAddress(), Port: (server.address() as AddressInfo).port, AvailabilityZone: 'all' };
  const group = await world.group('https', { Protocol: 'HTTPS', HealthCheckProtocol: 'HTTPS' });
  await world.elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [target] }));
  await world.listen([{ Type: 'forward', TargetGroupArn: group }], await freePort());
  await waitFor('checks of HAProxy', () => checkedAs.length > 3, { timeoutMs: 30_000 });
  assert.deepEqual(new Set(checkedAs), new Set([`${target.Id}:${target.Port}`]));
  assert.deepEqual((await world.health(group)).map((one) => one.State), ['healthy']);
});
