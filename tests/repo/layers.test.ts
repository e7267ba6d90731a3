// Holds the direction of dependency over every file, and shows that a violation would be seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerProblems } from './layers.ts';
import { expectNone, loadSources, parseSource } from './source.ts';

test('every file keeps to the layers', () => {
  expectNone(loadSources().flatMap(layerProblems));
});

const problemOf = (path: string, text: string): string => layerProblems(parseSource(path, text)).join('\n');

const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['src/base/x.ts', "import type { Cluster } from '#model/cluster.ts';", /base may import nothing/],
  ['src/core/task/x.ts', "import { store } from '#store/store.ts';", /core may import base, model/],
  ['src/core/task/x.ts', "import { encode } from '#link/messages.ts';", /core may import base, model/],
  ['src/core/task/x.ts', "import type { Link } from '#link/channel.ts';", /core may import base, model/],
  ['src/wire/x.ts', "import { Cluster } from '#model/cluster.ts';", /wire may import base/],
  ['src/store/x.ts', "import { plan } from '#core/task/plan.ts';", /store may import base, model/],
  ['src/api/ecs/x.ts', "import { agent } from '#agent/x.ts';", /api may import/],
  ['src/control/x.ts', "export { view } from '#api/ecs/view.ts';", /control may import/],
  ['src/agent/x.ts', "import { a } from '../base/clock.ts';", /write #base/],
  ['src/agent/x.ts', "import { a } from '#agent/y.ts';", /inside a layer/],
  ['src/agent/x.ts', "import { a } from '#tests/support/wait-for.ts';", /only tests may/],
  ['src/core/x.ts', "import { readFileSync } from 'node:fs';", /uses nothing but base and model/],
  ['src/model/x.ts', "import { systemClock } from '#base/system/clock.ts';", /that is the machine/],
  ['src/core/x.ts', 'export async function plan() {}', /async code/],
  ['src/core/x.ts', 'export const a = (): Promise<void> => b();', /a promise/],
  ['src/core/x.ts', 'export const now = Date.now();', /the clock/],
  ['src/core/x.ts', 'export const now = new Date();', /the clock/],
  ['src/core/x.ts', '\n\nexport const dice = Math.random();', /line 3 uses randomness/],
  ['src/core/x.ts', 'setTimeout(() => {}, 5);', /a timer/],
  ['src/model/x.ts', 'export const home = process.env.HOME;', /the machine/],
  ['src/control/x.ts', "import { ECSClient } from '@aws-sdk/client-ecs';", /shapes\.ts/],
  ['src/api/ecs/view.ts', "import type { Task } from '@aws-sdk/client-ecs';", /shapes\.ts/],
  ['src/extra/x.ts', "import { a } from '#base/clock.ts';", /no layer/],
];

for (const [path, text, expected] of BAD) {
  test(`a violation is seen: ${path}: ${text.trim()}`, () => assert.match(problemOf(path, text), expected));
}

const GOOD: readonly (readonly [string, string])[] = [
  ['src/core/x.ts', "import { must } from '#base/assert.ts';\nimport type { Task } from '#model/task.ts';\nimport { a } from './y.ts';\n// await Promise, Date.now()\nexport const d = new Date(0);"],
  ['src/core/payload/x.ts', "import type {\n  Payload,\n} from '#link/messages.ts';"],
  ['src/api/ecs/shapes.ts', "export { RunTask$ } from '@aws-sdk/client-ecs';"],
  ['src/main.ts', "import { server } from '#app/server.ts';\nimport { a } from './app/a.ts';"],
  ['src/cli/x.ts', "import { ECSClient } from '@aws-sdk/client-ecs';"],
  ['src/core/x.test.ts', "import { readFileSync } from 'node:fs';\nimport { a } from '#tests/support/wait-for.ts';\nawait a();"],
];

for (const [path, text] of GOOD) {
  test(`allowed: ${path}`, () => assert.equal(problemOf(path, text), ''));
}
