// ECS with the AWS CLI of the distribution, against a running server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DeleteTaskDefinitionsCommand, ECSClient } from '@aws-sdk/client-ecs';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';

const run = promisify(execFile);
let platform: TestPlatform;

before(async () => {
  platform = await startPlatform();
});
after(() => platform.stop());

async function ecs(...args: string[]): Promise<any> {
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', 'ecs', ...args], { env: platform.env });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

/** The line the CLI prints for a refusal. */
async function refused(...args: string[]): Promise<string> {
  const error: any = await ecs(...args).then(() => assert.fail('was accepted'), (reason) => reason);
  return String(error.stderr).trim();
}

test('clusters are created, described, tagged, listed in pages and deleted', async () => {
  const { cluster } = await ecs('create-cluster', '--cluster-name', 'cli', '--tags', 'key=team,value=a', '--capacity-providers', 'FARGATE');
  assert.equal(cluster.status, 'ACTIVE');
  assert.equal((await ecs('describe-clusters')).clusters[0].clusterName, 'default');
  const described = await ecs('describe-clusters', '--clusters', 'cli', 'none', '--include', 'TAGS', 'SETTINGS');
  assert.deepEqual(described.clusters[0].tags, [{ key: 'team', value: 'a' }]);
  assert.equal(described.failures[0].reason, 'MISSING');
  await ecs('tag-resource', '--resource-arn', cluster.clusterArn, '--tags', 'key=more,value=b');
  assert.equal((await ecs('list-tags-for-resource', '--resource-arn', cluster.clusterArn)).tags.length, 2);
  for (let i = 0; i < 3; i++) await ecs('create-cluster', '--cluster-name', `page-${i}`);
  assert.equal((await ecs('list-clusters', '--page-size', '2')).clusterArns.length, 5);
  assert.equal((await ecs('delete-cluster', '--cluster', 'cli')).cluster.status, 'INACTIVE');
  assert.match(await refused('list-tasks', '--cluster', 'none'), /\(ClusterNotFoundException\) when calling the ListTasks operation: Cluster not found\./);
});

test('task definitions are registered, described, listed, deregistered and deleted', async (t) => {
  const containers = JSON.stringify([{ name: 'app', image: 'busybox', portMappings: [{ containerPort: 80 }], healthCheck: { command: ['CMD', 'true'] } }]);
  const { taskDefinition } = await ecs(
    'register-task-definition', '--family', 'cli', '--network-mode', 'awsvpc', '--requires-compatibilities', 'FARGATE', '--cpu', '.25 vCPU', '--memory', '0.5GB',
    '--container-definitions', containers,
  );
  assert.deepEqual([taskDefinition.cpu, taskDefinition.memory, taskDefinition.revision], ['256', '512', 1]);
  assert.deepEqual(taskDefinition.containerDefinitions[0].portMappings, [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }]);
  assert.ok(taskDefinition.registeredAt);
  const described = await ecs('describe-task-definition', '--task-definition', 'cli');
  assert.deepEqual(described.taskDefinition, taskDefinition);
  assert.deepEqual((await ecs('list-task-definitions', '--family-prefix', 'cli', '--sort', 'DESC')).taskDefinitionArns, [taskDefinition.taskDefinitionArn]);
  assert.deepEqual((await ecs('list-task-definition-families', '--status', 'ACTIVE')).families, ['cli']);
  assert.equal((await ecs('deregister-task-definition', '--task-definition', 'cli:1')).taskDefinition.status, 'INACTIVE');
  // The distribution's CLI is older than this operation.
  const sdk = new ECSClient(platform.sdk);
  t.after(() => sdk.destroy());
  const deleted = await sdk.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['cli:1'] }));
  assert.equal(deleted.taskDefinitions?.[0]?.status, 'DELETE_IN_PROGRESS');
  const line = await refused('register-task-definition', '--family', 'cli', '--container-definitions', 'name=a,image=b');
  assert.match(line, /\(ClientException\) when calling the RegisterTaskDefinition operation: Invalid setting for container 'a'\. At least one of 'memory' or 'memoryReservation' must be specified\./);
});

test('account settings; a refusal is what ECS says', async () => {
  await ecs('put-account-setting', '--name', 'containerInsights', '--value', 'enabled');
  const { settings } = await ecs('list-account-settings', '--effective-settings', '--name', 'containerInsights');
  assert.equal(settings[0].value, 'enabled');
  assert.match(await refused('create-capacity-provider', '--name', 'x', '--auto-scaling-group-provider', 'autoScalingGroupArn=x'), /\(ClientException\).*The specified Auto Scaling group does not exist\./);
  assert.match(await refused('run-task', '--task-definition', 'none'), /\(ClientException\).*TaskDefinition not found\./);
});
