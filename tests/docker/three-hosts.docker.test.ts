// Three hosts, each with its own engine: tasks reach each other across them by private address, as security groups allow.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import {
  AuthorizeSecurityGroupEgressCommand, AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand, DescribeNetworkInterfacesCommand, DescribeSubnetsCommand, EC2Client, RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { CreateServiceCommand, DescribeContainerInstancesCommand, DescribeTasksCommand, ECSClient, ListContainerInstancesCommand, RegisterTaskDefinitionCommand, RunTaskCommand, type Task } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client, type TargetTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { waitFor } from '#tests/support/wait-for.ts';
import { TEST_IMAGE } from './agent-image.ts';
import type { LoadResult } from './load-child.ts';
import { openHostsWorld, type HostsWorld, type TestHost } from './hosts-world.ts';

const SLOW = { timeoutMs: 120_000, intervalMs: 100 };
/** Answers on port 80 with the name of its host, at /cgi-bin/slow after a while, until it is told to end. */
const SERVE = [
  'mkdir -p /data/cgi-bin; hostname > /data/index.html',
  'printf "#!/bin/sh\\necho; usleep 100000; hostname\\n" > /data/cgi-bin/slow; chmod +x /data/cgi-bin/slow',
  'trap "exit 0" TERM; httpd -f -p 80 -h /data & wait $!',
].join('; ');

let w: HostsWorld;
let ecs: ECSClient;
let ec2: EC2Client;
let elb: ElasticLoadBalancingV2Client;
let subnets: string[];
let vpcId: string;

before(async () => {
  w = await openHostsWorld({ hosts: 3 });
  ecs = new ECSClient(w.sdk);
  ec2 = new EC2Client(w.sdk);
  elb = new ElasticLoadBalancingV2Client(w.sdk);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  subnets = Subnets!.map((subnet) => subnet.SubnetId!);
  vpcId = Subnets![0]!.VpcId!;
  await waitFor('three hosts', async () => {
    const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({}));
    const { containerInstances = [] } = await ecs.send(new DescribeContainerInstancesCommand({ containerInstances: containerInstanceArns }));
    return containerInstances.filter((host) => host.agentConnected).length === 3;
  }, SLOW);
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['EC2'], cpu: '128', memory: '64',
    containerDefinitions: [{ name: 'app', image: TEST_IMAGE, essential: true, portMappings: [{ containerPort: 80 }], command: ['sh', '-c', SERVE] }],
  }));
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'bridged', networkMode: 'bridge', requiresCompatibilities: ['EC2'],
    containerDefinitions: [{ name: 'app', image: TEST_IMAGE, memory: 64, essential: true, portMappings: [{ containerPort: 80, hostPort: 0 }], command: ['sh', '-c', SERVE] }],
  }));
});
after(async () => {
  if (process.env['KEEP_LOG'] !== undefined) process.stderr.write(w.log());
  ecs?.destroy();
  ec2?.destroy();
  elb?.destroy();
  await w?.close();
});

interface Placed {
  readonly task: Task;
  readonly host: TestHost;
  readonly address: string;
  readonly container: string;
}

let sets = 0;

/** One task on each host, in the order of the hosts. */
async function runOnEach(groups?: string[]): Promise<Placed[]> {
  const { tasks, failures } = await ecs.send(new RunTaskCommand({
    taskDefinition: 'web', count: 3, launchType: 'EC2', group: `set-${++sets}`, placementConstraints: [{ type: 'distinctInstance' }],
    networkConfiguration: { awsvpcConfiguration: { subnets, ...(groups !== undefined && { securityGroups: groups }) } },
  }));
  assert.deepEqual(failures, []);
  const arns = tasks!.map((task) => task.taskArn!);
  const running = await waitFor('three tasks', async () => {
    const { tasks: seen } = await ecs.send(new DescribeTasksCommand({ tasks: arns }));
    return seen!.every((task) => task.lastStatus === 'RUNNING' || task.lastStatus === 'STOPPED') ? seen : undefined;
  }, SLOW);
  assert.deepEqual(running.flatMap((task) => task.stoppedReason ?? []), []);
  const placed = running.map((task): Placed => {
    const container = task.containers![0]!.runtimeId!;
    const host = w.hosts.find((one) => one.docker('ps', '-q', '--no-trunc').includes(container))!;
    return { task, host, container, address: task.attachments![0]!.details!.find((d) => d.name === 'privateIPv4Address')!.value! };
  });
  return w.hosts.map((host) => placed.find((one) => one.host === host) ?? assert.fail(`no task on ${host.name}`));
}

