// The test runner tells every way of failing apart: a runner that misses one makes all the others worthless.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Tally } from './book.ts';
import { renderFailures, renderSlowest, renderSummary } from './report.ts';
import { batchesOf, chooseFiles } from './test-files.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  'good.test.ts': "test('one', () => {}); test('two', { skip: 'not here' }, () => {}); describe('suite', () => { test('three', () => {}); });",
  'nested.test.ts': "test('outer', async (t) => { await t.test('inner', () => { console.log('a clue'); throw new Error('wrong'); }); });",
  'load.test.ts': "import './not-there.ts';",
  'empty.test.ts': 'export const a = 1;',
  'hangs.test.ts': "test('hangs', () => new Promise(() => { setInterval(() => {}, 1000); }));",
  'open.test.ts': "test('fine', () => {}); setInterval(() => {}, 1000);",
  'suite.test.ts': "describe('broken', () => { throw new Error('half way'); }); test('four', () => {});",
};

/** These share a process. */
const BATCH: Readonly<Record<string, string>> = {
  'hooks.test.ts': "let ready = 0; beforeEach(() => { ready += 1; }); test('ready', () => { if (ready !== 1) throw new Error(`ready ${ready}`); });",
  'unready.test.ts': "test('wrong', async (t) => { await t.test('deep', () => { throw new Error('below'); }); }); test('right', () => {});",
  'unloaded.test.ts': "import './not-there.ts';",
  'void.test.ts': 'export const a = 1;',
};
const FATAL: Readonly<Record<string, string>> = {
  'exits.test.ts': "test('exits', () => process.exit(3));",
  'never.test.ts': "test('never run', () => {});",
};

let folder = '';
let tally: Tally;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-runner-'));
  for (const [name, text] of Object.entries({ ...SAMPLES, ...BATCH, ...FATAL })) writeFileSync(join(folder, name), `import { beforeEach, describe, test } from 'node:test';\n${text}\nvoid beforeEach; void describe; void test;\n`);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  // A file of its own: test processes inherit an `-e`.
  writeFileSync(join(folder, 'run.ts'), `
    import { emptyTally } from ${JSON.stringify(join(import.meta.dirname, 'book.ts'))};
    import { runFiles } from ${JSON.stringify(join(import.meta.dirname, 'run-files.ts'))};
    const tally = emptyTally();
    await runFiles(${JSON.stringify(folder)}, ${JSON.stringify([...Object.keys(SAMPLES).map((name) => [name]), Object.keys(BATCH), Object.keys(FATAL)])}, { concurrency: 3, timeoutMs: 3000, say() {} }, tally);
    process.stdout.write(JSON.stringify(tally));`);
  // node:test does not run inside itself; without this variable it does not know.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [join(folder, 'run.ts')], { env }, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
  tally = JSON.parse(printed) as Tally;
});

after(() => rmSync(folder, { recursive: true, force: true }));

const failuresOf = (file: string) => tally.failures.filter((one) => one.file === file);

test('passes and skips are counted, suites and failed parents are not', () => {
  assert.equal(tally.skipped, 1);
  assert.equal(tally.passed, 6, 'one, three, fine, four; ready, right');
  assert.deepEqual(failuresOf('good.test.ts'), []);
});

test('a nested failure is named with its parent, and shows the error and what was printed', () => {
  const [failure, ...more] = failuresOf('nested.test.ts');
  assert.equal(more.length, 0);
  assert.equal(failure?.name, 'outer > inner');
  assert.match(failure.text, /Error: wrong/);
  assert.match(failure.text, /a clue/);
});

test('a file that does not load, or holds no test, fails', () => {
  assert.match(failuresOf('load.test.ts')[0]?.text ?? '', /not-there/);
  assert.match(failuresOf('empty.test.ts')[0]?.text ?? '', /holds no test/);
});

test('a suite that breaks fails, although it is no test', () => {
  assert.deepEqual(failuresOf('suite.test.ts').map((one) => one.name), ['broken']);
});

test('files of one process are told apart, and their hooks are their own', () => {
  assert.deepEqual(failuresOf('hooks.test.ts'), []);
  assert.deepEqual(failuresOf('unready.test.ts').map((one) => one.name), ['wrong > deep']);
  assert.match(failuresOf('unloaded.test.ts')[0]?.text ?? '', /not-there/);
  assert.equal(failuresOf('void.test.ts').length, 1);
});

test('a process that ends too early fails every file that it left out', () => {
  for (const file of Object.keys(FATAL)) assert.equal(failuresOf(file).length, 1, file);
});

test('a file that does not end is ended and fails once', () => {
  assert.deepEqual(failuresOf('hangs.test.ts').length, 1);
  assert.match(failuresOf('open.test.ts')[0]?.text ?? '', /did not end in 3 s/);
});

test('the last line is what machines read', () => {
  assert.equal(renderSummary({ passed: 3, failures: [], skipped: 0 }), '3 passed, 0 failed');
  assert.equal(renderSummary(tally), '6 passed, 11 failed, 1 skipped');
});

test('slow files are listed slowest first, fast ones not at all', () => {
  const files = [1500, 20, 3000].map((durationMs) => ({ file: `${durationMs}.ts`, durationMs, tests: 1 }));
  assert.deepEqual(renderSlowest(files).slice(1), ['     3.0 s  3000.ts', '     1.5 s  1500.ts']);
  assert.deepEqual(renderFailures([]), []);
});

test('files are chosen by a part of their path', () => {
  const files = { plain: ['src/a.test.ts', 'tests/sim/b.test.ts'], crash: ['tests/contract/d-kill.test.ts'], machine: ['tests/docker/c.docker.test.ts'] };
  assert.deepEqual(chooseFiles(files, ['./tests/sim']), { plain: ['tests/sim/b.test.ts'], crash: [], machine: [] });
  assert.deepEqual(chooseFiles(files, ['d-kill']), { plain: [], crash: ['tests/contract/d-kill.test.ts'], machine: [] });
  assert.deepEqual(chooseFiles(files, []), files);
});

test('pure tests share a process, others have one each', () => {
  const files = ['tests/sim/b.test.ts', 'src/agent/c.test.ts', 'src/core/d.test.ts', 'src/wire/e.test.ts'];
  assert.deepEqual(batchesOf(files), [['tests/sim/b.test.ts'], ['src/core/d.test.ts', 'src/wire/e.test.ts'], ['src/agent/c.test.ts']]);
  assert.deepEqual(batchesOf([]), []);
});
