// Seeds of a world with services that must hold: each is a small platform with its own mix of faults, users and balancer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runServiceSeed } from './run-service-seed.ts';
import { SERVICE_MUTANTS } from './service-mutants.ts';

const ONE = process.env['LONGSHORE_SEED'];
const COUNT = ONE === undefined ? Number(process.env['SIM_SEEDS'] ?? 50) : 1;
const FROM = Number(ONE ?? process.env['SIM_FROM'] ?? 1);
const PATIENCE_SEEDS = 40;

/** Seeds that once found something; the rule that came of each has its own test in src/core. */
const FOUND: readonly { readonly seed: number; readonly what: string }[] = [
  { seed: 31, what: 'a shift stopped the only revision that served, as its deployment had never completed (DP17)' },
  { seed: 57, what: 'a rollback during the clean-up stopped the new tasks before the old ones were back (DP14)' },
  { seed: 80, what: 'two sides of a shift undid each other\'s note of a launch without a place, for ever' },
  { seed: 126, what: 'a server was taken out by a count of its requests from before it was switched off: they were cut' },
  { seed: 158, what: 'a HAProxy killed between two questions counted as one without servers, and came back with a target that was reported gone' },
  { seed: 716, what: 'a rollback paid no regard to the traffic that an overtaken shift had left (DP14)' },
];

test('seeds that once found something hold', { skip: ONE !== undefined }, async () => {
  for (const { seed, what } of FOUND) assert.deepEqual((await runServiceSeed(seed)).violations, [], `seed ${seed}: ${what}`);
});

test(`${COUNT} seeds hold: limits kept, targets drained before a stop, no request cut, deployments end, rollbacks arrive, everything settles`, async () => {
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
