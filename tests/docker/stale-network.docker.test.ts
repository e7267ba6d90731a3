// A bridge that an earlier platform left behind must not keep the next one's tasks from their addresses.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { openDockerRuntime, type DockerRuntime } from '#agent/docker/docker-runtime.ts';
import type { NetworkSpec } from '#agent/runtime.ts';
import { systemClock } from '#base/system/clock.ts';
import { TEST_IMAGE, ensureTestImage } from './agent-image.ts';

const octet = 1 + (process.pid % 250);
const suffix = String(process.pid);
let runtime: DockerRuntime;
let container = '';

const spec = (which: string): NetworkSpec => ({
  name: `longshore-vpc-${which}${suffix}`,
  bridgeName: `lst${which}${suffix}`.slice(0, 15),
  cidr: `10.252.${octet}.0/24`,
  gateway: `10.252.${octet}.1`,
  labels: { 'longshore-test': suffix },
});

before(() => {
  ensureTestImage();
  runtime = openDockerRuntime({ clock: systemClock });
});
after(async () => {
  if (container !== '') execFileSync('docker', ['rm', '-f', container]);
  for (const which of ['a', 'b', 'c']) await runtime.removeNetwork(spec(which).name);
  runtime.close();
});

test('an unused bridge with the same addresses makes way; one that containers are on does not, and says so', async () => {
  assert.deepEqual(await runtime.ensureNetwork(spec('a')), { ok: true, value: undefined });
  assert.deepEqual(await runtime.ensureNetwork(spec('b')), { ok: true, value: undefined });
  container = execFileSync('docker', ['run', '-d', '--network', spec('b').name, TEST_IMAGE, 'sleep', '600'], { encoding: 'utf8' }).trim();
  const refused = await runtime.ensureNetwork(spec('c'));
  assert.ok(!refused.ok);
  assert.equal(refused.failure.name, 'ResourceInitializationError');
  assert.match(refused.failure.message, /overlaps/);
});
