// Seeds of a world with services that must hold: each is a small platform with its own mix of faults, users and balancer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runServiceSeed } from './run-service-seed.ts';
import { SERVICE_MUTANTS } from './service-mutants.ts';

const ONE = process.env['LONGSHORE_SEED'];
const COUNT = ONE === undefined ? Number(process.env['SIM_SEEDS'] ?? 100) : 1;
const FROM = Number(ONE ?? process.env['SIM_FROM'] ?? 1);
const PATIENCE_SEEDS = 40;

test(`${COUNT} seeds hold: limits kept, targets drained before a stop, deployments end, rollbacks arrive, everything settles`, async () => {
  for (let seed = FROM; seed < FROM + COUNT; seed++) {
    const { violations } = await runServiceSeed(seed);
    assert.deepEqual(violations, [], `seed ${seed}; to see it: node tests/sim/run.ts --services --seed ${seed}`);
  }
});

test('a seed replays bit for bit', { skip: ONE !== undefined }, async () => {
  for (const seed of [3, 8]) assert.equal((await runServiceSeed(seed)).hash, (await runServiceSeed(seed)).hash, `seed ${seed}`);
});

for (const mutant of ONE === undefined ? SERVICE_MUTANTS : []) {
  test(`found: ${mutant.what}`, async () => {
    for (let seed = 1; seed <= PATIENCE_SEEDS; seed++) if ((await runServiceSeed(seed, { mutant })).violations.length > 0) return;
    assert.fail(`${mutant.name} lived through ${PATIENCE_SEEDS} seeds`);
  });
}
