// Bridges that no task uses any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { fakeInterfaces } from '#tests/support/fake-interfaces.ts';
import { fakeRuntime } from '#tests/support/fake-runtime.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { vpcNetwork } from './spec/network.ts';
import { openTaskResources } from './task-resources.ts';

test('with the network of a VPC goes the belief that something keeps it: its next task sees to that again', async () => {
  const clock = virtualClock();
  const runtime = fakeRuntime({ clock, random: seededRandom(1), script: () => undefined });
  let forgotten = 0;
  const interfaces = { ...fakeInterfaces(clock), forget: () => void (forgotten += 1) };
  const resources = openTaskResources(runtime, silentLogger, 'agent', { interfaces });
  const spec = vpcNetwork({ vpcId: 'vpc-1', vpcCidrBlock: '172.31.0.0/16' });
  const swept = async (): Promise<number> => {
    const sweep = resources.sweep([]);
    await clock.advance(1000);
    await sweep;
    return forgotten;
  };
  assert.equal(await swept(), 0);
  const made = runtime.ensureNetwork(spec);
  await clock.advance(1000);
  assert.ok((await made).ok);
  assert.equal(await swept(), 1);
});
