// Start latency of the agent: an order's arrival until RUNNING is reported, against the same containers created and started
// by bare Engine calls. The agent part: no control plane, no network between.
//   node bench/start-latency.ts [rounds=40] [burst=100]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgent } from '#agent/agent.ts';
import { payloadContainer, payloadTask, testPlane } from '#agent/agent.fixture.ts';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import { openEngineClient } from '#agent/docker/engine-client.ts';
import { openLinuxInterfaces } from '#agent/network/linux-interfaces.ts';
import { renderContainer } from '#agent/spec/container-spec.ts';
import { vpcNetwork, vpcNetworkName } from '#agent/spec/network.ts';
import { openStateFile } from '#agent/state-file.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import type { PayloadElasticNetworkInterface, PayloadTask } from '#link/messages.ts';
import { TEST_IMAGE, ensureTestImage } from '#tests/docker/agent-image.ts';

const rounds = Number(process.argv[2] ?? 40);
const burst = Number(process.argv[3] ?? 100);
const parallelisms = (process.argv[4] ?? '1,2,3,4,6,8,16').split(',').map(Number);
const agentParallelism = process.argv[5] === undefined ? undefined : Number(process.argv[5]);

ensureTestImage();
const vpcId = `vpc-b${process.pid}`;
const run = String(process.pid).padStart(10, '0');
let count = 0;

function eni(host: number): PayloadElasticNetworkInterface {
  const address = `10.251.${Math.floor(host / 250)}.${2 + (host % 250)}`;
  const hex = (n: number): string => n.toString(16).padStart(2, '0');
  return {
    attachmentArn: `arn:aws:ecs:us-east-1:0:attachment/${host}`, ec2Id: `eni-${host}`, macAddress: `02:00:0a:fb:${hex(Math.floor(host / 250))}:${hex(2 + (host % 250))}`,
    ipv4Addresses: [{ primary: true, privateAddress: address }], subnetGatewayIpv4Address: '10.251.0.1/16', vpcId, vpcCidrBlock: '10.251.0.0/16', subnetId: 's', securityGroupIds: [],
  };
}

/** What a small Fargate task is: an address of its own, a size, one container. */
function newTask(): PayloadTask {
  count += 1;
  return payloadTask(`${run}${String(count).padStart(8, '0')}`, {
    family: 'bench', networkMode: 'awsvpc', cpu: 0.25, memory: 64, elasticNetworkInterfaces: [eni(count)],
    containers: [payloadContainer({ image: TEST_IMAGE, command: ['sleep', '3600'], stopTimeout: 1 })],
  });
}

const runtime = openDockerRuntime({ clock: systemClock });
const engine = openEngineClient('/var/run/docker.sock', systemClock);
const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
const state = openStateFile(folder);
const plane = testPlane(systemClock);
const waiting = new Map<string, () => void>();
const agent = createAgent({
  config: { cluster: 'default', agentVersion: '1', agentHash: 'x', launchType: 'EC2', imagePullBehavior: 'prefer-cached', telemetryIntervalMs: 3_600_000, ...(agentParallelism !== undefined && { startParallelism: agentParallelism }) },
  interfaces: openLinuxInterfaces({ keepNetwork: (spec) => runtime.keepNetwork(spec), log: silentLogger }),
  runtime, connect: plane.connect, stateStore: state, clock: systemClock, random: systemRandom, log: silentLogger,
  api: {
    ...plane.api,
    submitTaskStateChange(request) {
      waiting.get(`${request.task} ${request.status}`)?.();
      return Promise.resolve();
    },
  },
});
while (!agent.connected) await new Promise((resolve) => setTimeout(resolve, 10));

const reported = (task: PayloadTask, status: string): Promise<void> => new Promise((resolve) => waiting.set(`${task.arn} ${status}`, resolve));

async function byAgent(task: PayloadTask): Promise<number> {
  const running = reported(task, 'RUNNING');
  const before = performance.now();
  plane.order(task);
  await running;
  return performance.now() - before;
}

