// Three hosts, each with its own engine: tasks reach each other across them by private address, as security groups allow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AuthorizeSecurityGroupEgressCommand, AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand, DescribeSubnetsCommand, EC2Client, RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { DescribeTasksCommand, ECSClient, ListContainerInstancesCommand, RegisterTaskDefinitionCommand, RunTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { waitFor } from '#tests/support/wait-for.ts';
import { TEST_IMAGE } from './agent-image.ts';
import { openHostsWorld, type HostsWorld, type TestHost } from './hosts-world.ts';

const SLOW = { timeoutMs: 120_000, intervalMs: 100 };
/** Answers on port 80 with its own address, until it is told to end. */
const SERVE = 'ip -o -4 addr show eth0 | head -1 > /tmp/ip; trap "exit 0" TERM; while :; do (echo -e "HTTP/1.0 200 OK\\r\\n\\r"; hostname) | nc -l -p 80 & wait $!; done';

let w: HostsWorld;
let ecs: ECSClient;
let ec2: EC2Client;
let subnets: string[];
let vpcId: string;

before(async () => {
  w = await openHostsWorld({ hosts: 3 });
  ecs = new ECSClient(w.sdk);
  ec2 = new EC2Client(w.sdk);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  subnets = Subnets!.map((subnet) => subnet.SubnetId!);
  vpcId = Subnets![0]!.VpcId!;
  await waitFor('three hosts', async () => (await ecs.send(new ListContainerInstancesCommand({}))).containerInstanceArns?.length === 3, SLOW);
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'web', networkMode: 'awsvpc', requiresCompatibilities: ['EC2'], cpu: '128', memory: '64',
    containerDefinitions: [{ name: 'app', image: TEST_IMAGE, essential: true, command: ['sh', '-c', SERVE] }],
  }));
});
after(async () => {
  if (process.env['KEEP_LOG'] !== undefined) process.stderr.write(w.log());
  ecs?.destroy();
  ec2?.destroy();
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
function reaches(from: Placed, address: string): boolean {
  try {
    return from.host.docker('exec', from.container, 'sh', '-c', `(printf "GET / HTTP/1.0\\r\\n\\r\\n"; sleep 0.3) | nc -w 1 ${address} 80`).includes('200 OK');
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

test('security groups decide who is answered, on one host and across hosts, as soon as a rule changes', async () => {
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
