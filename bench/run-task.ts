// RunTask until RUNNING is readable, through the signed API and the whole platform, against bare Engine create + start.
//   node bench/run-task.ts [rounds=20] [burst=100]
import { ECSClient, DescribeTasksCommand, ListTasksCommand, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { setTimeout as wait } from 'node:timers/promises';
import { openEngineClient } from '#agent/docker/engine-client.ts';
import { LABELS } from '#agent/spec/names.ts';
import { systemClock } from '#base/system/clock.ts';
import { TEST_IMAGE, ensureTestImage } from '#tests/docker/agent-image.ts';
import { startPlatform } from '#tests/support/platform.ts';

const rounds = Number(process.argv[2] ?? 20);
const FAMILY = 'bench';
const burst = Number(process.argv[3] ?? 100);
const PARALLELISMS = [2, 4, 8];
const POLL_MS = 5;

ensureTestImage();
const platform = await startPlatform({ agent: ['--pool', 'fargate', '--overcommit', '64', '--image-pull-behavior', 'prefer-cached'] });
const ecs = new ECSClient(platform.sdk);
const ec2 = new EC2Client(platform.sdk);
const engine = openEngineClient('/var/run/docker.sock', systemClock);

const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
const subnets = Subnets!.map((s) => s.SubnetId!);
/** Addresses at the far end of the last subnet: the platform chooses at random among 12,000 others. */
const [a, b, c] = Subnets!.at(-1)!.CidrBlock!.split('.').map(Number);
const network = `longshore-${Subnets![0]!.VpcId!}`;
await ecs.send(new RegisterTaskDefinitionCommand({
  family: FAMILY, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
  containerDefinitions: [{ name: 'app', image: TEST_IMAGE, command: ['sleep', '3600'], stopTimeout: 2 }],
}));

async function run(count: number): Promise<string[]> {
  const answer = await ecs.send(new RunTaskCommand({ taskDefinition: FAMILY, count, launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration: { subnets } } }));
  if (answer.failures!.length > 0) throw new Error(JSON.stringify(answer.failures));
  return answer.tasks!.map((t) => t.taskArn!);
}

/** Polls until all are RUNNING. */
async function untilRunning(arns: readonly string[]): Promise<void> {
  let open = [...arns];
  while (open.length > 0) {
    const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: open.slice(0, 100) }));
    const stopped = tasks!.find((t) => t.lastStatus === 'STOPPED');
    if (stopped) throw new Error(`${stopped.taskArn}: ${stopped.stoppedReason}`);
    const running = new Set(tasks!.filter((t) => t.lastStatus === 'RUNNING').map((t) => t.taskArn));
    open = open.filter((arn) => !running.has(arn));
    if (open.length > 0) await wait(POLL_MS);
  }
}

async function stopAll(): Promise<void> {
  for (;;) {
    const { taskArns } = await ecs.send(new ListTasksCommand({}));
    const unfinished = (await Promise.all((taskArns ?? []).map((task) => ecs.send(new StopTaskCommand({ task }))))).length;
    if (unfinished === 0) break;
    await wait(200);
  }
  for (;;) {
    const { body } = await engine.call({ method: 'GET', path: '/containers/json', query: { filters: JSON.stringify({ label: [`${LABELS.family}=${FAMILY}`] }) } });
    if ((body as unknown[]).length === 0) return;
    await wait(100);
  }
}

async function byPlatform(): Promise<number> {
  const before = performance.now();
  await untilRunning(await run(1));
  return performance.now() - before;
}

let host = 0;
const made: string[] = [];
async function byEngine(): Promise<number> {
  host += 1;
  const address = `${a}.${b}.${c! + 15}.${1 + (host % 250)}`;
  const before = performance.now();
  const created = await engine.call({
    method: 'POST', path: '/containers/create',
    body: {
      Image: TEST_IMAGE, Cmd: ['sleep', '3600'], HostConfig: { NetworkMode: network, LogConfig: { Type: 'json-file' } },
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
    },
  });
  const { Id } = created.body as { Id: string };
  const started = await engine.call({ method: 'POST', path: `/containers/${Id}/start` });
  made.push(Id);
  // The platform has this address: the next one, timed anew.
  if (/already in use/.test(JSON.stringify(started.body ?? ''))) return byEngine();
  if (started.status !== 204) throw new Error(JSON.stringify(started.body));
  return performance.now() - before;
}

async function removeMade(): Promise<void> {
  await Promise.all(made.splice(0).map((id) => engine.call({ method: 'DELETE', path: `/containers/${id}`, query: { force: 1 } })));
}

async function burstByPlatform(): Promise<number> {
  const before = performance.now();
  const arns = (await Promise.all(Array.from({ length: burst / 10 }, () => run(10)))).flat();
  await untilRunning(arns);
  return performance.now() - before;
}

async function burstByEngine(parallelism: number): Promise<number> {
  let left = burst;
  const before = performance.now();
  await Promise.all(Array.from({ length: parallelism }, async () => {
    while (left-- > 0) await byEngine();
  }));
  const took = performance.now() - before;
  await removeMade();
  return took;
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** The agent registers a moment after the server answers. */
async function untilCapacity(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await untilRunning(await run(1));
      return;
    } catch (error) {
      if (!String(error).includes('Capacity is unavailable')) throw error;
      await wait(100);
    }
  }
  throw new Error('the agent did not register');
}

try {
  // The bridge is made by the first task and kept by this one.
  await untilCapacity();
  const ours: number[] = [];
  const raw: number[] = [];
  for (let i = 0; i < rounds; i++) {
    for (const side of i % 2 === 0 ? 'AB' : 'BA') (side === 'A' ? ours : raw).push(side === 'A' ? await byPlatform() : await byEngine());
    if (i % 5 === 4) await removeMade();
  }
  await removeMade();
  console.log(`one task, ${rounds} rounds   RunTask → RUNNING readable p50 ${median(ours).toFixed(0)} ms   Engine create+start p50 ${median(raw).toFixed(0)} ms   ratio ${(median(ours) / median(raw)).toFixed(2)}   (aim 1.25)`);
  await stopAll();
  if (burst > 0) {
    await byPlatform();
    const loops: [number, number][] = [];
    for (const parallelism of PARALLELISMS) loops.push([parallelism, await burstByEngine(parallelism)]);
    const [at, best] = loops.toSorted((a, b) => a[1] - b[1])[0]!;
    const mine = await burstByPlatform();
    console.log(`burst of ${burst}   ours ${(mine / 1000).toFixed(1)} s   best raw loop ${(best / 1000).toFixed(1)} s (${at} at once)   ratio ${(mine / best).toFixed(2)}   (aim 1.2)`);
    await stopAll();
  }
} finally {
  await removeMade();
  await platform.stop();
}
