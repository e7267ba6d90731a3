// `./longshore check` and `./longshore test`: static checks, then tests; a compact account of what failed at the end.
// The last line is always `N passed, N failed` (and `, N skipped` when some were).
import { parseArgs } from 'node:util';
import { runCommand } from './run-command.ts';
import { renderFailures, renderSlowest, renderSummary } from './report.ts';
import { emptyTally } from './book.ts';
import type { Tally } from './book.ts';
import { runFiles } from './run-files.ts';
import { batchesOf, chooseFiles, findTests } from './test-files.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

const usage = `usage: ./longshore check|test [--seed N] [PART OF A FILE NAME…]
  PART      only test files whose path contains it; types and lint are left out then
  --seed N  only the simulation, with this one seed`;

const alone = (file: string): string[] => [file];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' }, help: { type: 'boolean' } } });
  const [suite, ...parts] = positionals;
  if (values.help || (suite !== 'check' && suite !== 'test')) return say(usage), values.help ? 0 : 2;
  if (values.seed !== undefined) {
    process.env.LONGSHORE_SEED = values.seed;
    parts.push('tests/sim/');
  }
  const started = performance.now();
  const tally = emptyTally();
  if (parts.length === 0) await staticChecks(tally);
  const files = chooseFiles(findTests(ROOT), parts);
  await runFiles(ROOT, batchesOf(files.plain), { concurrency: 2, timeoutMs: 180_000, say }, tally);
  // Killing again and again takes its time; `check FILE` still runs one that is named.
  if (suite === 'test' || parts.length > 0) await runFiles(ROOT, files.crash.map(alone), { concurrency: 2, timeoutMs: 300_000, say }, tally);
  // Real containers share one Docker Engine and its networks: one file at a time.
  if (suite === 'test') await runFiles(ROOT, files.machine.map(alone), { concurrency: 1, timeoutMs: 900_000, say }, tally);
  if (tally.tests === 0) tally.failures.push({ name: 'no tests were found', file: parts.join(' ') || '.', text: '' });
  for (const line of renderSlowest(tally.files)) say(line);
  for (const line of renderFailures(tally.failures)) say(line);
  say(`\n${suite} took ${((performance.now() - started) / 1000).toFixed(1)} s`);
  say(renderSummary(tally));
  return tally.failures.length === 0 ? 0 : 1;
}

async function staticChecks(tally: Tally): Promise<void> {
  const checks = [
    { name: 'types', command: [process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.'] },
    { name: 'lint', command: [process.execPath, 'node_modules/oxlint/bin/oxlint', '--quiet', 'src', 'tests', 'tools', 'bench', 'examples'] },
  ];
  await Promise.all(
    checks.map(async ({ name, command }) => {
      const { code, output, durationMs } = await runCommand(ROOT, command);
      say(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${(durationMs / 1000).toFixed(1)} s)`);
      if (code === 0) tally.passed += 1;
      else tally.failures.push({ name, file: command.slice(1).join(' '), text: output });
    }),
  );
}

process.exitCode = await main();
