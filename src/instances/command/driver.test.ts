// The contract of the instance command, with a real program.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DriverRefusal, type MachineSpec } from '../driver.ts';
import { commandDriver, parseList } from './driver.ts';

const SPEC: MachineSpec = {
  id: 'i-0123456789abcdef0',
  account: '000000000000',
  region: 'us-east-1',
  imageId: 'ami-1',
  instanceType: 't3.micro',
  vcpus: 2,
  memoryMiB: 1024,
  availabilityZone: 'us-east-1a',
  privateIpAddress: '172.31.0.9',
  underlayAddress: '198.19.0.9',
  macAddress: '02:42:ac:1f:00:09',
  tags: {},
  agent: { server: 'https://control:4567', cluster: 'prod', accessKeyId: 'AKIA', secretAccessKey: 's3cret', token: 'lsj_x', attributes: { stack: 'a' } },
};

/** A program that keeps a file for each machine. */
const PROGRAM = `#!/bin/sh
set -e
case "$1" in
  start) cat >machine.json; grep -q '"imageId":"ami-none"' machine.json && { echo 'no such image' >&2; exit 3; }
         id=$(sed 's/.*"id":"\\(i-[0-9a-f]*\\)".*/\\1/' machine.json); echo up >"$id.state" ;;
  stop) [ -e "$2.state" ] && echo off >"$2.state"; true ;;
  terminate) rm -f "$2.state" ;;
  list) for f in i-*.state; do [ -e "$f" ] && echo "\${f%.state} $(cat "$f")"; done; true ;;
esac
`;

test('a program starts, stops, lists and takes away; what it refuses is refused in its words', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-command-'));
  try {
    const command = join(folder, 'machines');
    writeFileSync(command, PROGRAM);
    chmodSync(command, 0o755);
    const driver = commandDriver({ command, folder: join(folder, 'state') });
    assert.deepEqual(await driver.list(), []);
    await driver.start(SPEC);
    const told = JSON.parse(readFileSync(join(folder, 'state/machine.json'), 'utf8'));
    assert.deepEqual([told.vcpus, told.agent.cluster], [2, 'prod']);
    assert.match(told.joinScript, /--server 'https:\/\/control:4567' --cluster 'prod' --token 'lsj_x'/);
    assert.match(told.joinScript, /--attribute 'stack=a'/);
    assert.ok(!JSON.stringify(told).includes('s3cret'), 'the key of local machines does not leave this one');
    assert.deepEqual(await driver.list(), [{ id: SPEC.id, state: 'up' }]);
    await driver.stop(SPEC.id, 'keep');
    assert.deepEqual(await driver.list(), [{ id: SPEC.id, state: 'off' }]);
    await driver.stop(SPEC.id, 'forget');
    await driver.stop(SPEC.id, 'forget');
    assert.deepEqual(await driver.list(), []);
    await assert.rejects(driver.start({ ...SPEC, imageId: 'ami-none' }), (error: unknown) => error instanceof DriverRefusal && error.message === 'no such image');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a list that is not understood is no list', () => {
  assert.deepEqual(parseList('i-1 up\n\ni-2 dead\n'), [{ id: 'i-1', state: 'up' }, { id: 'i-2', state: 'dead' }]);
  assert.throws(() => parseList('i-1 running'), /no 'ID up\|off\|dead': i-1 running/);
});
