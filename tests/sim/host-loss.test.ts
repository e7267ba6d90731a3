// Seeds of a world whose hosts are cut off and come back, or do not: what is lost is replaced, and nothing runs twice in the end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOSS_MUTANTS } from './loss-mutants.ts';
import { runLossSeed } from './run-loss-seed.ts';

const ONE = process.env['LONGSHORE_SEED'];
const COUNT = ONE === undefined ? Number(process.env['SIM_SEEDS'] ?? 20) : 1;
const FROM = Number(ONE ?? process.env['SIM_FROM'] ?? 1);
const PATIENCE_SEEDS = 30;

test(`${COUNT} seeds hold: services are whole without the host that is away, and with it again nothing runs twice`, async () => {
  for (let seed = FROM; seed < FROM + COUNT; seed++) {
    const { violations } = await runLossSeed(seed);
    assert.deepEqual(violations, [], `seed ${seed}; to see it: node tests/sim/run.ts --loss --seed ${seed}`);
  }
});

test('a seed replays bit for bit', { skip: ONE !== undefined }, async () => {
  for (const seed of [2, 5]) assert.equal((await runLossSeed(seed)).hash, (await runLossSeed(seed)).hash, `seed ${seed}`);
});

for (const mutant of ONE === undefined ? LOSS_MUTANTS : []) {
  test(`found: ${mutant.what}`, async () => {
    for (let seed = 1; seed <= PATIENCE_SEEDS; seed++) if ((await runLossSeed(seed, { mutant })).violations.length > 0) return;
    assert.fail(`${mutant.name} lived through ${PATIENCE_SEEDS} seeds`);
  });
}
