// A second host joins over TLS with a one-time token, pulls from the control plane's registry, runs tasks, and comes back without the token;
// or with an activation, as ECS Anywhere has it.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import {
  type ContainerInstance, CreateClusterCommand, DescribeContainerInstancesCommand, DescribeTasksCommand, ECSClient, ListContainerInstancesCommand, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateActivationCommand, DeregisterManagedInstanceCommand, DescribeActivationsCommand, DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { callAdmin } from '#cli/admin-call.ts';
import { busyboxImage, docker } from '#tests/support/docker.ts';
import { freePort, startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { startSecondHost, type RemoteProcess, type SecondHost } from '#tests/support/second-host.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const ENTRY = join(import.meta.dirname, '../../src/main.ts');
const cluster = 'prod';
const LONG = { timeoutMs: 90_000, intervalMs: 200 };
let host: SecondHost;
let platform: TestPlatform;
let ecs: ECSClient;
let folder: string;
let server: string;
let agent: RemoteProcess | undefined;

before(async () => {
  host = await startSecondHost();
  const tlsPort = await freePort();
  server = `https://${host.ourAddress}:${tlsPort}`;
  platform = await startPlatform({ server: ['--listen', `${host.ourAddress}:${tlsPort}`] });
  ecs = new ECSClient(platform.sdk);
  folder = mkdtempSync(join(tmpdir(), 'longshore-join-'));
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
});
after(async () => {
  await agent?.end();
  ecs?.destroy();
  await platform?.stop();
  await host?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

interface Made {
  readonly error?: string;
  readonly id: string;
  readonly token: string;
}

async function makeToken(): Promise<Made> {
  const made = await callAdmin<Made>(platform.credentials, 'POST', '/_admin/join-tokens', { cluster });
  assert.equal(made.error, undefined);
  return made;
}

function startAgent(dataDir: string, ...more: readonly string[]): RemoteProcess {
  const { AWS_ACCESS_KEY_ID: _k, AWS_SECRET_ACCESS_KEY: _s, ...env } = process.env;
  const args = ['--disable-warning=ExperimentalWarning', ENTRY, 'agent', '--data-dir', join(folder, dataDir), '--docker-socket', host.dockerSocket, ...more];
  return host.spawn(process.execPath, args, env);
}

async function instances(): Promise<ContainerInstance[]> {
  const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster }));
  if (containerInstanceArns.length === 0) return [];
  return (await ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }))).containerInstances ?? [];
}

function connected(): Promise<ContainerInstance> {
  return waitFor('the host to be connected', async () => (await instances()).find((one) => one.agentConnected), LONG).catch((error: Error) => {
    throw new Error(`${error.message}\nagent:\n${agent?.output()}\nplatform:\n${platform.log().slice(-3000)}`);
  });
}

/** The status. */
function httpsGet(url: string, ca: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { ca }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

let token: Made;
let instanceArn: string;
let taskArn: string;
let containerId: string;

test('a host joins with a token', async () => {
  token = await makeToken();
  agent = startAgent('one', '--server', server, '--cluster', cluster, '--token', token.token);
  instanceArn = (await connected()).containerInstanceArn!;
  assert.match(instanceArn, /container-instance\/prod\//);
  const { tokens } = await callAdmin<{ tokens: { id: string; state: string; usedFrom: string }[] }>(platform.credentials, 'GET', '/_admin/join-tokens');
  assert.deepEqual(tokens.map(({ id, state, usedFrom }) => [id, state, usedFrom]), [[token.id, 'used', host.address]]);
});

test('it pulls from the registry of the control plane by the same name as everywhere', async () => {
  const ecr = new ECRClient(platform.sdk);
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  ecr.destroy();
  const image = `${repository!.repositoryUri}:1`;
  assert.match(image, new RegExp(`^localhost:${platform.port}/`));
  const password = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().slice('AWS:'.length);
  docker('login', '-u', 'AWS', '-p', password, `localhost:${platform.port}`);
  docker('tag', busyboxImage(), image);
  docker('push', image);
  docker('rmi', image);
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'app', containerDefinitions: [{ name: 'app', image, memory: 32, command: ['sleep', '600'], stopTimeout: 2 }] }));
  const { tasks } = await ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'app', launchType: 'EC2' }));
  taskArn = tasks![0]!.taskArn!;
  const task = await waitFor('the task to run', async () => {
    const [found] = (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }))).tasks!;
    if (found?.lastStatus === 'STOPPED') throw new Error(found.stoppedReason);
    return found?.lastStatus === 'RUNNING' ? found : undefined;
  }, LONG);
  containerId = task.containers![0]!.runtimeId!;
  assert.equal(host.docker('inspect', '-f', '{{.State.Running}}', containerId), 'true');
});

test('the token lets nobody else in', async () => {
  const second = startAgent('two', '--server', server, '--token', token.token);
  assert.equal(await second.ended, 2);
  assert.match(second.output(), /not let in \(TokenUsed\)/);
  assert.match(platform.log(), /TokenUsed/);
});

test('a token of another control plane does not make a host believe this one', async () => {
  const other = `${(await makeToken()).token.slice(0, -64)}${'0'.repeat(64)}`;
  const second = startAgent('three', '--server', server, '--token', other);
  assert.equal(await second.ended, 2);
  assert.match(second.output(), /is not the control plane that made this token/);
});

test("the host's key without its certificate is worth nothing", async () => {
  const { accessKeyId, secretAccessKey } = JSON.parse(readFileSync(join(folder, 'one/identity.json'), 'utf8')) as { accessKeyId: string; secretAccessKey: string };
  const thief = new ECSClient({ ...platform.sdk, credentials: { accessKeyId, secretAccessKey } });
  await assert.rejects(thief.send(new ListContainerInstancesCommand({ cluster })), /good with its certificate only/);
  thief.destroy();
});

