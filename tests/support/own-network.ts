// Keeps test platforms apart that share one Docker Engine. The first account and region of every platform has 172.31.0.0/16
// as its default VPC, which a platform of the user's, or of another test, may be using already; each region used
// after it gets the next /16 of 100.64.0.0/10. So: use other regions first, until the next block is a free one.
import { spawnSync } from 'node:child_process';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { keeperName } from '#agent/docker/network-keeper.ts';
import { vpcBridgeName, vpcTunnelName } from '#agent/spec/network.ts';
import { renderRemoval } from '#core/network/render-nft.ts';
import { docker } from './docker.ts';
import type { SdkConfig } from './platform.ts';

const OTHER_REGIONS = [
  'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'sa-east-1', 'eu-west-1', 'eu-west-2', 'eu-west-3',
  'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'ap-south-1', 'ap-south-2', 'ap-east-1',
  'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-2', 'af-south-1', 'me-south-1',
] as const;

/** Makes the default VPC of the platform's own region one that no Docker network overlaps. To be called before anything else. */
export async function claimOwnNetwork(sdk: SdkConfig): Promise<void> {
  const taken = new Set(subnetsOfDocker().map((subnet) => subnet.split('.').slice(0, 2).join('.')));
  const choices = OTHER_REGIONS.map((_, index) => index).filter((index) => !taken.has(`100.${64 + index}`));
  // At random, so that two platforms that start at the same moment hardly ever choose the same.
  const chosen = choices[Math.floor(Math.random() * choices.length)] ?? 0;
  for (const region of [...OTHER_REGIONS.slice(0, chosen + 1), sdk.region]) {
    const ec2 = new EC2Client({ ...sdk, region });
    await ec2.send(new DescribeVpcsCommand({}));
    ec2.destroy();
  }
}

/** Ids of the VPCs in the platform's own region; none when it does not answer: this is clean-up. */
export async function vpcsOf(sdk: SdkConfig): Promise<string[]> {
  const ec2 = new EC2Client(sdk);
  const answer = await ec2.send(new DescribeVpcsCommand({})).catch(() => undefined);
  ec2.destroy();
  return (answer?.Vpcs ?? []).map((vpc) => vpc.VpcId!);
}

/** Removes the Docker networks of these VPCs, as far as no container is left in them, and what agents made for them beside. */
export function removeNetworksOf(vpcIds: readonly string[]): void {
  for (const id of vpcIds) {
    removeNamespacesOf('ip', 'link', 'show', 'master', vpcBridgeName(id));
    // The tunnel is a port of the bridge: it goes first. What is not there is no harm.
    spawnSync('ip', ['link', 'del', vpcTunnelName(id)], { stdio: 'ignore' });
    spawnSync('nft', ['-f', '-'], { input: `${renderRemoval(vpcBridgeName(id)).join('\n')}\n`, stdio: ['pipe', 'ignore', 'ignore'] });
    for (const network of docker('network', 'ls', '-q', '--filter', `label=longshore.vpc=${id}`).split('\n').filter(Boolean)) {
      removeVpcNetwork(network);
    }
  }
}

/**
 * Removes the network namespaces of tasks whose agent was killed, or whose whole host is thrown away.
 * @param show prints their interfaces as `ip link show` does
 */
export function removeNamespacesOf(...show: readonly [string, ...string[]]): void {
  const links = spawnSync(show[0], show.slice(1), { encoding: 'utf8' }).stdout;
  for (const [, namespace = ''] of links.matchAll(/alias (ls-\S+)/g)) spawnSync('ip', ['netns', 'del', namespace], { stdio: 'ignore' });
}

/** With its keeper. Where it is in use, what uses it is what the test should have ended. */
export function removeVpcNetwork(network: string): void {
  const name = spawnSync('docker', ['network', 'inspect', '-f', '{{.Name}}', network], { encoding: 'utf8' }).stdout.trim();
  spawnSync('docker', ['rm', '-f', keeperName(name)], { stdio: 'ignore' });
  spawnSync('docker', ['network', 'rm', network], { stdio: 'ignore' });
}

function subnetsOfDocker(): string[] {
  const networks = docker('network', 'ls', '-q', '--filter', 'driver=bridge').split('\n').filter(Boolean);
  // One at a time: a network that goes away in between is no harm.
  return networks.flatMap((network) => {
    try {
      return docker('network', 'inspect', '-f', '{{range .IPAM.Config}}{{.Subnet}} {{end}}', network).split(' ').filter(Boolean);
    } catch {
      return [];
    }
  });
}
