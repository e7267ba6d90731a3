// Replays one seed and prints what happened: node tests/sim/run.ts --seed N [--services | --loss] [--mutant NAME] [--quiet]; --seeds A-B
// runs several.
import { parseArgs } from 'node:util';
import { MUTANTS } from './mutants.ts';
import { LOSS_MUTANTS } from './loss-mutants.ts';
import { runLossSeed } from './run-loss-seed.ts';
import { runSeed } from './run-seed.ts';
import { runServiceSeed } from './run-service-seed.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, seeds: { type: 'string' }, mutant: { type: 'string' }, quiet: { type: 'boolean' }, services: { type: 'boolean' }, loss: { type: 'boolean' } } });
const known = values.loss === true ? LOSS_MUTANTS : MUTANTS;
const mutant = values.mutant === undefined ? undefined : known.find((m) => m.name === values.mutant);
if (values.mutant !== undefined && mutant === undefined) throw new Error(`no mutant ${values.mutant}; there are ${known.map((m) => m.name).join(', ')}`);
const [first = 1, last = first] = (values.seeds ?? values.seed ?? '1').split('-').map(Number);

let failed = 0;
for (let seed = first; seed <= last; seed++) {
  const alone = first === last;
  const startedAt = performance.now();
  const result = await (values.loss === true ? runLossSeed : values.services === true ? runServiceSeed : runSeed)(seed, { mutant, keepTrace: alone && values.quiet !== true });
  const tookMs = performance.now() - startedAt;
  if (alone) {
    for (const line of result.lines) console.log(line);
    console.log(JSON.stringify(result.scenario));
  }
  const outcome = result.violations.length === 0 ? 'held' : `FAILED\n  ${result.violations.join('\n  ')}`;
  console.log(`seed ${seed} hash ${result.hash} events ${result.events} tasks ${result.tasks} virtual ${Math.round(result.virtualMs / 1000)} s in ${tookMs.toFixed(0)} ms: ${outcome}`);
  if (result.violations.length > 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
