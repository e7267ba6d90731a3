// Base and weight of capacity providers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assignProviders } from './assign.ts';

const counts = (names: readonly string[]): Record<string, number> => {
  const out: Record<string, number> = {};
  for (const name of names) out[name] = (out[name] ?? 0) + 1;
  return out;
};

test('the base is filled first, the rest is shared by weight', () => {
  const strategy = [
    { capacityProvider: 'FARGATE', base: 2, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 3 },
  ];
  assert.deepEqual(counts(assignProviders(strategy, 1)), { FARGATE: 1 });
  assert.deepEqual(counts(assignProviders(strategy, 10)), { FARGATE: 4, FARGATE_SPOT: 6 });
});

test('without a strategy, or with weights of zero only, nothing is assigned', () => {
  assert.deepEqual(assignProviders([], 5), []);
  assert.deepEqual(assignProviders([{ capacityProvider: 'FARGATE', weight: 0 }], 5), []);
});

test('with a weight somewhere every task gets a provider, within one task of its share', () => {
  const weights = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 1000 }));
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 50 }), ([a, b], count) => {
      const given = counts(assignProviders([{ capacityProvider: 'A', weight: a }, { capacityProvider: 'B', weight: b }], count));
      assert.equal((given['A'] ?? 0) + (given['B'] ?? 0), count);
      assert.ok(Math.abs((given['A'] ?? 0) - (count * a) / (a + b)) <= 1);
    }),
  );
});
