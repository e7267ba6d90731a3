// What --listen means.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListen } from './listen-options.ts';

const given = (listen: string[], more: object = {}) => parseListen({ listen, tlsNames: [], tlsCert: undefined, tlsKey: undefined, auth: 'strict', ...more });

test('loopback is plain; any other address, and any with a port, is TLS beside it', () => {
  assert.deepEqual(given([]), { listen: '127.0.0.1' });
  assert.deepEqual(given(['127.0.0.2']), { listen: '127.0.0.2' });
  assert.deepEqual(given(['10.0.0.5']), { listen: '127.0.0.1', tls: { host: '10.0.0.5', port: 4567, names: [] } });
  assert.deepEqual(given(['127.0.0.1:0']), { listen: '127.0.0.1', tls: { host: '127.0.0.1', port: 0, names: [] } });
  assert.deepEqual(given(['[fd00::5]:4000', '127.0.0.3']), { listen: '127.0.0.3', tls: { host: 'fd00::5', port: 4000, names: [] } });
});

test('what cannot be is refused with what to do', () => {
  assert.throws(() => given(['10.0.0.5', '10.0.0.6']), /one address/);
  assert.throws(() => given(['10.0.0.5:99999']), /ADDRESS:PORT/);
  assert.throws(() => given(['10.0.0.5'], { auth: 'relaxed' }), /anybody/);
  assert.throws(() => given(['10.0.0.5'], { tlsCert: 'a' }), /go together/);
  assert.throws(() => given([], { tlsCert: 'a', tlsKey: 'b' }), /needs an address/);
});
