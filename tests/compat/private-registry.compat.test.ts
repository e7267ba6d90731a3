// repositoryCredentials with a real private registry (Debian's docker-registry with a password file): the execution role fetches the secret, the
// engine pulls with it; a wrong password stops the task, and the password is nowhere to be seen.
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DescribeTasksCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand, waitUntilTasksStopped, type Task } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { busyboxImage, docker } from '#tests/support/docker.ts';
import { freePort, startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
const PASSWORD = 'pull-pass-1';
/** bcrypt of it, which is all the registry takes. */
const HTPASSWD = 'puller:$2b$04$L4whbwM4DetT7HOilmGDSumBWCun5tPeshl7gJPeZOzVzhDsmBQ5a\n';
const TRUST = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }] });

let folder: string;
let registry: ChildProcess;
let platform: TestPlatform;
let ecs: ECSClient;
let image: string;
let role: string;
const secrets: Record<string, string> = {};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-private-'));
  const port = await freePort();
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD);
  writeFileSync(join(folder, 'registry.yml'), JSON.stringify({
    version: 0.1, storage: { filesystem: { rootdirectory: join(folder, 'data') } }, http: { addr: `127.0.0.1:${port}` }, auth: { htpasswd: { realm: 'private', path: join(folder, 'htpasswd') } },
  }));
  registry = spawn('docker-registry', ['serve', join(folder, 'registry.yml')], { stdio: 'ignore' });
  await waitFor('the registry', async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).status === 401, { timeoutMs: 20_000 });
  image = `localhost:${port}/private/app:1`;
  docker('tag', busyboxImage(), image);
  const env = { ...process.env, DOCKER_CONFIG: join(folder, 'docker') };
  await run('docker', ['login', '--username', 'puller', '--password', PASSWORD, `localhost:${port}`], { env });
  await run('docker', ['push', image], { env });

  platform = await startPlatform({ agent: ['--cluster', 'default', '--image-pull-behavior', 'always'] });
  ecs = new ECSClient(platform.sdk);
  const [iam, sm] = [new IAMClient(platform.sdk), new SecretsManagerClient(platform.sdk)];
  role = (await iam.send(new CreateRoleCommand({ RoleName: 'execution', AssumeRolePolicyDocument: TRUST }))).Role!.Arn!;
  const read = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  await iam.send(new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'read', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [read] }) }));
  for (const [name, password] of [['right', PASSWORD], ['wrong', 'pull-pass-2']] as const) {
    secrets[name] = (await sm.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify({ username: 'puller', password }) }))).ARN!;
  }
  iam.destroy();
  sm.destroy();
});
after(async () => {
  ecs?.destroy();
  await platform?.stop();
  registry?.kill();
  if (image !== undefined) docker('image', 'rm', '-f', image);
  rmSync(folder, { recursive: true, force: true });
});

async function runTask(family: string, secret: string | undefined): Promise<Task> {
  await ecs.send(new RegisterTaskDefinitionCommand({
    family, networkMode: 'bridge', executionRoleArn: role,
    containerDefinitions: [{ name: 'app', image, memory: 64, command: ['sh', '-c', 'exit 7'], ...(secret !== undefined && { repositoryCredentials: { credentialsParameter: secret } }) }],
  }));
  const task = await waitFor('a host', async () => (await ecs.send(new RunTaskCommand({ taskDefinition: family }))).tasks?.[0], { timeoutMs: 30_000, intervalMs: 500 });
  await waitUntilTasksStopped({ client: ecs, maxWaitTime: 90, minDelay: 1, maxDelay: 1 }, { tasks: [task.taskArn!] });
  return (await ecs.send(new DescribeTasksCommand({ tasks: [task.taskArn!] }))).tasks![0]!;
}

test('the secret opens the registry; without it, or with a wrong one, the pull fails and says so', async () => {
  const pulled = await runTask('pulled', secrets['right']);
  assert.equal(pulled.containers?.[0]?.exitCode, 7, JSON.stringify(pulled));
  for (const [family, secret] of [['refused', secrets['wrong']], ['bare', undefined]] as const) {
    const task = await runTask(family, secret);
    assert.match(`${task.stoppedReason} ${task.containers?.[0]?.reason}`, /CannotPullContainerError: .*(unauthorized|authentication required|no basic auth)/, family);
    assert.equal(task.containers?.[0]?.exitCode, undefined);
  }
  assert.ok(!platform.log().includes('pull-pass'));
});
