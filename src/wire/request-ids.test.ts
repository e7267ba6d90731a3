// Request ids are UUIDs.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { seededRandom } from '#base/random.ts';
import { createRequestIds } from './request-ids.ts';

test('ids are version 4 UUIDs, all different, over more than one block of random bytes', () => {
  const next = createRequestIds(seededRandom(1));
  const ids = new Set<string>();
  for (let i = 0; i < 1_000; i++) {
    const id = next();
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    ids.add(id);
  }
  assert.equal(ids.size, 1_000);
});
