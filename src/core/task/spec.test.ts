// SPEC.md and the tests name the same rules.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('every rule of SPEC.md has a test that begins with its number, and no test has a rule that is not there', () => {
  const here = import.meta.dirname;
  const rules = new Set(readFileSync(`${here}/SPEC.md`, 'utf8').match(/^\| TS\d+/gm)?.map((line) => line.slice(2)));
  const tested = new Set((readFileSync(`${here}/task-life.test.ts`, 'utf8') + readFileSync(`${here}/plan.test.ts`, 'utf8')).match(/^test\('TS\d+/gm)?.map((line) => line.slice(6)));
  assert.ok(rules.size > 10);
  assert.deepEqual([...tested].sort(), [...rules].sort());
});
