// Every dependency has its reason written down.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectNone, ROOT } from './source.ts';

const pages = globSync('docs/adr/*.md', { cwd: ROOT }).map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');

function unnamed(dependencies: readonly string[], text: string): string[] {
  return dependencies.filter((name) => !text.includes(`\`${name}\``));
}

test('every dependency in package.json is named in docs/adr', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  assert.ok(names.length > 10);
  expectNone(unnamed(names, pages));
});

test('one that is not named is seen', () => {
  assert.deepEqual(unnamed(['ws', 'left-pad'], 'We take `ws` and left-pad'), ['left-pad']);
});
