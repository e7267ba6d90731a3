// A control plane and one agent in this process, over real sockets, with containers made of memory: for ECS Exec without Docker.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTasksCommand, ECSClient, ExecuteCommandCommand, RegisterTaskDefinitionCommand, RunTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { createAgent } from '#agent/agent.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import { openControlPlane } from '#app/control-plane.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { openAwsJsonClient } from '#link/aws-json-client.ts';
import { signedBinaryConnect } from '#link/exec/ws-binary-channel.ts';
import { httpAgentApi } from '#link/http-agent-api.ts';
import { webSocketConnect } from '#link/ws-channel.ts';
import { fakeRuntime, type FakeRuntime } from './fake-runtime.ts';
import { waitFor } from './wait-for.ts';

export interface ExecPlatform {
  readonly url: string;
  readonly ecs: ECSClient;
  readonly sdk: { readonly endpoint: string; readonly region: string; readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }; readonly maxAttempts: number };
  readonly runtime: FakeRuntime;
  /** Running tasks with ECS Exec, one container each. */
  runTasks(count: number): Promise<readonly Task[]>;
  execute(task: Task, command: string): Promise<{ readonly sessionId: string; readonly streamUrl: string; readonly tokenValue: string }>;
  close(): Promise<void>;
}

export async function openExecPlatform(): Promise<ExecPlatform> {
  const common = { clock: systemClock, random: systemRandom, log: silentLogger };
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-exec-'));
  const plane = await openControlPlane({ dataDir, listen: '127.0.0.1', port: 0, auth: 'strict', logLevel: 'silent' }, common);
  const { credentials, url } = plane;
  const sdk = { endpoint: url, region: credentials.region, credentials, maxAttempts: 1 };
  const ecs = new ECSClient(sdk);
  const signed = { credentials: credentials.agent, region: credentials.region, clock: systemClock };
  const client = openAwsJsonClient({ ...signed, endpoint: url, userAgent: 'test' });
  const runtime = fakeRuntime(common);
  const agent = createAgent({
    ...common,
    config: { cluster: 'default', agentVersion: '9', agentHash: 'x', launchType: 'EC2', memoryMiB: 65_536 },
    runtime,
    api: httpAgentApi(client),
    connect: webSocketConnect(signed),
    exec: { connect: signedBinaryConnect(signed), sinkOf: () => ({ createLogGroup: async () => {}, createLogStream: async () => {}, putLogEvents: async () => ({ rejected: 0 }) }) },
    stateStore: memoryStateStore(),
  });
  await waitFor('the host', () => agent.connected);
  return {
    url,
    ecs,
    sdk,
    runtime,
    async runTasks(count) {
      await ecs.send(new RegisterTaskDefinitionCommand({ family: 'exec', containerDefinitions: [{ name: 'app', image: 'app:1', memory: 64 }] }));
      const arns: string[] = [];
      while (arns.length < count) {
        const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: 'exec', enableExecuteCommand: true, count: Math.min(10, count - arns.length) }));
        arns.push(...tasks!.map((task) => task.taskArn!));
      }
      return await waitFor('the tasks', async () => {
        const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: arns }));
        return tasks!.every((task) => task.lastStatus === 'RUNNING') ? tasks : undefined;
      }, { timeoutMs: 30_000 });
    },
    async execute(task, command) {
      const { session } = await ecs.send(new ExecuteCommandCommand({ task: task.taskArn, command, interactive: true }));
      return { sessionId: session!.sessionId!, streamUrl: session!.streamUrl!, tokenValue: session!.tokenValue! };
    },
    async close() {
      agent.close();
      client.close();
      ecs.destroy();
      await plane.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
