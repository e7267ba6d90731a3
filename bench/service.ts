// A service of 100 tasks from nothing to RUNNING, and a killed container until its replacement serves through the load
// balancer, beside Docker Swarm and a bare Engine loop.
//   node bench/service.ts [tasks=100] [kills=5]
import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateServiceCommand, DeleteServiceCommand, DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { openEngineClient } from '#agent/docker/engine-client.ts';
import { systemClock } from '#base/system/clock.ts';
import { startPlatform } from '#tests/support/platform.ts';
import { createService, docker, removeService, runningTasks, withSwarm } from './support/swarm.ts';
import { buildWebImage } from './support/web-image.ts';

const [tasks = 100, kills = 5] = process.argv.slice(2).map(Number);
const IMAGE = 'longshore-bench/web:1';
const LISTENER_PORT = 8086;
const LOOPS = [4, 8, 16];

buildWebImage(IMAGE);
const platform = await startPlatform({ agent: ['--pool', 'fargate', '--overcommit', '64', '--image-pull-behavior', 'prefer-cached'] });
const ecs = new ECSClient(platform.sdk);
const engine = openEngineClient('/var/run/docker.sock', systemClock);
const { Subnets } = await new EC2Client(platform.sdk).send(new DescribeSubnetsCommand({}));
const subnets = Subnets!.map((s) => s.SubnetId!);
const network = `longshore-${Subnets![0]!.VpcId!}`;
await ecs.send(new RegisterTaskDefinitionCommand({
  family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
  containerDefinitions: [{ name: 'web', image: IMAGE, portMappings: [{ containerPort: 80 }] }],
}));

async function until(service: string, count: number): Promise<void> {
  for (;;) {
    const { services } = await ecs.send(new DescribeServicesCommand({ services: [service] }));
    if (services![0]!.runningCount === count) return;
    await wait(25);
  }
}

async function remove(service: string): Promise<void> {
  await ecs.send(new DeleteServiceCommand({ service, force: true }));
  while (docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.task-definition-family=web') !== '') await wait(100);
}

async function byPlatform(): Promise<number> {
  const before = performance.now();
  await ecs.send(new CreateServiceCommand({ serviceName: 'many', taskDefinition: 'web', desiredCount: tasks, launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration: { subnets } } }));
  await until('many', tasks);
  const took = performance.now() - before;
  await remove('many');
  return took;
}

async function byEngine(parallelism: number): Promise<number> {
  const made: string[] = [];
  let left = tasks;
  const before = performance.now();
  await Promise.all(Array.from({ length: parallelism }, async () => {
    while (left-- > 0) {
      const created = await engine.call({ method: 'POST', path: '/containers/create', body: { Image: IMAGE, HostConfig: { NetworkMode: network } } });
      const { Id } = created.body as { Id: string };
      made.push(Id);
      await engine.call({ method: 'POST', path: `/containers/${Id}/start` });
    }
  }));
  const took = performance.now() - before;
  await Promise.all(made.map((id) => engine.call({ method: 'DELETE', path: `/containers/${id}`, query: { force: 1 } })));
  return took;
}

/** Answers of the load balancer, by status; 0 when there was none. */
function ask(name: string): Promise<number> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port: LISTENER_PORT, headers: { host: name }, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', () => resolve(0));
  });
}

/** A visitor every 25 ms, none waiting for another: resolves when the first is answered. */
async function firstAnswer(name: string): Promise<void> {
  let answered = false;
  while (!answered) {
    void ask(name).then((status) => (answered ||= status === 200));
    await wait(25);
  }
}

