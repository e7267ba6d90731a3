// The script ./longshore itself, in a copy of the repository so that a platform that runs in this one is left alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { claimOwnNetwork } from '#tests/support/own-network.ts';
import { freePort } from '#tests/support/platform.ts';
import { copyRepository } from '#tests/support/repository-copy.ts';
import type { Ran, RepositoryCopy } from '#tests/support/repository-copy.ts';

let copy: RepositoryCopy;
let port = 0;

const longshore = (...args: readonly string[]): Ran => copy.longshore(...args);

function succeed(...args: string[]): Ran {
  const ran = longshore(...args);
  assert.equal(ran.code, 0, `longshore ${args.join(' ')}\n${ran.out}\n${ran.err}`);
  return ran;
}

const pids = (text: string): string[] => [...text.matchAll(/pid (\d+)/g)].map((match) => match[1]!);

/** A process that has ended may stay in the table until its parent asks. */
function lives(pid: string): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return stat !== '' && !/\) Z /.test(stat);
}

before(async () => {
  copy = copyRepository();
  port = await freePort();
});
after(() => copy.remove());

test('before the first start there is nothing to show, and it says how to start', () => {
  const status = longshore('status');
  assert.equal(status.code, 3);
  assert.match(status.out, /not running.*\.\/longshore up/);
  const env = longshore('env');
  assert.equal(env.code, 1);
  assert.equal(env.out, '');
  assert.match(env.err, /\.\/longshore up/);
});

test('up starts two processes and says how to go on; again it changes nothing', () => {
  assert.match(succeed('up', '--port', String(port)).out, new RegExp(`Longshore is up at http://127\\.0\\.0\\.1:${port}`));
  const first = pids(succeed('status').out);
  assert.equal(first.length, 2);
  assert.match(succeed('up', '--port', String(port)).out, /was up already/);
  assert.deepEqual(pids(succeed('status').out), first);
});

test('up with other options than those it runs with is refused', () => {
  const ran = longshore('up', '--port', String(port), '--auth=relaxed');
  assert.equal(ran.code, 1);
  assert.match(ran.err, /other options: auth strict \(asked: relaxed\)/);
});

test('env is shell, and aws needs no settings', () => {
  const exports = succeed('env').out;
  const shell = spawnSync('/bin/sh', ['-c', `AWS_SESSION_TOKEN=x; ${exports}\necho "$AWS_ENDPOINT_URL $AWS_REGION $\{AWS_SESSION_TOKEN-none}"`], { encoding: 'utf8' });
  assert.equal(shell.stdout, `http://127.0.0.1:${port} us-east-1 none\n`);
  const identity = JSON.parse(succeed('aws', 'sts', 'get-caller-identity').out) as { Account: string };
  assert.equal(identity.Account, '000000000000');
});

test('the demo runs twice: answers and log lines of two tasks', async () => {
  await claimOwnNetwork(copy.sdk());
  for (const round of ['first', 'second']) {
    const { out } = succeed('demo');
    assert.equal(out.match(/Hello from Longshore, version 1, task /g)?.length, 2, round);
    assert.ok((out.match(/\| GET \/ from /g)?.length ?? 0) >= 2, round);
    assert.ok(out.includes('./longshore aws ecs list-tasks'), round);
  }
});

test('the demo leaves the docker login of the user alone', () => {
  assert.ok(existsSync(join(copy.folder, '.longshore/demo/docker/config.json')));
});

test('a process that was killed is shown, and up starts only that one again', () => {
  const [server, agent] = pids(succeed('status').out);
  process.kill(Number(agent), 'SIGKILL');
  const status = longshore('status');
  assert.equal(status.code, 1);
  assert.match(status.out, /agent +NOT RUNNING/);
  succeed('up', '--port', String(port));
  const again = pids(succeed('status').out);
  assert.equal(again[0], server);
  assert.notEqual(again[1], agent);
});

test('down ends what up started, and a second time is no error', () => {
  const [server] = pids(succeed('status').out);
  assert.match(succeed('down', '--stop-tasks').out, /control plane stopped/);
  assert.equal(lives(server!), false);
  assert.match(succeed('down').out, /nothing was running/);
  assert.equal(longshore('status').code, 3);
});

test('a port that somebody else has is said so', async () => {
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    const ran = longshore('up', '--port', String(port));
    assert.equal(ran.code, 1);
    assert.match(ran.err, new RegExp(`port ${port} is in use[\\s\\S]*--port ${port + 1}`));
  } finally {
    squatter.close();
  }
});

test('an unknown command or option is refused with the way to help', () => {
  assert.equal(longshore('upp').code, 2);
  const ran = longshore('up', '--no-such');
  assert.equal(ran.code, 1);
  assert.match(ran.err, /no-such/);
});
