// A batch that grew is the batch that was encoded at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogBatch } from './log-batch.ts';
import { encodeBatch } from './log-block.ts';

test('event by event or all at once: the same bytes', () => {
  const events = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 5_000 }), message: fc.string({ unit: 'binary', maxLength: 300 }) }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(events, (given) => {
      let timestamp = 1_700_000_000_000;
      const all = given.map(({ gap, message }) => ({ timestamp: (timestamp += gap), message }));
      const batch = new LogBatch();
      for (const event of all) batch.add(event.timestamp, event.message);
      assert.deepEqual(batch.finish(), encodeBatch(all));
      assert.equal(batch.count, 0);
      batch.add(5, 'again');
      assert.deepEqual(batch.finish(), encodeBatch([{ timestamp: 5, message: 'again' }]));
    }),
    { numRuns: 50 },
  );
});

test('a time that runs back is moved up to the one before', () => {
  const batch = new LogBatch();
  for (const timestamp of [100, 90, 110]) batch.add(timestamp, 'x');
  assert.deepEqual(batch.finish(), encodeBatch([100, 100, 110].map((timestamp) => ({ timestamp, message: 'x' }))));
});
