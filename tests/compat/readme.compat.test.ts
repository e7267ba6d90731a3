// The five-minute tour of README.md, run as it stands there: a reader's first commands must work.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { claimOwnNetwork } from '#tests/support/own-network.ts';
import { freePort } from '#tests/support/platform.ts';
import { copyRepository } from '#tests/support/repository-copy.ts';
import type { RepositoryCopy } from '#tests/support/repository-copy.ts';

let copy: RepositoryCopy;
before(() => {
  copy = copyRepository();
});
after(() => copy.remove());

/** The shell blocks of one section. */
function blocksOf(readme: string, heading: string): string[] {
  const section = readme.slice(readme.indexOf(`\n## ${heading}\n`)).split('\n## ')[1] ?? '';
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!);
}

test('the tour of README.md runs from beginning to end and shows the answer and the log', async () => {
  const [up, ...rest] = blocksOf(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8'), 'Five minutes');
  assert.equal(up, './longshore up\n');
  assert.ok(rest.length >= 4);
  const started = copy.longshore('up', '--port', String(await freePort()));
  assert.equal(started.code, 0, started.err);
  await claimOwnNetwork(copy.sdk());
  const tour = ['set -euo pipefail', ...rest].join('\n');
  const env = { ...process.env, DOCKER_CONFIG: join(copy.folder, 'docker'), AWS_PAGER: '' };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', tour], { cwd: copy.folder, encoding: 'utf8', env, timeout: 240_000 });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /\nHello from Longshore, version 1, task /);
  assert.match(stdout, / hello version 1, task .*listening on port 80/);
  assert.match(stdout, /control plane stopped\n1 container stopped\n$/);
});