async function afterAgent(tasks: readonly PayloadTask[]): Promise<void> {
  for (const task of tasks) {
    // Removed by force, which is quicker than stopping them; the agent sees them end.
    const id = Object.values(agent.tasks.get(task.arn)?.run.containers ?? {})[0]?.runtimeId;
    if (id !== undefined) await runtime.remove(id);
  }
  while (tasks.some((task) => agent.tasks.has(task.arn))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The same body, the same cgroup and network, two calls. */
async function byEngine(task: PayloadTask): Promise<{ ms: number; id: string }> {
  const group = await runtime.ensureTaskGroup({ id: task.arn.slice(-32), cpu: task.cpu, memoryBytes: task.memory << 20 });
  const spec = renderContainer(task, task.containers[0]!, { agentId: 'bench', image: TEST_IMAGE, rangeStarts: {}, environment: {}, cgroupParent: group.ok ? group.value : '' });
  if (typeof spec === 'string') throw new Error(spec);
  const body = {
    ...spec.config, Image: spec.image, Labels: { bench: run }, MacAddress: spec.endpoint!.macAddress, HostConfig: spec.hostConfig,
    NetworkingConfig: { EndpointsConfig: { [spec.endpoint!.network]: { IPAMConfig: { IPv4Address: spec.endpoint!.ipv4Address } } } },
  };
  const before = performance.now();
  const created = await engine.call({ method: 'POST', path: '/containers/create', query: { name: spec.name }, body });
  const { Id: id } = created.body as { Id: string };
  const started = await engine.call({ method: 'POST', path: `/containers/${id}/start` });
  if (started.status !== 204) throw new Error(JSON.stringify(started.body));
  return { ms: performance.now() - before, id };
}

async function afterEngine(made: readonly { id: string; task: PayloadTask }[]): Promise<void> {
  for (const { id, task } of made) {
    await runtime.remove(id);
    await runtime.removeTaskGroup(task.arn.slice(-32));
  }
}

async function burstByEngine(parallelism: number): Promise<number> {
  const tasks = Array.from({ length: burst }, newTask);
  const made: { id: string; task: PayloadTask }[] = [];
  const before = performance.now();
  const queue = [...tasks];
  await Promise.all(Array.from({ length: parallelism }, async () => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) made.push({ id: (await byEngine(task)).id, task });
  }));
  const ms = performance.now() - before;
  await afterEngine(made);
  return ms;
}

async function burstByAgent(): Promise<number> {
  const tasks = Array.from({ length: burst }, newTask);
  const all = Promise.all(tasks.map((task) => reported(task, 'RUNNING')));
  const before = performance.now();
  for (let i = 0; i < tasks.length; i += 10) plane.order(...tasks.slice(i, i + 10));
  await all;
  const ms = performance.now() - before;
  await afterAgent(tasks);
  return ms;
}

const at = (values: readonly number[], share: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

await runtime.ensureNetwork(vpcNetwork(eni(1)));
const agentMs: number[] = [];
const engineMs: number[] = [];
for (let round = -3; round < rounds; round++) {
  // In turns, and in changing order, so that whatever else the machine does meets both alike.
  for (const side of round % 2 === 0 ? ['agent', 'engine'] : ['engine', 'agent']) {
    const task = newTask();
    if (side === 'agent') {
      const ms = await byAgent(task);
      if (round >= 0) agentMs.push(ms);
      await afterAgent([task]);
    } else {
      const { ms, id } = await byEngine(task);
      if (round >= 0) engineMs.push(ms);
      await afterEngine([{ id, task }]);
    }
  }
}
const line = (name: string, values: readonly number[]): string => `${name.padEnd(28)} p50 ${at(values, 0.5).toFixed(0)} ms  p90 ${at(values, 0.9).toFixed(0)} ms  p99 ${at(values, 0.99).toFixed(0)} ms`;
console.log(`one task after another, ${rounds} rounds`);
console.log(line('  bare create + start', engineMs));
console.log(line('  agent, order to RUNNING', agentMs));
console.log(`  ratio p50 ${(at(agentMs, 0.5) / at(engineMs, 0.5)).toFixed(3)}  p99 ${(at(agentMs, 0.99) / at(engineMs, 0.99)).toFixed(3)}`);

if (burst > 0) {
  console.log(`burst of ${burst} tasks`);
  let best = Infinity;
  const agentBursts: number[] = [];
  for (const parallelism of parallelisms) {
    const ms = await burstByEngine(parallelism);
    best = Math.min(best, ms);
    console.log(`  bare loop, ${String(parallelism).padStart(2)} in parallel     ${(ms / 1000).toFixed(2)} s`);
    if (parallelism >= 2 && parallelism <= 8) agentBursts.push(await burstByAgent());
  }
  console.log(`  agent                        ${agentBursts.map((ms) => (ms / 1000).toFixed(2)).join(', ')} s`);
  console.log(`  ratio median / best bare     ${(at(agentBursts, 0.5) / best).toFixed(3)}   best / best ${(Math.min(...agentBursts) / best).toFixed(3)}`);
}

agent.close();
await runtime.removeNetwork(vpcNetworkName(vpcId));
await state.close();
runtime.close();
engine.close();
rmSync(folder, { recursive: true });
process.exit(0);
