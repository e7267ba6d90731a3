// The whole control plane over real sockets, and real agents with fake container runtimes: what the SDK asks for runs, is
// reported, survives a restart of either side, and ends.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { DescribeContainerInstancesCommand, DescribeTasksCommand, ECSClient, ListContainerInstancesCommand, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import type { Task } from '@aws-sdk/client-ecs';
import { createAgent } from '#agent/agent.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import { openControlPlane } from '#app/control-plane.ts';
import type { ControlPlane } from '#app/control-plane.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { openAwsJsonClient } from '#link/aws-json-client.ts';
import { httpAgentApi } from '#link/http-agent-api.ts';
import { webSocketConnect } from '#link/ws-channel.ts';
import { fakeRuntime } from '#tests/support/fake-runtime.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const common = { clock: systemClock, random: systemRandom, log: silentLogger };

async function platform(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-link-'));
  let plane: ControlPlane | undefined;
  let port = 0;
  const up = async (): Promise<ControlPlane> => {
    plane = await openControlPlane({ dataDir, listen: '127.0.0.1', port, auth: 'strict', logLevel: 'silent' }, common);
    port = Number(new URL(plane.url).port);
    return plane;
  };
  const down = async (): Promise<void> => {
    await plane?.close();
    plane = undefined;
  };
  t.after(async () => {
    await down();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const { credentials, url } = await up();
  const ecs = new ECSClient({ endpoint: url, region: credentials.region, credentials, maxAttempts: 1 });
  t.after(() => ecs.destroy());

  const host = () => {
    const runtime = fakeRuntime({ ...common, script: (image) => (image === 'job:1' ? { exitAfterMs: 50, exitCode: 3 } : undefined) });
    const disk = new Map<string, string>();
    const start = (agentVersion = '9') => {
      const signed = { credentials: credentials.agent, region: credentials.region, clock: systemClock };
      const client = openAwsJsonClient({ ...signed, endpoint: url, userAgent: 'test' });
      const agent = createAgent({
        ...common,
        config: { cluster: 'default', agentVersion, agentHash: 'x', launchType: 'EC2' },
        runtime,
        api: httpAgentApi(client),
        connect: webSocketConnect(signed),
        stateStore: memoryStateStore(disk),
      });
      t.after(() => {
        agent.close();
        client.close();
      });
      return agent;
    };
    return { runtime, start };
  };
  const describe = async (arn: string): Promise<Task> => (await ecs.send(new DescribeTasksCommand({ tasks: [arn] }))).tasks![0]!;
  const until = (arn: string, status: string): Promise<Task> =>
    waitFor(`${arn} ${status}`, async () => {
      const task = await describe(arn);
      return task.lastStatus === status ? task : undefined;
    });
  return { ecs, up, down, host, describe, until };
}

test('a task runs on a joined host, is reported with its exit code, and is stopped on request', async (t) => {
  const { ecs, host, until } = await platform(t);
  const { runtime, start } = host();
  const agent = start();
  await waitFor('the host', () => agent.connected);
  assert.equal((await ecs.send(new ListContainerInstancesCommand({}))).containerInstanceArns?.length, 1);
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'app', image: 'app:1', memory: 64 }] }));
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'job', containerDefinitions: [{ name: 'app', image: 'job:1', memory: 64 }] }));

  const web = (await ecs.send(new RunTaskCommand({ taskDefinition: 'web' }))).tasks![0]!.taskArn!;
  const job = (await ecs.send(new RunTaskCommand({ taskDefinition: 'job' }))).tasks![0]!.taskArn!;
  const running = await until(web, 'RUNNING');
  assert.equal(running.connectivity, 'CONNECTED');
  assert.ok(Math.abs(running.pullStartedAt!.getTime() - Date.now()) < 60_000, 'times of reports are seconds on the wire');
  const ended = await until(job, 'STOPPED');
  assert.deepEqual([ended.stopCode, ended.stoppedReason, ended.containers![0]!.exitCode], ['EssentialContainerExited', 'Essential container in task exited', 3]);

  await ecs.send(new StopTaskCommand({ task: web, reason: 'enough' }));
  const stopped = await until(web, 'STOPPED');
  assert.deepEqual([stopped.stopCode, stopped.stoppedReason, stopped.containers![0]!.exitCode], ['UserInitiated', 'enough', 143]);
  await waitFor('nothing left', () => runtime.containers.length === 0);
});

test('the control plane goes and comes back: tasks run on, an end meanwhile is reported, nothing is started twice', async (t) => {
  const { ecs, up, down, host, until, describe } = await platform(t);
  const { runtime, start } = host();
  const agent = start();
  await waitFor('the host', () => agent.connected);
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'app', image: 'app:1', memory: 64 }] }));
  const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: 'web', count: 2 }));
  const [first, second] = tasks!.map((task) => task.taskArn!) as [string, string];
  await Promise.all([until(first, 'RUNNING'), until(second, 'RUNNING')]);

  await down();
  const one = runtime.containers[0]!;
  const itsTask = one.spec.labels['com.amazonaws.ecs.task-arn']!;
  runtime.crash(one.id, 9);
  await up();
  const ended = await until(itsTask, 'STOPPED');
  assert.equal(ended.containers![0]!.exitCode, 9);
  assert.equal((await describe(itsTask === first ? second : first)).lastStatus, 'RUNNING');
  await waitFor('the host is back', () => agent.connected);
  assert.equal(runtime.created.length, 2);
});

test('the agent goes and comes back: it finds its tasks, and takes an order that was given meanwhile', async (t) => {
  const { ecs, host, until } = await platform(t);
  const { runtime, start } = host();
  const first = start();
  await waitFor('the host', () => first.connected);
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'app', image: 'app:1', memory: 64 }] }));
  const run = async (): Promise<string> => (await ecs.send(new RunTaskCommand({ taskDefinition: 'web' }))).tasks![0]!.taskArn!;
  const [kept, doomed] = [await run(), await run()];
  await Promise.all([until(kept, 'RUNNING'), until(doomed, 'RUNNING')]);
  first.close();
  await ecs.send(new StopTaskCommand({ task: doomed }));
  const placed = await run();
  start();
  await Promise.all([until(doomed, 'STOPPED'), until(placed, 'RUNNING'), until(kept, 'RUNNING')]);
  assert.equal(runtime.created.length, 3);
  assert.equal((await ecs.send(new ListContainerInstancesCommand({}))).containerInstanceArns?.length, 1, 'the same host');
});

test('a newer agent takes over from an older one, and a newer control plane too: no container is started again', async (t) => {
  const { ecs, up, down, host, until, describe } = await platform(t);
  const { runtime, start } = host();
  const old = start('9');
  await waitFor('the host', () => old.connected);
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'app', image: 'app:1', memory: 64 }] }));
  const task = (await ecs.send(new RunTaskCommand({ taskDefinition: 'web' }))).tasks![0]!.taskArn!;
  await until(task, 'RUNNING');
  old.close();
  const next = start('10');
  await waitFor('the newer agent', () => next.connected);
  await down();
  await up();
  await waitFor('the newer agent at the newer control plane', async () => {
    const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({}));
    const { containerInstances = [] } = await ecs.send(new DescribeContainerInstancesCommand({ containerInstances: containerInstanceArns }));
    return next.connected && containerInstances.length === 1 && containerInstances[0]!.agentConnected === true && containerInstances[0]!.versionInfo?.agentVersion === '10';
  });
  assert.equal((await describe(task)).lastStatus, 'RUNNING');
  assert.deepEqual(runtime.containers.map((container) => container.starts), [1]);
});
