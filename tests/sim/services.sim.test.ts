// Seeds of a world with services that must hold: each is a small platform with its own mix of faults, users and balancer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runServiceSeed } from './run-service-seed.ts';

const COUNT = Number(process.env['SIM_SEEDS'] ?? 100);
const FROM = Number(process.env['SIM_FROM'] ?? 1);

test(`${COUNT} seeds hold: limits kept, targets drained before a stop, deployments end, rollbacks arrive, everything settles`, async () => {
  for (let seed = FROM; seed < FROM + COUNT; seed++) {
    const { violations } = await runServiceSeed(seed);
    assert.deepEqual(violations, [], `seed ${seed}; to see it: node tests/sim/run.ts --services --seed ${seed}`);
  }
});

test('a seed replays bit for bit', async () => {
  for (const seed of [3, 8]) assert.equal((await runServiceSeed(seed)).hash, (await runServiceSeed(seed)).hash, `seed ${seed}`);
});
