// The simulation finds what it is there to find: every planted fault breaks a seed before long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUTANTS } from './mutants.ts';
import { runSeed } from './run-seed.ts';

const PATIENCE_SEEDS = 60;

const skip = process.env['LONGSHORE_SEED'] === undefined ? false : 'one seed was asked for';

for (const mutant of MUTANTS) {
  test(`found: ${mutant.what}`, { skip }, async () => {
    for (let seed = 1; seed <= PATIENCE_SEEDS; seed++) {
      const { violations } = await runSeed(seed, { mutant });
      if (violations.length > 0) return;
    }
    assert.fail(`${mutant.name} lived through ${PATIENCE_SEEDS} seeds`);
  });
}
