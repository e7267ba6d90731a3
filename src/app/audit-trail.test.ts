// The trail over a real log store: what was called is found again, by time, by attribute, page by page, in its own account only.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCloudTrailService } from '#api/cloudtrail/service.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { accessKeys } from '#model/account.ts';
import { ACCOUNT, awsCall, openEcs } from '#tests/support/api-harness.ts';
import type { Done } from '#wire/server.ts';
import { openAuditTrail } from './audit-trail.ts';

async function open(t: TestContext) {
  const { store, service } = await openEcs();
  // Time moves by hand; nothing but a look-up, a trim or closing makes the trail write.
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now, after: () => ({ cancel() {} }), advance: (ms: number): void => void (now += ms) };
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-audit-'));
  const deps = { store, clock, random: seededRandom(1), log: silentLogger };
  const openTrail = (maxAccountBytes?: number) => openAuditTrail({ ...deps, dataDir, ...(maxAccountBytes !== undefined && { maxAccountBytes }) });
  const world = { trail: await openTrail() };
  t.after(async () => {
    await world.trail.close();
    rmSync(dataDir, { recursive: true });
  });
  const record = (operation: string, input: object = {}, more: Partial<Done> & { account?: string; region?: string; accessKeyId?: string } = {}): void => {
    const call = awsCall(operation, more, clock.now());
    const caller = { ...call.caller, ...(more.accessKeyId !== undefined && { accessKeyId: more.accessKeyId }) };
    const context = service.context(call);
    world.trail.record({ service, operation, input, context, output: {}, error: undefined, ...more, call: { ...call, caller } });
    clock.advance(10);
  };
  const lookup = async (input: object = {}, account = ACCOUNT): Promise<{ Events: any[]; NextToken?: string }> => {
    const cloudTrail = createCloudTrailService({ ...deps, history: world.trail });
    return (await cloudTrail.operations['LookupEvents']!.handler(input, cloudTrail.context(awsCall('LookupEvents', { account }, clock.now())))) as never;
  };
  const names = async (input: object = {}, account = ACCOUNT): Promise<string[]> => (await lookup(input, account)).Events.map((event) => event.EventName);
  const by = (AttributeKey: string, AttributeValue: string): object => ({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
  return { world, openTrail, store, clock, record, lookup, names, by };
}

test('calls are found newest first, in their account and region, also after the trail was closed and opened', async (t) => {
  const { world, openTrail, record, names } = await open(t);
  record('CreateCluster', { clusterName: 'a' });
  record('RunTask');
  record('ListTasks', {}, { region: 'eu-west-1' });
  record('StopTask', {}, { account: '111122223333' });
  assert.deepEqual(await names(), ['RunTask', 'CreateCluster']);
  assert.deepEqual(await names({}, '111122223333'), ['StopTask']);
  await world.trail.close();
  world.trail = await openTrail();
  assert.deepEqual(await names(), ['RunTask', 'CreateCluster']);
});

test('one attribute chooses; what only looks like it does not', async (t) => {
  const { record, lookup, names, by } = await open(t);
  record('CreateCluster', { clusterName: 'prod', note: { eventName: 'RunTask', type: 'AWS::ECS::Task' } });
  record('DescribeClusters', { clusters: ['prod'] });
  record('RunTask', { startedBy: '"eventName":"CreateCluster"' }, { error: { code: 'AccessDeniedException', message: 'no' }, accessKeyId: 'AKIAOTHER' });
  assert.deepEqual(await names(by('EventName', 'RunTask')), ['RunTask']);
  assert.deepEqual(await names(by('EventName', 'CreateCluster')), ['CreateCluster']);
  assert.deepEqual(await names(by('ReadOnly', 'true')), ['DescribeClusters']);
  assert.deepEqual(await names(by('ReadOnly', 'false')), ['RunTask', 'CreateCluster']);
  assert.deepEqual(await names(by('EventSource', 'ecs.amazonaws.com')), ['RunTask', 'DescribeClusters', 'CreateCluster']);
  assert.deepEqual(await names(by('Username', 'root')), ['RunTask', 'DescribeClusters', 'CreateCluster']);
  assert.deepEqual(await names(by('AccessKeyId', 'AKIAOTHER')), ['RunTask']);
  assert.deepEqual(await names(by('ResourceName', 'prod')), ['DescribeClusters']);
  assert.deepEqual(await names(by('ResourceType', 'AWS::ECS::Cluster')), ['DescribeClusters']);
  const [event] = (await lookup(by('EventName', 'RunTask'))).Events;
  assert.deepEqual(await names(by('EventId', event.EventId)), ['RunTask']);
  assert.equal(JSON.parse(event.CloudTrailEvent).errorCode, 'AccessDeniedException');
});

test('pages go on where the last one ended, for the same question only; bad questions are refused by name', async (t) => {
  const { record, lookup, names, by } = await open(t);
  for (let i = 0; i < 120; i++) record(i % 3 === 0 ? 'RunTask' : 'StopTask');
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const page = await lookup({ ...by('EventName', 'RunTask'), MaxResults: 7, ...(token !== undefined && { NextToken: token }) });
    seen.push(...page.Events.map((event) => event.EventId));
    token = page.NextToken;
  } while (token !== undefined);
  assert.equal(new Set(seen).size, 40);
  assert.equal(seen.length, 40);
  const first = await lookup({ MaxResults: 1 });
  const code = (input: object): Promise<string> => lookup(input).then(() => 'none', (error: { code: string }) => error.code);
  assert.equal(await code({ ...by('EventName', 'x'), NextToken: first.NextToken }), 'InvalidNextTokenException');
  assert.equal(await code({ NextToken: 'rubbish' }), 'InvalidNextTokenException');
  assert.equal(await code({ MaxResults: 51 }), 'InvalidMaxResultsException');
  assert.equal(await code({ LookupAttributes: [{}, {}] }), 'InvalidLookupAttributesException');
  assert.equal(await code(by('Colour', 'red')), 'InvalidLookupAttributesException');
  assert.equal(await code({ StartTime: new Date(2), EndTime: new Date(1) }), 'InvalidTimeRangeException');
  assert.equal(await code({ EventCategory: 'x' }), 'InvalidEventCategoryException');
  assert.deepEqual(await names({ EventCategory: 'insight' }), []);
});

