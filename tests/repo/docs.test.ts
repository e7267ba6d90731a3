// Documents name only what exists, and the generated pages are what the code says.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stalePages } from '../../tools/coverage/generate.ts';
import { commandsOf, docProblems } from './docs.ts';
import { expectNone, ROOT } from './source.ts';

const script = readFileSync(join(ROOT, 'longshore'), 'utf8');
const commands = commandsOf(script);

test('every command, link and path in a document exists', () => {
  const pages = globSync('{*.md,docs/**/*.md,examples/**/*.md}', { cwd: ROOT });
  assert.ok(pages.includes('README.md'));
  const repository = { commands, has: (path: string) => existsSync(join(ROOT, path)) };
  expectNone(pages.flatMap((page) => docProblems(page, readFileSync(join(ROOT, page), 'utf8'), repository)));
});

test('the commands of ./longshore are found, and each is in its help', () => {
  const usage = script.slice(script.indexOf('usage()'), script.indexOf('\nTEXT\n'));
  for (const command of ['demo', 'test', 'check', 'up', 'down', 'status', 'env', 'aws', 'agent', 'bench']) {
    assert.ok(commands.includes(command), command);
    assert.match(usage, new RegExp(`\\./longshore ${command}\\b`));
  }
});

test('docs/compatibility is what the operations tables say (node tools/coverage/generate.ts)', async () => {
  expectNone(await stalePages());
});

test('a command, a link and a path that are not there are seen', () => {
  const repository = { commands: ['up'], has: (path: string) => ['docs/a.md', 'src/base/clock.ts'].includes(path) };
  const text = 'Run `./longshore up`, `./longshore upp`; see [a](a.md), [b](../b.md#x), [web](https://x.y); `src/base/clock.ts`, `src/base/no.ts`, `node tools/x.ts`.';
  assert.deepEqual(docProblems('docs/page.md', text, repository), [
    'docs/page.md: names ./longshore upp, which is no command',
    'docs/page.md: links to ../b.md#x, which is not there',
    'docs/page.md: names src/base/no.ts, which is not there',
    'docs/page.md: names tools/x.ts, which is not there',
  ]);
});
