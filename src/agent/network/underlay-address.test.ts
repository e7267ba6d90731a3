// Which of a machine's addresses others reach it at.
import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { firstAddressOf, isOwnAddress, underlayAddress } from './underlay-address.ts';

const info = (address: string, more: Partial<NetworkInterfaceInfo> = {}): NetworkInterfaceInfo => ({ address, netmask: '', mac: '', cidr: null, family: 'IPv4', internal: false, ...more }) as NetworkInterfaceInfo;

test('bridges of containers and loopback are not what others reach', () => {
  const interfaces = { lo: [info('127.0.0.1', { internal: true })], docker0: [info('172.17.0.1')], 'ls-0123456789a': [info('172.31.0.1')], eth1: [info('10.0.0.7')] };
  assert.equal(firstAddressOf(interfaces), '10.0.0.7');
  assert.equal(firstAddressOf({ lo: interfaces.lo, docker0: interfaces.docker0 }), undefined);
});

test('a control plane on loopback gives an address of this machine, or none, never that of no route', async () => {
  const address = await underlayAddress('127.0.0.1');
  assert.ok(address === undefined || (isIPv4(address) && address !== '0.0.0.0' && isOwnAddress(address)), String(address));
  assert.ok(isOwnAddress('127.0.0.1') && !isOwnAddress('192.0.2.77'));
});
