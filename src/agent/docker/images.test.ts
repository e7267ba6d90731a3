// What the engine is told of a registry's credentials.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderAuth } from './images.ts';

test('credentials of any length are in padded base64, which is all that the engine reads', () => {
  for (const password of ['p', 'pp', 'ppp', 'pppp']) {
    const header = renderAuth({ username: 'AWS', password }, 'localhost:4566');
    assert.equal(header.length % 4, 0, password);
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { username: 'AWS', password, serveraddress: 'localhost:4566' });
  }
});
