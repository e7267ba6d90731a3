// Where listeners listen, and who gives way where two want the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindsOfListeners } from './binds.ts';
import type { ListenerInput } from './input.ts';

function listenerOf(arn: string, hostAddress: string, privateIpAddress: string, createdAt: number): ListenerInput {
  return { loadBalancer: { hostAddress, privateIpAddress, createdAt }, listener: { arn, port: 80 }, rules: [], certificates: [] } as unknown as ListenerInput;
}

test('a listener is on its loopback address, and on that of the VPC, which need not be there', () => {
  const binds = bindsOfListeners({ listeners: [listenerOf('a', '127.130.0.1', '172.31.0.9', 1)], unavailable: new Set() });
  assert.deepEqual(binds.get('a'), [{ at: '127.130.0.1:80', isForeign: false }, { at: '172.31.0.9:80', isForeign: true }]);
});

test('of two load balancers whose VPCs overlap, the older one has the address', () => {
  const [young, old] = [listenerOf('a', '127.130.0.1', '172.31.0.9', 2), listenerOf('b', '127.130.0.2', '172.31.0.9', 1)];
  const binds = bindsOfListeners({ listeners: [young, old], unavailable: new Set() });
  assert.deepEqual(binds.get('a')!.map(({ at }) => at), ['127.130.0.1:80']);
  assert.deepEqual(binds.get('b')!.map(({ at }) => at), ['127.130.0.2:80', '172.31.0.9:80']);
});

test('what cannot be had is left out', () => {
  const binds = bindsOfListeners({ listeners: [listenerOf('a', '127.130.0.1', '172.31.0.9', 1)], unavailable: new Set(['127.130.0.1:80', '172.31.0.9:80']) });
  assert.deepEqual(binds.get('a'), []);
});