test('with tasks on it a host does not leave', async () => {
  await agent!.end();
  const leaving = startAgent('one', '--leave');
  assert.equal(await leaving.ended, 2);
  assert.match(leaving.output(), /Found running tasks on the instance/);
});

test('the unit for systemd has what the host needs, and no token', async () => {
  const installing = startAgent('one', '--token', token.token, '--zone', 'us-east-1c', '--install');
  assert.equal(await installing.ended, 0);
  assert.match(installing.output(), /^ExecStart=.*longshore agent --data-dir .* --zone us-east-1c$/m);
  assert.doesNotMatch(installing.output(), /lsj_/);
});

test('it comes back without the token as who it was; the container ran on', async () => {
  const startedAt = host.docker('inspect', '-f', '{{.State.StartedAt}}', containerId);
  agent = startAgent('one', '--zone', 'us-east-1c', '--instance-type', 'm5.large', '--attribute', 'rack=r1');
  await waitFor('the agent to connect', () => agent!.output().includes('agent started') || undefined, LONG);
  assert.equal((await connected()).containerInstanceArn, instanceArn);
  const [{ attributes = [] }] = (await instances()) as [ContainerInstance];
  const value = (name: string): string | undefined => attributes.find((one) => one.name === name)?.value;
  assert.deepEqual([value('ecs.availability-zone'), value('ecs.instance-type'), value('rack')], ['us-east-1c', 'm5.large', 'r1']);
  assert.equal((await instances()).length, 1);
  assert.equal(host.docker('inspect', '-f', '{{.State.StartedAt}}', containerId), startedAt);
  // The control plane comes back with another server certificate, of the same authority.
  await platform.stopServer();
  await platform.startServer();
  await waitFor('the agent to be heard again', async () => (await instances()).length === 1 && /agent connected/.test(platform.log().split('"listening"').at(-1) ?? ''), LONG);
  assert.equal(host.docker('inspect', '-f', '{{.State.StartedAt}}', containerId), startedAt);
  const refused = await httpsGet(`${server}/_metrics`, readFileSync(join(platform.dataDir, 'tls/ca.crt'), 'utf8'));
  assert.equal(refused, 403);
  await ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
  await waitFor('the task to stop', async () => (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }))).tasks?.[0]?.lastStatus === 'STOPPED', LONG);
});


test('a host leaves: its instance is deregistered, its key and certificate are gone on both sides', async () => {
  await agent!.end();
  agent = undefined;
  const leaving = startAgent('one', '--leave');
  assert.equal(await leaving.ended, 0, leaving.output());
  assert.deepEqual(await instances(), []);
  assert.deepEqual(await callAdmin<object>(platform.credentials, 'GET', '/_admin/hosts'), { hosts: [] });
  assert.equal(existsSync(join(folder, 'one/identity.json')), false);
});

test('a machine outside AWS registers with an activation, and runs EXTERNAL tasks', async () => {
  const iam = new IAMClient(platform.sdk);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  await iam.send(new CreateRoleCommand({ RoleName: 'Anywhere', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  iam.destroy();
  const ssm = new SSMClient(platform.sdk);
  const { ActivationId, ActivationCode } = await ssm.send(new CreateActivationCommand({ IamRole: 'Anywhere', DefaultInstanceName: 'cellar' }));
  const { tls } = (await (await fetch(`${platform.url}/_health`)).json()) as { tls: { fingerprint: string } };
  agent = startAgent('anywhere', '--server', server, '--server-fingerprint', tls.fingerprint, '--cluster', cluster, '--activation-id', ActivationId!, '--activation-code', ActivationCode!, '--image-pull-behavior', 'prefer-cached');
  const instance = await connected();
  assert.match(instance.ec2InstanceId ?? '', /^mi-/);
  assert.ok(instance.attributes?.some((one) => one.name === 'ecs.capability.external'));
  const { InstanceInformationList: [machine] = [] } = await ssm.send(new DescribeInstanceInformationCommand({ Filters: [{ Key: 'PingStatus', Values: ['Online'] }] }));
  assert.deepEqual([machine?.InstanceId, machine?.Name, machine?.IPAddress, machine?.ActivationId], [instance.ec2InstanceId, 'cellar', host.address, ActivationId]);
  assert.equal((await ssm.send(new DescribeActivationsCommand({}))).ActivationList?.[0]?.RegistrationsCount, 1);

  const container = { name: 'app', image: 'anywhere:1', memory: 32, command: ['sleep', '600'], stopTimeout: 2 };
  const archive = join(folder, 'image.tar');
  docker('tag', busyboxImage(), 'anywhere:1');
  docker('save', '-o', archive, 'anywhere:1');
  docker('rmi', 'anywhere:1');
  host.docker('load', '-i', archive);
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'anywhere', requiresCompatibilities: ['EXTERNAL'], networkMode: 'bridge', containerDefinitions: [container] }));
  const { tasks = [] } = await ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'anywhere', launchType: 'EXTERNAL' }));
  const arn = tasks[0]!.taskArn!;
  const status = async (): Promise<string | undefined> => (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))).tasks?.[0]?.lastStatus;
  await waitFor('the EXTERNAL task to run', async () => (await status()) === 'RUNNING', LONG);
  await ecs.send(new StopTaskCommand({ cluster, task: arn }));
  await waitFor('the EXTERNAL task to stop', async () => (await status()) === 'STOPPED', LONG);

  await ssm.send(new DeregisterManagedInstanceCommand({ InstanceId: instance.ec2InstanceId! }));
  await waitFor('the machine to be out', async () => !(await instances())[0]!.agentConnected, LONG);
  assert.match(agent.output(), /not known here any more/);
  ssm.destroy();
});
