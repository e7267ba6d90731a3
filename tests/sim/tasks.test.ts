// Every seed must hold. SIM_SEEDS=5000 runs more of them, SIM_FROM=1000 others; LONGSHORE_SEED (./longshore check --seed N)
// one alone, with its trace when it fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from './run-seed.ts';
import { FOUND } from './seeds.ts';

const COUNT = Number(process.env['SIM_SEEDS'] ?? 150);
const FROM = Number(process.env['SIM_FROM'] ?? 1);
const ONLY = process.env['LONGSHORE_SEED'];

async function hold(seed: number): Promise<void> {
  const { violations } = await runSeed(seed);
  assert.deepEqual(violations, [], `seed ${seed}; to see it: node tests/sim/run.ts --seed ${seed}`);
}

if (ONLY !== undefined) {
  test(`seed ${ONLY} holds`, async () => {
    const { violations, lines } = await runSeed(Number(ONLY), { keepTrace: true });
    if (violations.length > 0) console.log(lines.join('\n'));
    assert.deepEqual(violations, [], `seed ${ONLY}`);
  });
} else {
  test('seeds that once found something hold', async () => {
    for (const { seed } of FOUND) await hold(seed);
  });

  test(`${COUNT} seeds hold: no task lost or run twice, capacity kept, states forward only, everything settles`, async () => {
    for (let seed = FROM; seed < FROM + COUNT; seed++) await hold(seed);
  });

  test('a seed replays bit for bit', async () => {
    for (const seed of [12, 17, 326]) {
      const [once, twice] = [await runSeed(seed), await runSeed(seed)];
      assert.ok(once.events > 100);
      assert.equal(twice.hash, once.hash, `seed ${seed}`);
    }
  });

  test('different seeds are different runs', async () => {
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 5; seed++) hashes.add((await runSeed(seed)).hash);
    assert.equal(hashes.size, 5);
  });
}
