// The audit trail and rate limits from outside: `aws cloudtrail lookup-events` tells who did what, refused calls included, and still does
// after the server was killed; a caller that calls too often is told so.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';

const run = promisify(execFile);
let platform: TestPlatform;

before(async () => {
  platform = await startPlatform({ server: ['--rate-limits', 'aws'] });
});
after(() => platform.stop());

async function aws(env: NodeJS.ProcessEnv, ...args: string[]): Promise<any> {
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', ...args], { env: { ...platform.env, ...env } });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

async function lookup(attribute?: string): Promise<{ event: any; record: any }[]> {
  const { Events } = await aws({}, 'cloudtrail', 'lookup-events', ...(attribute === undefined ? [] : ['--lookup-attributes', attribute]));
  return Events.map((event: any) => ({ event, record: JSON.parse(event.CloudTrailEvent) }));
}

test('who did what is looked up with the AWS CLI, without the secrets, and survives SIGKILL', async () => {
  await aws({}, 'ecs', 'create-cluster', '--cluster-name', 'audited');
  await aws({}, 'ssm', 'put-parameter', '--name', '/audited', '--value', 'planted-4711', '--type', 'SecureString');
  await aws({}, 'iam', 'create-user', '--user-name', 'ann');
  const { AccessKey: key } = await aws({}, 'iam', 'create-access-key', '--user-name', 'ann');
  await assert.rejects(aws({ AWS_ACCESS_KEY_ID: key.AccessKeyId, AWS_SECRET_ACCESS_KEY: key.SecretAccessKey }, 'ecs', 'delete-cluster', '--cluster', 'audited'), /AccessDeniedException/);

  const [created] = await lookup('AttributeKey=EventName,AttributeValue=CreateCluster');
  assert.equal(created?.event.Username, 'root');
  assert.equal(created?.record.requestParameters.clusterName, 'audited');
  assert.equal(created?.record.responseElements.cluster.clusterName, 'audited');
  assert.match(created?.record.userAgent, /aws-cli/);
  const [denied] = await lookup('AttributeKey=Username,AttributeValue=ann');
  assert.equal(denied?.event.EventName, 'DeleteCluster');
  assert.equal(denied?.event.AccessKeyId, key.AccessKeyId);
  assert.equal(denied?.record.errorCode, 'AccessDeniedException');
  assert.equal(denied?.record.userIdentity.type, 'IAMUser');
  assert.deepEqual(denied?.event.Resources.map((r: any) => r.ResourceType), ['AWS::ECS::Cluster']);

  // What has been looked up is on disk.
  const before = await lookup();
  assert.ok(!JSON.stringify(before).includes('planted-4711') && !JSON.stringify(before).includes(key.SecretAccessKey));
  await platform.killServer();
  await platform.startServer();
  const ids = new Set((await lookup()).map(({ event }) => event.EventId));
  for (const { event } of before) assert.ok(ids.has(event.EventId), event.EventName);
});

test('with AWS’s rates, the 51st DescribeClusters at once is one too many, and the SDK’s own retries get through', async () => {
  const impatient = new ECSClient(platform.sdk);
  const results = await Promise.allSettled(Array.from({ length: 400 }, () => impatient.send(new DescribeClustersCommand({}))));
  const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => `${reason.name}: ${reason.message}`);
  assert.ok(refused.length >= 1);
  assert.deepEqual([...new Set(refused)], ['ThrottlingException: Rate exceeded']);
  await new ECSClient({ ...platform.sdk, maxAttempts: 10 }).send(new DescribeClustersCommand({}));
});
