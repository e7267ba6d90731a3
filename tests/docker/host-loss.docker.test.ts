// Two hosts, one of them cut off: its service's tasks are replaced on the other; once it is back, what is too much there is stopped.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  CreateClusterCommand, CreateServiceCommand, DeleteServiceCommand, DescribeContainerInstancesCommand, DescribeTasksCommand, ECSClient, ListContainerInstancesCommand, ListTasksCommand, RegisterTaskDefinitionCommand, type Task,
} from '@aws-sdk/client-ecs';
import { callAdmin } from '#cli/admin-call.ts';
import { busyboxImage, docker } from '#tests/support/docker.ts';
import { freePort, startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { startSecondHost, type RemoteProcess, type SecondHost } from '#tests/support/second-host.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const ENTRY = join(import.meta.dirname, '../../src/main.ts');
const cluster = 'prod';
const LONG = { timeoutMs: 120_000, intervalMs: 300 };
let host: SecondHost;
let platform: TestPlatform;
let ecs: ECSClient;
let folder: string;
let agent: RemoteProcess | undefined;
let near: ChildProcess | undefined;

before(async () => {
  host = await startSecondHost(1);
  const tlsPort = await freePort();
  folder = mkdtempSync(join(tmpdir(), 'longshore-loss-'));
  platform = await startPlatform({ server: ['--listen', `${host.ourAddress}:${tlsPort}`, '--host-loss-after', '10s'] });
  ecs = new ECSClient(platform.sdk);
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const { token } = await callAdmin<{ token: string }>(platform.credentials, 'POST', '/_admin/join-tokens', { cluster });
  const far = ['--server', `https://${host.ourAddress}:${tlsPort}`, '--token', token, '--data-dir', join(folder, 'far'), '--docker-socket', host.dockerSocket, '--image-pull-behavior', 'prefer-cached'];
  agent = host.spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, 'agent', ...far]);
  await waitFor('the second host', async () => (await instances()).find((one) => one.agentConnected), LONG);
});
after(async () => {
  host?.heal();
  await agent?.end();
  near?.kill('SIGTERM');
  ecs?.destroy();
  await platform?.stop();
  await host?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function instances() {
  const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster }));
  if (containerInstanceArns.length === 0) return [];
  return (await ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }))).containerInstances ?? [];
}

async function running(): Promise<Task[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' }));
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.filter((task) => task.lastStatus === 'RUNNING');
}

const containersOf = (where: (...args: string[]) => string): string[] => where('ps', '-q', '--filter', 'label=com.amazonaws.ecs.task-definition-family=loss').split('\n').filter(Boolean);

test('a service outlives a host that is cut off, and is as wanted when it is back', async () => {
  const image = busyboxImage();
  const far = (await instances())[0]!.containerInstanceArn!;
  // Both engines have it: pulling is not what is looked at.
  const archive = join(folder, 'image.tar');
  docker('save', '-o', archive, image);
  host.docker('load', '-i', archive);
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'loss', containerDefinitions: [{ name: 'app', image, memory: 32, command: ['sleep', '600'], stopTimeout: 2 }] }));
  await ecs.send(new CreateServiceCommand({ cluster, serviceName: 'loss', taskDefinition: 'loss', desiredCount: 2, launchType: 'EC2' }));
  await waitFor('two tasks on the only host', async () => (await running()).length === 2, LONG);
  const before = new Set((await running()).map((task) => task.taskArn));

  const keys = ['--server', platform.url, '--credentials', join(platform.dataDir, 'credentials.json'), '--data-dir', join(folder, 'near')];
  near = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, 'agent', ...keys, '--cluster', cluster, '--image-pull-behavior', 'prefer-cached'], { stdio: 'ignore' });
  await waitFor('this machine as a host', async () => (await instances()).filter((one) => one.agentConnected).length === 2, LONG);
  host.cut();
  await waitFor('two tasks elsewhere', async () => {
    const now = await running();
    return now.length === 2 && now.every((task) => task.containerInstanceArn !== far);
  }, LONG);
  assert.equal((await instances()).find((one) => one.containerInstanceArn === far)?.agentConnected, false);
  assert.equal(containersOf(host.docker).length, 2, 'over there they go on');

  host.heal();
  await waitFor('the host to be back', async () => (await instances()).every((one) => one.agentConnected), LONG);
  await waitFor('nothing left over there', () => containersOf(host.docker).length === 0, LONG);
  const now = await running();
  assert.equal(now.length, 2);
  assert.ok(now.every((task) => !before.has(task.taskArn)));
  const remaining = (await instances()).find((one) => one.containerInstanceArn === far)!;
  assert.deepEqual(remaining.remainingResources, remaining.registeredResources);
  await ecs.send(new DeleteServiceCommand({ cluster, service: 'loss', force: true }));
  await waitFor('the end of the service', async () => (await running()).length === 0, LONG);
});
