// Holds the habits over every file, and shows that a violation would be seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectNone, loadSources, parseSource } from './source.ts';
import { tidyProblems } from './tidy.ts';

test('every file keeps the habits', () => {
  expectNone(loadSources().flatMap(tidyProblems));
});

const problemOf = (path: string, text: string): string => tidyProblems(parseSource(path, text)).join('\n');

const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['src/base/x.ts', 'export const a = 1;', /begins with a comment/],
  ['src/base/x.ts', `// x\n${'a();\n'.repeat(400)}`, /401 lines: split it/],
  ['src/base/someThing.ts', '// x', /'someThing' is not kebab-case/],
  ['src/Base/x.ts', '// x', /'Base' is not kebab-case/],
  ['src/base/x.ts', '// x\nexport default 1;', /line 2: no default exports/],
  ['src/base/x.ts', '// x\nexport enum Color { Red }', /no enum/],
  ['src/base/x.ts', '// x\nconst enum Color { Red }', /no enum/],
  ['src/agent/x.ts', '// x\nconst home = process.env.HOME;', /environment/],
  ['src/base/index.ts', "// x\nexport const a = 1;", /no barrels/],
  ['src/base/all.ts', "// x\nexport * from './a.ts';\nexport { b } from './b.ts';", /no barrels/],
  ['src/base/x.ts', `// x\n// ${'TO' + 'DO'}: later`, /line 2: .*write an issue/],
  ['tests/sim/x.test.ts', '// x\nawait new Promise((go) => setTimeout(go, 50));', /no sleeping/],
  ['tests/sim/x.test.ts', "// x\nimport { setTimeout as sleep } from 'node:timers/promises';", /no sleeping/],
  ['tests/sim/x.test.ts', '// x\nawait delay(systemClock, 50);', /no sleeping/],
  ['src/base/x.test.ts', "// x\ntest.only('a', () => {});", /\.only/],
  ['src/base/x.test.ts', "// x\ntest('a', { only: true }, () => {});", /\.only/],
  ['src/base/x.test.ts', "// x\ntest.todo('a');", /not there yet/],
];

for (const [path, text, expected] of BAD) {
  test(`a violation is seen: ${path}: ${text.slice(0, 60).replace(/\s+/g, ' ')}`, () => assert.match(problemOf(path, text), expected));
}

const GOOD: readonly (readonly [string, string])[] = [
  ['src/base/some-thing.ts', '// Job.\nexport const a = 1; // no enum, no process.env\n'],
  ['src/api/ecs/shapes.ts', "// The shapes.\nexport { RunTask$ } from '@aws-sdk/client-ecs';"],
  ['src/app/x.ts', '// x\nconst home = process.env.HOME;'],
  ['tests/support/wait-for.ts', '// x\nsetTimeout(go, 20);'],
  ['tests/docker/run-task.docker.test.ts', "// x\nconst text = 'setTimeout(';"],
];

for (const [path, text] of GOOD) {
  test(`allowed: ${path}`, () => assert.equal(problemOf(path, text), ''));
}
