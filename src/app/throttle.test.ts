// Who shares a bucket with whom: accounts, regions, classes, agents, callers without a signature.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessKeys } from '#model/account.ts';
import { createEc2Service } from '#api/ec2/service.ts';
import { openEcs } from '#tests/support/api-harness.ts';
import type { Attempt } from '#wire/server.ts';
import type { Service } from '#wire/service.ts';
import { OPERATIONS } from '#api/ecs/operations.ts';
import { rateClass } from '#api/ecs/rates.ts';
import { parseRateLimits } from './options.ts';
import { createThrottle } from './throttle.ts';

async function open(factor = 1) {
  const harness = await openEcs();
  const throttle = createThrottle(harness.store, factor);
  const ec2: Service<any> = createEc2Service({ store: harness.store, clock: harness.clock, random: undefined as never, log: undefined as never });
  const passed = (count: number, operation: string, more: Partial<Attempt> & { accessKeyId?: string; account?: string } = {}): number => {
    const account = more.account ?? '000000000000';
    const caller = { account, arn: 'arn', userId: 'u', accessKeyId: more.accessKeyId ?? 'AKIA' };
    const attempt: Attempt = { service: harness.service, operation, caller, region: 'us-east-1', sourceIp: '127.0.0.1', now: 1_000, ...more };
    let good = 0;
    for (let i = 0; i < count; i++) if (!throttle(attempt)) good++;
    return good;
  };
  return { ...harness, passed, ec2 };
}

test('operations of one class share a bucket; other classes, accounts, regions and services have theirs', async () => {
  const { passed, ec2 } = await open();
  assert.equal(passed(60, 'DescribeClusters'), 50);
  assert.equal(passed(1, 'ListClusters'), 0);
  assert.equal(passed(60, 'ListClusters', { account: '111122223333' }), 50);
  assert.equal(passed(60, 'ListClusters', { region: 'eu-west-1' }), 50);
  assert.equal(passed(200, 'RunTask'), 100);
  assert.equal(passed(200, 'DescribeVpcs', { service: ec2 }), 100);
  assert.equal(passed(200, 'DescribeSubnets', { service: ec2 }), 100);
  assert.equal(passed(30, 'ListClusters', { now: 2_000 }), 20);
});

test('an agent has a bucket of its own and takes none of its account', async () => {
  const { passed, store } = await open();
  store.transact((tx) => tx.put(accessKeys, { accessKeyId: 'AKIAAGENT', secretAccessKey: 's', account: '000000000000', principalArn: 'a', userId: 'u', kind: 'agent', createdAt: 0 }));
  assert.equal(passed(5_000, 'SubmitTaskStateChange', { accessKeyId: 'AKIAAGENT' }), 5_000);
  assert.equal(passed(40_000, 'SubmitTaskStateChange', { accessKeyId: 'AKIAAGENT' }), 15_000);
  assert.equal(passed(300, 'SubmitTaskStateChange'), 200);
});

test('callers without a signature are counted by address, and very many addresses do not fill the memory', async () => {
  const { passed } = await open();
  assert.equal(passed(60, 'DescribeClusters', { account: '', sourceIp: '10.0.0.1' }), 50);
  assert.equal(passed(60, 'DescribeClusters', { account: '', sourceIp: '10.0.0.2' }), 50);
  for (let i = 0; i < 50_000; i++) passed(1, 'DescribeClusters', { account: '', sourceIp: `a${i}`, now: 1_000 + i });
  assert.equal(passed(60, 'DescribeClusters', { account: '', sourceIp: '10.0.0.1', now: 60_000 }), 50);
});

test('a factor multiplies; off is off; anything else is refused', async () => {
  const { passed } = await open(100);
  assert.equal(passed(6_000, 'ListClusters'), 5_000);
  assert.equal(parseRateLimits('off'), undefined);
  assert.equal(parseRateLimits('aws'), 1);
  assert.equal(parseRateLimits('0.5'), 0.5);
  for (const bad of ['', 'no', '0', '-1', 'Infinity']) assert.throws(() => parseRateLimits(bad), /--rate-limits/);
});

test('every ECS operation counts somewhere', () => {
  for (const operation of Object.keys(OPERATIONS)) assert.ok(rateClass(operation).burst > 0, operation);
});