/** One task behind a load balancer is killed; milliseconds until the next one answers through it. */
async function replacements(): Promise<number[]> {
  const elb = new ElasticLoadBalancingV2Client(platform.sdk);
  const balancer = (await elb.send(new CreateLoadBalancerCommand({ Name: 'bench', Subnets: subnets }))).LoadBalancers![0]!;
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand({ Name: 'bench', Protocol: 'HTTP', Port: 80, VpcId: Subnets![0]!.VpcId!, TargetType: 'ip' }));
  const targetGroupArn = TargetGroups![0]!.TargetGroupArn!;
  await elb.send(new CreateListenerCommand({ LoadBalancerArn: balancer.LoadBalancerArn!, Protocol: 'HTTP', Port: LISTENER_PORT, DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }] }));
  await ecs.send(new CreateServiceCommand({
    serviceName: 'one', taskDefinition: 'web', desiredCount: 1, launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration: { subnets } },
    loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 80 }],
  }));
  const took: number[] = [];
  for (let i = 0; i < kills; i++) {
    while ((await ask(balancer.DNSName!)) !== 200) await wait(20);
    const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 'one' }));
    const described = await ecs.send(new DescribeTasksCommand({ tasks: taskArns! }));
    const before = performance.now();
    docker('kill', '--signal', 'KILL', described.tasks![0]!.containers![0]!.runtimeId!);
    await firstAnswer(balancer.DNSName!);
    took.push(performance.now() - before);
  }
  await remove('one');
  return took;
}

/** How Swarm's tasks may be attached: an overlay gives each an address that other hosts reach, as awsvpc does; without one they are on Docker's own bridge. */
async function swarmNetworks(): Promise<[string, readonly string[]][]> {
  // Round robin by DNS: virtual addresses need IPVS, which not every kernel has.
  docker('network', 'create', '-d', 'overlay', '--subnet', '10.77.0.0/16', 'longshore-bench');
  return [['on an overlay network', ['--network', 'longshore-bench', '--endpoint-mode', 'dnsrr']], ["on Docker's bridge", []]];
}

/** The same by Swarm, until the next task runs: its own proxy would come on top. */
async function swarmReplacements(): Promise<number[]> {
  const name = `longshore-bench-${process.pid}`;
  await createService(name, 1, IMAGE);
  const took: number[] = [];
  const container = (): string => docker('ps', '-q', '--no-trunc', '--filter', `label=com.docker.swarm.service.name=${name}`);
  for (let i = 0; i < kills; i++) {
    const old = container();
    const before = performance.now();
    docker('kill', '--signal', 'KILL', old);
    while (container() === '' || container() === old || runningTasks(name) < 1) await wait(20);
    took.push(performance.now() - before);
  }
  await removeService(name);
  return took;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

try {
  // The first task makes the bridge.
  let started = NaN;
  for (let tries = 0; Number.isNaN(started) && tries < 2; tries++) started = await byPlatform();
  const loops: { parallelism: number; ms: number }[] = [];
  for (const parallelism of LOOPS) loops.push({ parallelism, ms: await byEngine(parallelism) });
  const best = loops.toSorted((a, b) => a.ms - b.ms)[0]!;
  const again = await byPlatform();
  const mine = Math.min(started, again);
  console.log(`${tasks} tasks to RUNNING: ours ${seconds(started)}, ${seconds(again)} (awsvpc)   best raw loop ${seconds(best.ms)} (${best.parallelism} at once, same bridge)   ratio ${(mine / best.ms).toFixed(2)}   (aim 1.3)`);
  const replaced = await replacements();
  console.log(`killed container until its replacement serves through the load balancer: p50 ${seconds(median(replaced))} of ${kills}`);
  await withSwarm(async () => {
    for (const [what, options] of await swarmNetworks()) {
      const theirs = await createService(`longshore-bench-${process.pid}`, tasks, IMAGE, ...options);
      await removeService(`longshore-bench-${process.pid}`);
      console.log(`Swarm, ${what}: ${tasks} tasks to running ${seconds(theirs)}   ratio ${(mine / theirs).toFixed(2)}   (aim 0.5)`);
    }
    const swarmReplaced = await swarmReplacements();
    console.log(`Swarm: killed container until the next runs p50 ${seconds(median(swarmReplaced))}   ratio ${(median(replaced) / median(swarmReplaced)).toFixed(2)}   (aim 0.2)`);
  });
} finally {
  await platform.stop();
}
