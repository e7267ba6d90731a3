// The test runner tells every way of failing apart: a runner that misses one makes all the others worthless.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Tally } from './run-files.ts';
import { renderFailures, renderSlowest, renderSummary } from './report.ts';
import { chooseFiles } from './test-files.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  'good.test.ts': "test('one', () => {}); test('two', { skip: 'not here' }, () => {}); describe('suite', () => { test('three', () => {}); });",
  'nested.test.ts': "test('outer', async (t) => { await t.test('inner', () => { console.log('a clue'); throw new Error('wrong'); }); });",
  'load.test.ts': "import './not-there.ts';",
  'empty.test.ts': 'export const a = 1;',
  'hangs.test.ts': "test('hangs', () => new Promise(() => { setInterval(() => {}, 1000); }));",
  'open.test.ts': "test('fine', () => {}); setInterval(() => {}, 1000);",
};

let folder = '';
let tally: Tally;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-runner-'));
  for (const [name, text] of Object.entries(SAMPLES)) writeFileSync(join(folder, name), `import { describe, test } from 'node:test';\n${text}\nvoid describe; void test;\n`);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  // A file of its own: test processes inherit an `-e`.
  writeFileSync(join(folder, 'run.ts'), `
    import { emptyTally, runFiles } from ${JSON.stringify(join(import.meta.dirname, 'run-files.ts'))};
    const tally = emptyTally();
    await runFiles(${JSON.stringify(folder)}, ${JSON.stringify(Object.keys(SAMPLES))}, { concurrency: 3, timeoutMs: 3000, say() {} }, tally);
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
  assert.equal(tally.passed, 3, 'one, three, fine');
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

test('a file that does not end is ended and fails once', () => {
  assert.deepEqual(failuresOf('hangs.test.ts').length, 1);
  assert.match(failuresOf('open.test.ts')[0]?.text ?? '', /did not end in 3 s/);
});

test('the last line is what machines read', () => {
  assert.equal(renderSummary({ passed: 3, failures: [], skipped: 0 }), '3 passed, 0 failed');
  assert.equal(renderSummary(tally), '3 passed, 5 failed, 1 skipped');
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