test('times bound a look-up, and nothing older than 90 days is shown or kept', async (t) => {
  const { world, clock, record, names } = await open(t);
  record('CreateCluster');
  const middle = new Date(clock.now());
  record('RunTask');
  assert.deepEqual(await names({ StartTime: middle }), ['RunTask']);
  assert.deepEqual(await names({ EndTime: new Date(middle.getTime() - 1) }), ['CreateCluster']);
  clock.advance(91 * 86_400_000);
  assert.deepEqual(await names(), []);
  record('StopTask');
  await world.trail.flush();
  await world.trail.trim();
  assert.deepEqual(await names({ StartTime: new Date(0) }), ['StopTask']);
});

test('an account that calls without end pushes out its own oldest calls, and nobody else’s', async (t) => {
  const { world, openTrail, record, names } = await open(t);
  record('CreateCluster', {}, { account: '111122223333' });
  await world.trail.close();
  world.trail = await openTrail(100_000);
  for (let block = 0; block < 20; block++) {
    for (let i = 0; i < 20; i++) record('RunTask', { startedBy: Array.from({ length: 30 }, () => Math.random().toString(36)).join('') });
    await world.trail.flush();
  }
  await world.trail.trim();
  const left = (await names()).length;
  assert.ok(left > 0 && left <= 50, String(left));
  assert.deepEqual(await names({}, '111122223333'), ['CreateCluster']);
});

test('an agent’s reports are not recorded, its registration is; a role taken from elsewhere is in both histories', async (t) => {
  const { world, store, clock, record, lookup, names, by } = await open(t);
  store.transact((tx) => tx.put(accessKeys, { accessKeyId: 'AKIAAGENT', secretAccessKey: 's', account: ACCOUNT, principalArn: 'a', userId: 'u', kind: 'agent', createdAt: 0 }));
  record('SubmitTaskStateChange', {}, { accessKeyId: 'AKIAAGENT' });
  record('RegisterContainerInstance', {}, { accessKeyId: 'AKIAAGENT' });
  assert.deepEqual(await names(), ['RegisterContainerInstance']);
  const role = `arn:aws:iam::${ACCOUNT}:role/app`;
  world.trail.recordAssumption({ service: 'ecs-tasks.amazonaws.com', account: ACCOUNT, region: 'us-east-1', roleArn: role, sessionName: 'task-1', seconds: 60, accessKeyId: 'ASIATASK', now: clock.now() });
  const [taken] = (await lookup(by('Username', 'ecs-tasks.amazonaws.com'))).Events;
  assert.deepEqual([taken.EventName, taken.Resources[0].ResourceName], ['AssumeRole', role]);
  const sts = { name: 'sts', signingNames: ['sts'], operations: {}, protocol: 'awsQuery', context: () => ({}) } as const;
  record('AssumeRole', { RoleArn: 'arn:aws:iam::111122223333:role/r' }, { service: sts as never });
  assert.deepEqual(await names({}, '111122223333'), ['AssumeRole']);
  assert.deepEqual(await names(), ['AssumeRole', 'AssumeRole', 'RegisterContainerInstance']);
});
