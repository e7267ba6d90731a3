// The vault: what goes in comes out, and nothing else opens it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '#base/random.ts';
import { openVault } from './vault.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const master = (fill: number): Buffer => Buffer.alloc(32, fill);

test('what was encrypted comes back under the same key, name and bound data', () => {
  const vault = openVault(master(1), seededRandom(1));
  const key = vault.newKey('arn:a');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (plain, bound) => {
      const envelope = vault.encrypt(key, 'arn:a', plain, bytes(bound));
      assert.deepEqual(Buffer.from(vault.decrypt(key, 'arn:a', envelope, bytes(bound))!), Buffer.from(plain));
    }),
    { numRuns: 50 },
  );
});

test('no changed bit, other context, other key or other master key opens an envelope', () => {
  const vault = openVault(master(1), seededRandom(1));
  const key = vault.newKey('arn:a');
  const envelope = vault.encrypt(key, 'arn:a', bytes('the secret'), bytes('context'));
  fc.assert(
    fc.property(fc.nat(envelope.length * 8 - 1), (bit) => {
      const changed = Buffer.from(envelope);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(vault.decrypt(key, 'arn:a', changed, bytes('context')), undefined);
    }),
  );
  assert.equal(vault.decrypt(key, 'arn:a', envelope, bytes('other')), undefined);
  assert.equal(vault.decrypt(vault.newKey('arn:a'), 'arn:a', envelope, bytes('context')), undefined);
  assert.equal(vault.decrypt(key, 'arn:a', envelope.subarray(0, 20), bytes('context')), undefined);
  assert.throws(() => vault.decrypt(key, 'arn:b', envelope, bytes('context')), /not sealed under this master key/);
  assert.throws(() => openVault(master(2), seededRandom(1)).decrypt(key, 'arn:a', envelope, bytes('context')), /not sealed under this master key/);
});

test('two envelopes of one text differ; fingerprints are equal, and other under another master key', () => {
  const vault = openVault(master(1), seededRandom(1));
  const key = vault.newKey('arn:a');
  assert.notDeepEqual(vault.encrypt(key, 'arn:a', bytes('x'), bytes('')), vault.encrypt(key, 'arn:a', bytes('x'), bytes('')));
  assert.equal(vault.fingerprint(bytes('x')), vault.fingerprint(bytes('x')));
  assert.notEqual(vault.fingerprint(bytes('x')), openVault(master(2), seededRandom(1)).fingerprint(bytes('x')));
});
