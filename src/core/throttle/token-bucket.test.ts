// Token buckets: bursts, refills, and that no stretch of time lets more through than burst + time × rate.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { REFUSED, scaleRate, takeToken, type Rate } from './token-bucket.ts';

const rate: Rate = { burst: 50, perSecond: 20 };

function takeMany(count: number, nowMs: number, fullAtMs: number, of: Rate = rate): { taken: number; fullAtMs: number } {
  let taken = 0;
  for (let i = 0; i < count; i++) {
    const next = takeToken(fullAtMs, of, nowMs);
    if (next === REFUSED) continue;
    taken++;
    fullAtMs = next;
  }
  return { taken, fullAtMs };
}

test('a full bucket gives its burst at once, then its rate, and is full again after burst / rate', () => {
  const first = takeMany(80, 1_000, 0);
  assert.equal(first.taken, 50);
  const second = takeMany(80, 2_000, first.fullAtMs);
  assert.equal(second.taken, 20);
  assert.equal(takeMany(80, 2_000, second.fullAtMs).taken, 0);
  assert.equal(takeMany(80, 4_500, second.fullAtMs).taken, 50);
});

test('a refused call costs nothing', () => {
  const { fullAtMs } = takeMany(50, 0, 0);
  assert.equal(takeToken(fullAtMs, rate, 49), REFUSED);
  assert.notEqual(takeToken(fullAtMs, rate, 50), REFUSED);
});

test('over any stretch of time, at most burst + seconds × rate get through', () => {
  const arbitraryRate = fc.record({ burst: fc.integer({ min: 1, max: 200 }), perSecond: fc.integer({ min: 1, max: 500 }) });
  fc.assert(
    fc.property(arbitraryRate, fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 }), (of, gaps) => {
      let [now, fullAtMs] = [1_000, 0];
      const passed: number[] = [];
      for (const gap of gaps) {
        now += gap;
        const next = takeToken(fullAtMs, of, now);
        if (next === REFUSED) continue;
        fullAtMs = next;
        passed.push(now);
      }
      for (const [i, from] of passed.entries()) {
        for (let j = i; j < passed.length; j++) assert.ok(j - i + 1 <= of.burst + ((passed[j]! - from) / 1_000) * of.perSecond + 1e-6);
      }
    }),
  );
});

test('a scaled rate is that many times the rate and never less than one call', () => {
  assert.deepEqual(scaleRate(rate, 100), { burst: 5_000, perSecond: 2_000 });
  assert.equal(scaleRate(rate, 0.001).burst, 1);
});
