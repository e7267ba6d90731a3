// Requests and connections of a kind that few clients make, through a real HAProxy.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { waitFor } from '#tests/support/wait-for.ts';
import { startBalancerWorld, type BalancerWorld } from './balancer-world.ts';

let world: BalancerWorld;

before(async () => {
  world = await startBalancerWorld();
  await world.listen([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody: 'hello' } }]);
  await waitFor('it listens', () => askRaw(`GET / HTTP/1.1\r\nHost: ${world.loadBalancer.DNSName}\r\nConnection: close\r\n\r\n`).then((answer) => answer.endsWith('hello'), () => false));
});
after(() => world.stop());

/** All that comes back before the other side ends the connection. */
function askRaw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port: world.port }, () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

test('a connection to 127.0.0.1 that names no load balancer is ended, and goes nowhere', { timeout: 20_000 }, async () => {
  for (const text of ['garbage\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n']) assert.equal(await askRaw(text), '', text);
  await new Promise((resolve) => connectTls({ host: '127.0.0.1', port: world.port, rejectUnauthorized: false }).on('error', () => {}).on('close', resolve));
  assert.match(await askRaw('GET / HTTP/1.1\r\nHost: world.elb.localhost\r\nConnection: close\r\n\r\n'), /hello$/);
});

test('CONNECT opens no tunnel', { timeout: 20_000 }, async () => {
  const socket = connect({ host: world.address(), port: world.port }, () => socket.write('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n'));
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  assert.match(first.toString(), /^HTTP\/1\.1 400 Bad Request\r\n/);
});
