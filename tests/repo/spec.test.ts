// Every rule written down in a SPEC.md is held by a test that carries its number.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { expectNone, ROOT } from './source.ts';
import { rulesOf, specProblems, testedRules } from './spec.ts';

test('every rule of every SPEC.md has a test, and every numbered test has a rule', () => {
  const problems = globSync('src/core/**/SPEC.md', { cwd: ROOT }).flatMap((path) => {
    const tests = globSync(`${dirname(path)}/**/*.test.ts`, { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), 'utf8'));
    return specProblems(path, readFileSync(join(ROOT, path), 'utf8'), tests);
  });
  expectNone(problems);
});

test('rules are found in tables, lists and headings', () => {
  assert.deepEqual(rulesOf('| rule | what |\n|---|---|\n| TS1 | a |\n- **S2** b\n## AO3 c\nH4. d\nsee TS9 elsewhere'), ['TS1', 'S2', 'AO3', 'H4']);
});

test('rules are found at the beginning of test titles only', () => {
  assert.deepEqual(testedRules("test('TS1 a', f); test('about TS2', f); it(\"TS3: c\", f)"), ['TS1', 'TS3']);
});

test('a rule without a test, a test without a rule and a page without rules are seen', () => {
  assert.deepEqual(specProblems('SPEC.md', '| TS1 | a |\n| TS2 | b |', ["test('TS2 b', f); test('TS3 c', f)"]), [
    'SPEC.md: no test is named TS1',
    'SPEC.md: a test is named TS3, which is no rule',
  ]);
  assert.deepEqual(specProblems('SPEC.md', 'prose', []), ['SPEC.md: states no numbered rule']);
});
