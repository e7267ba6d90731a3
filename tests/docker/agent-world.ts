// A real agent on a real Docker Engine, under a control plane of one page. Everything it makes is gone after close().
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgent } from '#agent/agent.ts';
import type { Agent, AgentOptions } from '#agent/agent.ts';
import { payloadContainer, payloadTask, testPlane } from '#agent/agent.fixture.ts';
import type { TestPlane } from '#agent/agent.fixture.ts';
import type { AgentConfig } from '#agent/config.ts';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import type { DockerRuntime } from '#agent/docker/docker-runtime.ts';
import { openLinuxInterfaces } from '#agent/network/linux-interfaces.ts';
import type { TaskInterfaces } from '#agent/network/task-interfaces.ts';
import { vpcNetworkName } from '#agent/spec/network.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import type { SubmitTaskRequest } from '#link/agent-api.ts';
import type { PayloadContainer, PayloadElasticNetworkInterface, PayloadTask } from '#link/messages.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { OBEDIENT, TEST_IMAGE, ensureTestImage } from './agent-image.ts';

export interface AgentWorld {
  readonly agent: Agent;
  readonly runtime: DockerRuntime;
  readonly plane: TestPlane;
  readonly interfaces: TaskInterfaces;
  /** A folder on the host for what containers leave behind. */
  readonly folder: string;
  task(change?: Partial<PayloadTask>): PayloadTask;
  run(task: PayloadTask): void;
  stop(task: PayloadTask): void;
  until(task: PayloadTask, status: string, timeoutMs?: number): Promise<SubmitTaskRequest>;
  /** Nothing of the task is left on the host. */
  gone(task: PayloadTask): Promise<void>;
  /** Engine ids of the task's containers by container name. */
  ids(task: PayloadTask): Map<string, string>;
  inspect(task: PayloadTask, container: string): Record<string, any>;
  eni(host: number): PayloadElasticNetworkInterface;
  close(): Promise<void>;
}

let worlds = 0;

export async function openWorld(config: Partial<AgentConfig> = {}, more: Partial<AgentOptions> = {}): Promise<AgentWorld> {
  ensureTestImage();
  const vpcId = `vpc-t${process.pid}${worlds++}`;
  const octet = 100 + ((process.pid + worlds) % 150);
  const runtime = openDockerRuntime({ clock: systemClock });
  const plane = testPlane(systemClock);
  const interfaces = openLinuxInterfaces({ keepNetwork: (spec) => runtime.keepNetwork(spec), log: silentLogger });
  const folder = mkdtempSync(join(tmpdir(), 'longshore-agent-'));
  const agent = createAgent({
    config: { cluster: 'default', agentVersion: '1', agentHash: 'x', launchType: 'EC2', imagePullBehavior: 'prefer-cached', ...config },
    runtime, api: plane.api, connect: plane.connect, stateStore: memoryStateStore(), clock: systemClock, random: systemRandom, log: silentLogger,
    interfaces, ...more,
  });
  await waitFor('the agent', () => agent.connected);
  let count = 0;
  const run = `${process.pid}${worlds}`.padStart(10, '0');
  const ordered: PayloadTask[] = [];

  const world: AgentWorld = {
    agent, runtime, plane, interfaces, folder,
    task: (change = {}) => payloadTask(`${run}${String(++count).padStart(6, '0')}`, change),
    run(task) {
      ordered.push(task);
      plane.order(task);
    },
    stop: (task) => plane.order({ ...task, desiredStatus: 'STOPPED' }),
    until: (task, status, timeoutMs = 60_000) => waitFor(`${task.arn.slice(-6)} ${status} (${JSON.stringify(plane.last(task.arn))})`, () => plane.reports.find((r) => r.task === task.arn && r.status === status), { timeoutMs }),
    async gone(task) {
      await waitFor('the task gone', () => !agent.tasks.has(task.arn), { timeoutMs: 60_000 });
    },
    ids(task) {
      const run = agent.tasks.get(task.arn)?.run;
      return new Map(Object.entries(run?.containers ?? {}).flatMap(([name, c]) => (c.runtimeId === undefined ? [] : [[name, c.runtimeId] as const])));
    },
    inspect(task, container) {
      return (JSON.parse(execFileSync('docker', ['inspect', world.ids(task).get(container) ?? '?'], { encoding: 'utf8' })) as Record<string, any>[])[0]!;
    },
    eni: (host) => ({
      attachmentArn: `arn:aws:ecs:us-east-1:000000000000:attachment/${run}-${host}`, ec2Id: `eni-${run}${host}`,
      macAddress: `02:00:0a:${octet.toString(16)}:07:${host.toString(16).padStart(2, '0')}`,
      ipv4Addresses: [{ primary: true, privateAddress: `10.${octet}.7.${host}` }], subnetGatewayIpv4Address: `10.${octet}.7.1/24`,
      vpcId, vpcCidrBlock: `10.${octet}.7.0/24`, subnetId: 'subnet-1', securityGroupIds: [],
    }),
    async close() {
      for (const task of ordered) if (agent.tasks.has(task.arn)) world.stop(task);
      await waitFor('all tasks gone', () => agent.tasks.size === 0, { timeoutMs: 90_000 });
      agent.close();
      await runtime.removeNetwork(vpcNetworkName(vpcId));
      runtime.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** A busybox container; it obeys SIGTERM unless it is given something else to do. */
export function busybox(name: string, change: Parameters<typeof payloadContainer>[0] = {}): PayloadContainer {
  return payloadContainer({ name, image: TEST_IMAGE, command: OBEDIENT, stopTimeout: 5, ...change });
}

/** A shell script as a command. */
export function shell(script: string): string[] {
  return ['sh', '-c', script];
}
