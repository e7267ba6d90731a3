// Deployments under load: a service of ten tasks behind our load balancer is deployed again and again while requests keep
// coming; a task is stopped, the service scaled in and out, HAProxy reloaded and the control plane killed meanwhile. Beside
// it, Docker Swarm's wall time for the same deployments (its ingress needs IPVS, which not every kernel has; without it
// Swarm's own failures cannot be counted).
//   node bench/deploys.ts [requests=1000000] [rate=2000] [deployments=20] [swarm-deployments=3]
import { setTimeout as wait } from 'node:timers/promises';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateServiceCommand, DescribeServicesCommand, ECSClient, ListTasksCommand, RegisterTaskDefinitionCommand, StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand, CreateLoadBalancerCommand, CreateRuleCommand, CreateTargetGroupCommand, ElasticLoadBalancingV2Client, ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { startPlatform } from '#tests/support/platform.ts';
import { startSteadyLoad } from './support/steady-load.ts';
import { createService, docker, removeService, withSwarm } from './support/swarm.ts';
import { buildWebImage } from './support/web-image.ts';

const [wanted = 1_000_000, rate = 2000, deployments = 20, swarmDeployments = 3] = process.argv.slice(2).map(Number);
const TASKS = 10;
const IMAGE = 'longshore-bench/web:1';
const LISTENER_PORT = 8085;

buildWebImage(IMAGE);
const platform = await startPlatform({ agent: ['--pool', 'fargate', '--overcommit', '64', '--image-pull-behavior', 'prefer-cached'] });
const ecs = new ECSClient(platform.sdk);
const elb = new ElasticLoadBalancingV2Client(platform.sdk);

async function describe() {
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['web'] }));
  return services![0]!;
}

async function untilDeployed(): Promise<void> {
  for (;;) {
    const service = await describe();
    const [primary, ...others] = service.deployments ?? [];
    if (primary?.rolloutState === 'FAILED') throw new Error(primary.rolloutStateReason);
    if (others.length === 0 && primary?.rolloutState === 'COMPLETED' && service.runningCount === service.desiredCount && service.pendingCount === 0) return;
    await wait(50);
  }
}

async function deploy(): Promise<number> {
  const before = performance.now();
  await ecs.send(new UpdateServiceCommand({ service: 'web', forceNewDeployment: true }));
  await untilDeployed();
  return performance.now() - before;
}

async function scale(desiredCount: number): Promise<void> {
  await ecs.send(new UpdateServiceCommand({ service: 'web', desiredCount }));
  await untilDeployed();
}

async function setUp(): Promise<{ name: string; listenerArn: string; targetGroupArn: string }> {
  const ec2 = new EC2Client(platform.sdk);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const subnets = Subnets!.map((s) => s.SubnetId!);
  const balancer = (await elb.send(new CreateLoadBalancerCommand({ Name: 'bench', Subnets: subnets }))).LoadBalancers![0]!;
  const group = (await elb.send(new CreateTargetGroupCommand({
    Name: 'bench', Protocol: 'HTTP', Port: 80, VpcId: Subnets![0]!.VpcId!, TargetType: 'ip', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 2,
  }))).TargetGroups![0]!;
  const TargetGroupArn = group.TargetGroupArn!;
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }] }));
  const listener = await elb.send(new CreateListenerCommand({ LoadBalancerArn: balancer.LoadBalancerArn!, Protocol: 'HTTP', Port: LISTENER_PORT, DefaultActions: [{ Type: 'forward', TargetGroupArn }] }));
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
    containerDefinitions: [{ name: 'web', image: IMAGE, portMappings: [{ containerPort: 80 }] }],
  }));
  await ecs.send(new CreateServiceCommand({
    serviceName: 'web', taskDefinition: taskDefinition!.taskDefinitionArn!, desiredCount: TASKS, launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration: { subnets } },
    loadBalancers: [{ targetGroupArn: TargetGroupArn, containerName: 'web', containerPort: 80 }],
  }));
  return { name: balancer.DNSName!, listenerArn: listener.Listeners![0]!.ListenerArn!, targetGroupArn: TargetGroupArn };
}