/** Whether one task gets an answer from an address. */
function reaches(from: Placed, address: string, port = 80): boolean {
  try {
    return from.host.docker('exec', from.container, 'sh', '-c', `(printf "GET / HTTP/1.0\\r\\n\\r\\n"; sleep 0.3) | nc -w 1 ${address} ${port}`).includes('200 OK');
  } catch {
    return false;
  }
}

test('tasks on three hosts reach each other by private address, and every host reaches all of them', async () => {
  const placed = await runOnEach();
  for (const from of placed) {
    for (const to of placed) if (from !== to) await waitFor(`${from.host.name} → ${to.host.name}`, () => reaches(from, to.address), SLOW);
  }
  for (const host of w.hosts) {
    for (const to of placed) await waitFor(`host ${host.name} → ${to.address}`, () => host.run('curl', '-sS', '-m', '3', `http://${to.address}/`) !== '', SLOW);
  }
});

async function createGroup(name: string): Promise<string> {
  return (await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId }))).GroupId!;
}

test('security groups decide who is answered, on one host and across hosts, as soon as a rule changes', async (test) => {
  const [web, clients] = [await createGroup('web'), await createGroup('clients')];
  const servers = await runOnEach([web]);
  const [client] = await runOnEach([clients]);
  const [here, there] = [servers[0]!, servers[1]!];
  const becomes = async (what: string, answered: boolean, whom: readonly Placed[] = [here, there]): Promise<void> => {
    for (const to of whom) await waitFor(`${what}: ${client!.host.name} → ${to.host.name}`, () => reaches(client!, to.address) === answered, SLOW);
  };
  await becomes('a group without ingress rules lets nobody in', false);
  const fromClients = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: clients }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: web, IpPermissions: fromClients }));
  const answeredAt = performance.now();
  for (const host of w.hosts) await waitFor(`the rule on ${host.name}`, () => host.run('nft', 'list', 'ruleset').includes(`@of_${clients}`), SLOW);
  test.diagnostic(`from the API's answer to the rule on all three hosts: ${Math.round(performance.now() - answeredAt)} ms, looks every 100 ms`);
  await becomes('members of a group that a rule names', true);
  assert.equal(reaches(here, there.address), false, 'others are not members');
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: web, IpPermissions: fromClients }));
  await becomes('the rule is gone', false);
  const fromBlock = [{ IpProtocol: 'tcp', FromPort: 0, ToPort: 100, IpRanges: [{ CidrIp: `${client!.address}/32` }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: web, IpPermissions: fromBlock }));
  await becomes('a block', true);
  const everything = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: clients, IpPermissions: everything }));
  await becomes('without egress rules nothing leaves', false);
  await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: clients, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: web }] }] }));
  await becomes('an egress rule that names a group', true);
  assert.ok(w.hosts[2]!.run('curl', '-sS', '-m', '3', `http://${there.address}/`) !== '', 'a host is not asked');
});

test('agents and server killed: what is in force stays, and what has changed meanwhile is in force afterwards', async () => {
  const [web, clients] = [await createGroup('web-2'), await createGroup('clients-2')];
  const rule = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: clients }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: web, IpPermissions: rule }));
  const servers = await runOnEach([web]);
  const [client] = await runOnEach([clients]);
  const there = servers[1]!;
  await waitFor('an answer', () => reaches(client!, there.address), SLOW);
  for (const host of w.hosts) await host.killAgent();
  // The rules and the tunnel are gone, a stranger's address is on the bridge.
  const [, tunnel = ''] = / (lx-[0-9a-f]+):/.exec(there.host.run('ip', '-o', 'link', 'show', 'type', 'vxlan')) ?? [];
  there.host.run('nft', 'delete', 'table', 'ip', tunnel.replace('lx-', 'ls-'));
  there.host.run('ip', 'link', 'del', tunnel);
  there.host.run('ip', 'address', 'add', '172.31.200.200/32', 'dev', tunnel.replace('lx-', 'ls-'));
  await w.killServer();
  await w.startServer();
  for (const host of w.hosts) host.startAgent();
  await waitFor('an answer', () => reaches(client!, there.address), SLOW);
  await waitFor('the stranger gone', () => !there.host.run('ip', 'address').includes('172.31.200.200'), SLOW);
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: web, IpPermissions: rule }));
  await waitFor('no answer', () => !reaches(client!, there.address), SLOW);
});

