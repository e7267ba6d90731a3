// The OCI runtime that puts a container into its task's network namespace, with a runc that only says how it was called; and how it
// gets into Docker's configuration.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { withTaskRuntime, withoutTaskRuntime } from './daemon-config.ts';

const ID = 'c0ffee';
const SETKEY = { path: '/proc/77/exe', args: ['libnetwork-setkey', '-exec-root=/var/run/docker', ID, 'abc'] };
const OTHER = { path: '/usr/bin/gpu-hook', args: ['gpu-hook', 'prestart'] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-runtime-'));
  writeFileSync(join(folder, 'runc'), '#!/bin/sh\necho "runc $*"\n');
  chmodSync(join(folder, 'runc'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const call = (...args: readonly string[]) =>
  spawnSync(join(import.meta.dirname, 'task-runtime.sh'), ['--root', '/r', '--log', join(folder, 'log.json'), ...args], { encoding: 'utf8', env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, LONGSHORE_NAMESPACES: folder } });

function configWith(prestart: readonly object[], env = 'A=1'): void {
  const config = { process: { env: [env] }, hooks: { prestart }, linux: { namespaces: [{ type: 'mount' }, { type: 'network' }, { type: 'pid' }] } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}
const config = (): { process: { env: string[] }; hooks: { prestart: object[] }; linux: { namespaces: object[] } } => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as never;

test('a container is created in the namespace that was made for it, without the hook that would take it over', () => {
  writeFileSync(join(folder, 'ls-1'), '');
  symlinkSync(join(folder, 'ls-1'), join(folder, ID));
  for (const hooks of [[SETKEY], [OTHER, SETKEY], [SETKEY, OTHER], [OTHER, SETKEY, OTHER]]) {
    configWith(hooks, 'B={"type":"network"}');
    const { stdout, status } = call('create', '--bundle', folder, '--pid-file', 'p', ID);
    assert.equal(status, 0);
    assert.match(stdout, /^runc --root \/r --log \S+ create --bundle \S+ --pid-file p c0ffee\n$/);
    assert.deepEqual(config().linux.namespaces, [{ type: 'mount' }, { type: 'network', path: join(folder, ID) }, { type: 'pid' }]);
    assert.deepEqual(config().hooks.prestart, hooks.filter((hook) => hook !== SETKEY));
    assert.deepEqual(config().process.env, ['B={"type":"network"}']);
  }
});

test('without one, or on the network of the host, it is not created, and containerd is told why', () => {
  configWith([SETKEY]);
  assert.deepEqual([call('create', '--bundle', folder, ID).status, call('create', '--bundle', folder, ID).stdout], [1, '']);
  assert.match(readFileSync(join(folder, 'log.json'), 'utf8'), /^\{"level":"error","msg":"no network namespace was made for container c0ffee"\}\n/);
  writeFileSync(join(folder, ID), '');
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ linux: { namespaces: [{ type: 'pid' }] } }));
  assert.equal(call('create', '--bundle', folder, ID).status, 1);
});

test('whatever else runc is asked for goes to it as it is', () => {
  assert.match(call('kill', ID, '9').stdout, /^runc --root \/r --log \S+ kill c0ffee 9\n$/);
  assert.ok(!existsSync(join(folder, 'config.json')));
});

test("Docker's configuration keeps what it has", () => {
  const path = '/x/task-runtime';
  assert.deepEqual(JSON.parse(withTaskRuntime(undefined, path) ?? ''), { runtimes: { longshore: { path } } });
  const before = { 'log-driver': 'local', runtimes: { runsc: { path: '/usr/bin/runsc' } } };
  const after = withTaskRuntime(JSON.stringify(before), path) ?? '';
  assert.deepEqual(JSON.parse(after), { ...before, runtimes: { ...before.runtimes, longshore: { path } } });
  assert.equal(withTaskRuntime(after, path), undefined);
  assert.match(withTaskRuntime(after, '/y') ?? '', /"\/y"/);
  assert.deepEqual(JSON.parse(withoutTaskRuntime(after) ?? ''), before);
  assert.deepEqual(JSON.parse(withoutTaskRuntime(withTaskRuntime('{"debug":true}', path)) ?? ''), { debug: true });
  assert.equal(withoutTaskRuntime(JSON.stringify(before)), undefined);
  for (const bad of ['{', '[]', '{"runtimes":7}']) assert.throws(() => withTaskRuntime(bad, path));
});
