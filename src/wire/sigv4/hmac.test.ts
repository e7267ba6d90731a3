// Our HMAC is node:crypto's.
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createHmacKey } from './hmac.ts';

test('the MAC is that of node:crypto, for any key and text, again and again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.array(fc.string({ unit: 'binary-ascii', maxLength: 512 }), { maxLength: 4 }), (key, texts) => {
      const prepared = createHmacKey(key);
      for (const text of texts) assert.equal(prepared.sign(text), createHmac('sha256', key).update(text, 'latin1').digest('hex'));
    }),
  );
});

test('text that does not fit is an error, not a wrong MAC', () => {
  assert.throws(() => createHmacKey(new Uint8Array(32)).sign('x'.repeat(513)), /too long/);
});