/** A service with a task on each host behind a load balancer of its own; the loopback address of host 0 it listens on. */
async function serve(name: string, port: number, targetType: TargetTypeEnum, definition: string, groups?: string[]): Promise<{ address: string; privateAddress: string; group: string }> {
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: name, Subnets: subnets, ...(groups !== undefined && { SecurityGroups: groups }) }));
  const health = { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 2, UnhealthyThresholdCount: 2 };
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand({ Name: name, Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: targetType, ...health }));
  const group = TargetGroups![0]!.TargetGroupArn!;
  await elb.send(new CreateListenerCommand({ LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn!, Protocol: 'HTTP', Port: port, DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] }));
  await ecs.send(new CreateServiceCommand({
    serviceName: name, taskDefinition: definition, desiredCount: 3, launchType: 'EC2', placementConstraints: [{ type: 'distinctInstance' }],
    loadBalancers: [{ targetGroupArn: group, containerName: 'app', containerPort: 80 }],
    ...(targetType === 'ip' && { networkConfiguration: { awsvpcConfiguration: { subnets } } }),
  }));
  await healthy(group, 3);
  const config = readFileSync(join(w.dataDir, 'balancer/current/haproxy.cfg'), 'utf8');
  const address = new RegExp(`bind (127\\.(?!0\\.0\\.1)\\S+):${port}\\b`).exec(config)?.[1] ?? assert.fail(config);
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'description', Values: [`ELB app/${name}/*`] }] }));
  return { address, privateAddress: NetworkInterfaces?.[0]?.PrivateIpAddress ?? '', group };
}

async function healthy(group: string, count: number): Promise<void> {
  await waitFor(`${count} healthy targets`, async () => {
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
    return TargetHealthDescriptions!.filter((one) => one.TargetHealth!.State === 'healthy').length === count;
  }, SLOW);
}

test('bridge mode with dynamic ports: the load balancer reaches every host at its own address', async () => {
  const { address } = await serve('ports', 8081, 'instance', 'bridged');
  const names = new Set<string>();
  await waitFor('an answer of every host', () => names.add(w.hosts[0]!.run('curl', '-sS', '-m', '3', `http://${address}:8081/`)).size === 3, SLOW);
});

test('tasks of every host reach the load balancer at its private address, as its security groups allow', async () => {
  const front = await createGroup('front');
  const { privateAddress } = await serve('inner', 8082, 'ip', 'web', [front]);
  const clients = await runOnEach();
  for (const client of clients) assert.equal(reaches(client, privateAddress, 8082), false, 'a group without ingress rules');
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: front, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 8082, ToPort: 8082, IpRanges: [{ CidrIp: '172.31.0.0/16' }] }] }));
  for (const client of clients) await waitFor(`${client.host.name} → load balancer`, () => reaches(client, privateAddress, 8082), SLOW);
});

test('a host is cut off and heals, another dies, under load through the load balancer: no request fails', async (test) => {
  const { address, group } = await serve('edge', 8080, 'ip', 'web');
  const load = w.hosts[0]!.start(process.execPath, join(import.meta.dirname, 'load-child.ts'), address, '8080', '/cgi-bin/slow', '8');
  const told = text(load.stdout!);
  w.hosts[1]!.cutOff();
  await healthy(group, 2);
  w.hosts[1]!.heal();
  await healthy(group, 3);
  await w.hosts[2]!.die();
  await healthy(group, 2);
  load.stdin!.end();
  const { total, failures, counts, slowestMs } = JSON.parse(await told) as LoadResult;
  assert.deepEqual(failures, []);
  assert.ok(Object.keys(counts).length >= 3, 'all three hosts had their share');
  assert.ok(total > 100, String(total));
  test.diagnostic(`${total} requests, the slowest ${Math.round(slowestMs)} ms`);
});
