// Scale-out: from CreateService, with no host at all, until its tasks run on instances of the local driver. Beside it the floor: a bare dockerd started in a network namespace and one `docker run`.
//   node bench/scale-out.ts [rounds=5] [tasks=4]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AutoScalingClient, CreateAutoScalingGroupCommand, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateCapacityProviderCommand, CreateClusterCommand, CreateServiceCommand, DeleteServiceCommand, DescribeServicesCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { busyboxImage, docker } from '#tests/support/docker.ts';
import { startPlatform } from '#tests/support/platform.ts';
import { pushedImage } from '#tests/support/pushed-image.ts';

const [rounds = 5, count = 4] = process.argv.slice(2).map(Number);
const platform = await startPlatform({ server: ['--scale-in-after', '1s'] });
const ecs = new ECSClient(platform.sdk);
const scaling = new AutoScalingClient(platform.sdk);

async function groupSize(): Promise<number> {
  return (await scaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups![0]!.Instances!.length;
}

async function furnish(): Promise<void> {
  const image = await pushedImage(platform, 'app', { cmd: ['sh', '-c', 'trap exit TERM; sleep 3600 & wait'] });
  const ec2 = new EC2Client(platform.sdk);
  const ami = 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2/recommended';
  const UserData = Buffer.from('ECS_CLUSTER=prod').toString('base64');
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'host', LaunchTemplateData: { ImageId: ami, InstanceType: 't3.micro', UserData } }));
  ec2.destroy();
  await scaling.send(new CreateAutoScalingGroupCommand({ AutoScalingGroupName: 'hosts', MinSize: 0, MaxSize: 8, AvailabilityZones: ['us-east-1a', 'us-east-1b'], LaunchTemplate: { LaunchTemplateName: 'host' } }));
  const { AutoScalingGroups } = await scaling.send(new DescribeAutoScalingGroupsCommand({}));
  const autoScalingGroupArn = AutoScalingGroups![0]!.AutoScalingGroupARN;
  await ecs.send(new CreateCapacityProviderCommand({ name: 'hosts', autoScalingGroupProvider: { autoScalingGroupArn, managedScaling: { status: 'ENABLED', instanceWarmupPeriod: 0 } } }));
  await ecs.send(new CreateClusterCommand({ clusterName: 'prod', capacityProviders: ['hosts'], defaultCapacityProviderStrategy: [{ capacityProvider: 'hosts', weight: 1 }] }));
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'app', requiresCompatibilities: ['EC2'], containerDefinitions: [{ name: 'app', image, memory: 400, essential: true }] }));
}

/** Milliseconds from CreateService, without a host, to all tasks RUNNING. */
async function scaleOut(serviceName: string): Promise<number> {
  const began = performance.now();
  await ecs.send(new CreateServiceCommand({ cluster: 'prod', serviceName, taskDefinition: 'app', desiredCount: count }));
  const running = async (): Promise<number> => (await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: [serviceName] }))).services![0]!.runningCount!;
  while ((await running()) < count) await wait(20);
  const took = performance.now() - began;
  await ecs.send(new DeleteServiceCommand({ cluster: 'prod', service: serviceName, force: true }));
  while ((await groupSize()) > 0) await wait(100);
  return took;
}

/** Milliseconds to start a dockerd in a network namespace, give it the image, and run one container. */
async function floor(archive: string, image: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-floor-'));
  const socket = `unix://${folder}/docker.sock`;
  const began = performance.now();
  const engine = spawn('unshare', ['--net', 'dockerd', '--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`, '-H', socket], { stdio: 'ignore' });
  const inEngine = (...args: string[]): boolean => {
    try {
      execFileSync('docker', ['-H', socket, ...args], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  while (!inEngine('version')) await wait(20);
  inEngine('load', '-i', archive);
  if (!inEngine('run', '-d', '--name', 'floor', image)) throw new Error('the bare engine ran nothing');
  const took = performance.now() - began;
  inEngine('rm', '-f', 'floor');
  engine.kill('SIGTERM');
  await new Promise((ended) => engine.once('exit', ended));
  execFileSync('sh', ['-c', `grep -o '${folder}[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l`], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
  return took;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
try {
  const image = busyboxImage();
  docker('save', '-o', join(folder, 'image.tar'), image);
  await furnish();
  const [ours, bare]: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours!.push(await scaleOut(`app-${round}`));
    bare!.push(await floor(join(folder, 'image.tar'), image));
    process.stdout.write(`round ${round + 1}: ${count} tasks from no host ${Math.round(ours!.at(-1)!)} ms, bare dockerd and docker run ${Math.round(bare!.at(-1)!)} ms\n`);
  }
  process.stdout.write(`median: ${Math.round(median(ours!))} ms, floor ${Math.round(median(bare!))} ms, ratio ${(median(ours!) / median(bare!)).toFixed(2)}\n`);
} finally {
  ecs.destroy();
  scaling.destroy();
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
}
