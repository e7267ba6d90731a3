// Name servers as resolv.conf says them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResolvers, readResolvers } from './resolvers.ts';

test('loopback, IPv6 and comments are no name servers of containers', () => {
  assert.deepEqual(parseResolvers('# nameserver 1.1.1.1\nnameserver 127.0.0.53\nnameserver fe80::1\n  nameserver 10.0.0.2 # ours\nnameserver 10.0.0.2\noptions edns0\n'), ['10.0.0.2']);
  assert.ok(readResolvers().length > 0, 'there is always one to ask');
});
