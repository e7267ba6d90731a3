// The `command` instance driver with a real second host: the operator's program starts an agent there by the token it was given, and the
// host that joins is that EC2 instance.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand, TerminateInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import { CreateClusterCommand, DescribeContainerInstancesCommand, ECSClient, ListContainerInstancesCommand, type ContainerInstance } from '@aws-sdk/client-ecs';
import { callAdmin } from '#cli/admin-call.ts';
import { freePort, startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { startSecondHost, type SecondHost } from '#tests/support/second-host.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const ENTRY = join(import.meta.dirname, '../../src/main.ts');
const PATIENT = { timeoutMs: 60_000 };

let host: SecondHost;
let platform: TestPlatform;
let folder: string;
let ec2: EC2Client;
let ecs: ECSClient;

/** A program that can have one machine at a time: the second host, reached by its network namespace. */
function program(): string {
  const agent = `nsenter --net=/proc/${host.spawn('sleep', ['100000']).pid}/ns/net ${process.execPath} --disable-warning=ExperimentalWarning ${ENTRY} agent`;
  return `#!/bin/bash
case "$1" in
  start)
    read -r machine
    field() { sed "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/" <<<"$machine"; }
    id=$(sed 's/^{"id":"\\(i-[0-9a-f]*\\)".*/\\1/' <<<"$machine")
    [ -e "$id.pid" ] && kill -0 "$(cat "$id.pid")" 2>/dev/null && exit 0
    setsid ${agent} --server "$(field server)" --token "$(field token)" --cluster "$(field cluster)" --data-dir "$PWD/$id" --cpu 1024 --memory 512 --docker-socket ${host.dockerSocket} >"$id.log" 2>&1 </dev/null &
    echo $! >"$id.pid" ;;
  stop | terminate) [ -e "$2.pid" ] && kill -9 "$(cat "$2.pid")"; rm -rf "$2.pid" "$2"; true ;;
  list) for f in i-*.pid; do [ -e "$f" ] || continue; kill -0 "$(cat "$f")" 2>/dev/null && echo "\${f%.pid} up" || echo "\${f%.pid} dead"; done; true ;;
esac
`;
}

before(async () => {
  host = await startSecondHost(41);
  folder = mkdtempSync(join(tmpdir(), 'longshore-command-'));
  const command = join(folder, 'machines');
  writeFileSync(command, program());
  chmodSync(command, 0o755);
  platform = await startPlatform({ server: ['--listen', `${host.ourAddress}:${await freePort()}`, '--instances', command] });
  [ec2, ecs] = [new EC2Client(platform.sdk), new ECSClient(platform.sdk)];
  await ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
});
after(async () => {
  ec2?.destroy();
  ecs?.destroy();
  await platform?.stop();
  await host?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function instance(id: string): Promise<Instance> {
  return (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations![0]!.Instances![0]!;
}

async function hosts(): Promise<ContainerInstance[]> {
  const { containerInstanceArns: arns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster: 'prod' }));
  return arns.length === 0 ? [] : (await ecs.send(new DescribeContainerInstancesCommand({ cluster: 'prod', containerInstances: arns }))).containerInstances!;
}

test('a machine that a program makes joins over TLS by its token, as the EC2 instance it is, drains when its spot capacity is taken back, and goes with it', async () => {
  const UserData = Buffer.from('ECS_CLUSTER=prod').toString('base64');
  const { Instances } = await ec2.send(new RunInstancesCommand({ ImageId: 'ami-0ec5000000000a2c1', InstanceType: 't3.nano', MinCount: 1, MaxCount: 1, UserData, InstanceMarketOptions: { MarketType: 'spot' } }));
  const id = Instances![0]!.InstanceId!;
  const joined = await waitFor('it to join', async () => (await hosts()).find((each) => each.agentConnected), PATIENT);
  assert.equal(joined!.ec2InstanceId, id);
  assert.equal(joined!.attributes!.find(({ name }) => name === 'ecs.instance-type')?.value, 't3.nano');
  assert.equal((await instance(id)).State?.Name, 'running');
  const interrupted = await callAdmin<{ error?: string; interrupted?: string }>(platform.credentials, 'POST', '/_admin/spot', { target: id });
  assert.deepEqual(interrupted, { interrupted: id });
  await waitFor('its notice to drain it', async () => (await hosts())[0]?.status === 'DRAINING', PATIENT);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await waitFor('it to be gone', async () => (await instance(id)).State?.Name === 'terminated' && (await hosts()).length === 0, PATIENT);
});