/** What else happens, by the number of the deployment it happens in. */
function disturbances(listenerArn: string, targetGroupArn: string): Record<number, readonly [string, () => Promise<unknown>]> {
  const stopOne = async (): Promise<void> => {
    const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 'web' }));
    await ecs.send(new StopTaskCommand({ task: taskArns![0]! }));
  };
  const rule = (): Promise<unknown> =>
    elb.send(new CreateRuleCommand({ ListenerArn: listenerArn, Priority: 10, Conditions: [{ Field: 'path-pattern', Values: ['/other'] }], Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }] }));
  const kill = async (): Promise<void> => {
    await platform.killServer();
    await platform.startServer();
  };
  return { 2: ['StopTask', stopOne], 4: ['a new rule: HAProxy reloads', rule], 6: ['control plane kill -9', kill] };
}

async function ours(): Promise<number> {
  const { name, listenerArn, targetGroupArn } = await setUp();
  await untilDeployed();
  const extra = disturbances(listenerArn, targetGroupArn);
  const load = startSteadyLoad({ host: '127.0.0.1', port: LISTENER_PORT, name, rate });
  const took: number[] = [];
  for (let i = 1; i <= deployments || load.progress().requests < wanted; i++) {
    const disturbance = i <= deployments ? extra[i] : undefined;
    const deployed = deploy();
    // Awaited with the disturbance below; a failure while that is under way must not go unheard.
    deployed.catch(() => {});
    if (disturbance !== undefined) {
      await wait(300);
      await disturbance[1]();
    }
    const ms = disturbance?.[0] === 'control plane kill -9' ? await deployed.catch(() => untilDeployed().then(() => NaN)) : await deployed;
    if (i <= deployments && !Number.isNaN(ms)) took.push(ms);
    const { requests, failures } = load.progress();
    console.log(`deployment ${i}: ${(ms / 1000).toFixed(1)} s${disturbance ? ` (${disturbance[0]})` : ''}   ${requests} requests, ${failures} failed`);
    if (i === 8) {
      await scale(TASKS - 4);
      await scale(TASKS);
      console.log(`scaled in to ${TASKS - 4} and out again   ${load.progress().failures} failed`);
    }
  }
  const result = await load.stop();
  console.log(`${result.requests} requests in ${result.seconds.toFixed(0)} s (${(result.requests / result.seconds).toFixed(0)}/s), ${result.failures} failed ${JSON.stringify(result.kinds)}; p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(0)} ms, max ${result.maxMs.toFixed(0)} ms`);
  return took.reduce((sum, ms) => sum + ms, 0) / took.length;
}

/** Mean wall time of a deployment by Swarm, new tasks first; `tuned`: all at once and no waiting. */
async function swarm(tuned: boolean): Promise<number> {
  const options = tuned ? ['--update-parallelism', '0', '--update-monitor', '0s', '--update-delay', '0s'] : [];
  const name = `longshore-bench-${process.pid}`;
  await createService(name, TASKS, IMAGE, '--update-order', 'start-first', ...options);
  const took: number[] = [];
  for (let i = 0; i < swarmDeployments; i++) {
    const before = performance.now();
    docker('service', 'update', '-d', '--force', name);
    await wait(100);
    while (docker('service', 'inspect', name, '--format', '{{.UpdateStatus.State}}') !== 'completed') await wait(50);
    took.push(performance.now() - before);
  }
  await removeService(name);
  return took.reduce((sum, ms) => sum + ms, 0) / took.length;
}

async function quiet(): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < Math.max(1, swarmDeployments); i++) took.push(await deploy());
  return took.reduce((sum, ms) => sum + ms, 0) / took.length;
}

try {
  const loaded = await ours();
  const mine = await quiet();
  console.log(`ours: ${(loaded / 1000).toFixed(1)} s a deployment of ${TASKS} tasks under load, ${(mine / 1000).toFixed(1)} s without`);
  if (swarmDeployments > 0) {
    await scale(0);
    await withSwarm(async () => {
      for (const tuned of [false, true]) {
        const theirs = await swarm(tuned);
        console.log(`Swarm ${tuned ? 'tuned' : 'at defaults'}: ${(theirs / 1000).toFixed(1)} s without load   ratio ${(mine / theirs).toFixed(2)}   (aim 0.5)`);
      }
    });
  }
} finally {
  await platform.stop();
}
