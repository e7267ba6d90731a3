// Secrets as ECS users have them: put with the AWS CLI and the SDK, named by a task definition, read by the execution role, found in the
// container's environment and nowhere else. Server, agent and Docker Engine for real.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DescribeTasksCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand, waitUntilTasksStopped, type Task } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { busyboxImage } from '#tests/support/docker.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
const TRUST = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }] });
const READ = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['ssm:GetParameters', 'secretsmanager:GetSecretValue', 'kms:Decrypt'], Resource: '*' }] });

let platform: TestPlatform;
let ecs: ECSClient;
let image: string;
let secretArn: string;
const roles: Record<string, string> = {};

before(async () => {
  image = busyboxImage();
  platform = await startPlatform({ agent: ['--cluster', 'default'] });
  ecs = new ECSClient(platform.sdk);
  const [iam, sm] = [new IAMClient(platform.sdk), new SecretsManagerClient(platform.sdk)];
  for (const name of ['reader', 'nobody']) {
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
    roles[name] = Role!.Arn!;
  }
  await iam.send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'read', PolicyDocument: READ }));
  secretArn = (await sm.send(new CreateSecretCommand({ Name: 'db', SecretString: JSON.stringify({ password: 'db-pass-4711' }) }))).ARN!;
  await run(AWS_CLI, ['--endpoint-url', platform.url, 'ssm', 'put-parameter', '--name', '/app/token', '--type', 'SecureString', '--value', 'param-0815'], { env: { ...process.env, ...platform.env } });
  iam.destroy();
  sm.destroy();
});
after(async () => {
  ecs?.destroy();
  await platform?.stop();
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Runs a task to its end. */
async function runTask(family: string, executionRole: string, script: string): Promise<Task> {
  await ecs.send(new RegisterTaskDefinitionCommand({
    family, networkMode: 'bridge', executionRoleArn: roles[executionRole], taskRoleArn: roles['reader'],
    containerDefinitions: [{ name: 'app', image, memory: 64, command: ['sh', '-c', script], secrets: [{ name: 'TOKEN', valueFrom: '/app/token' }, { name: 'PASS', valueFrom: `${secretArn}:password::` }] }],
  }));
  const task = await waitFor('a host', async () => (await ecs.send(new RunTaskCommand({ taskDefinition: family }))).tasks?.[0], { timeoutMs: 30_000, intervalMs: 500 });
  await waitUntilTasksStopped({ client: ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { tasks: [task.taskArn!] });
  const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: [task!.taskArn!] }));
  return tasks![0]!;
}

test('values reach the container, and its credentials are those of the task role', async () => {
  const hashed = (name: string, value: string): string => `printf %s "$${name}" | /bin/busybox sha256sum | /bin/busybox grep -q ${sha256(value)} || exit 1`;
  const credentials = '(printf "GET %s HTTP/1.0\\r\\n\\r\\n" "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"; sleep 2) | /bin/busybox nc -w 5 169.254.170.2 80 | /bin/busybox grep -q "role/reader" || exit 2';
  const onOwnPort = '[ -n "$AWS_CONTAINER_CREDENTIALS_FULL_URI" ] && exit 7';
  const task = await runTask('secrets', 'reader', `${hashed('TOKEN', 'param-0815')}; ${hashed('PASS', 'db-pass-4711')}; ${onOwnPort}; ${credentials}; exit 7`);
  assert.equal(task.containers?.[0]?.exitCode, 7, JSON.stringify(task));
  assert.doesNotMatch(JSON.stringify(task), /param-0815|db-pass-4711/);
});

test('an execution role without permission stops the task with ResourceInitializationError', async () => {
  const task = await runTask('denied', 'nobody', 'exit 7');
  assert.match(task.stoppedReason ?? '', /ResourceInitializationError: .*AccessDenied/);
  assert.equal(task.containers?.[0]?.exitCode, undefined);
});
