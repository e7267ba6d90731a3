// An awsvpc task's place in its VPC: one bridge per VPC on this host, and the interface's own address and MAC.
import { createHash } from 'node:crypto';
import type { PayloadElasticNetworkInterface, PayloadTask } from '#link/messages.ts';
import type { ContainerSpec, NetworkSpec } from '../runtime.ts';
import { LABELS } from './names.ts';

/** The interface an awsvpc task must come with. */
export function taskInterface(task: PayloadTask): PayloadElasticNetworkInterface | undefined {
  return task.networkMode === 'awsvpc' ? task.elasticNetworkInterfaces?.[0] : undefined;
}

/** The VPC's bridge on this host. Its first address is the gateway, as in AWS where it is the router's. */
export function vpcNetwork(eni: PayloadElasticNetworkInterface): NetworkSpec {
  return {
    name: vpcNetworkName(eni.vpcId),
    bridgeName: vpcBridgeName(eni.vpcId),
    cidr: eni.vpcCidrBlock,
    gateway: firstAddress(eni.vpcCidrBlock),
    labels: { [LABELS.networkOf]: 'vpc', [LABELS.vpc]: eni.vpcId },
  };
}

export function vpcNetworkName(vpcId: string): string {
  return `longshore-${vpcId}`;
}

/** Stable, and short enough for a Linux interface (15 characters). */
export function vpcBridgeName(vpcId: string): string {
  return `ls-${createHash('sha256').update(vpcId).digest('hex').slice(0, 11)}`;
}

/** Address and MAC for whoever holds the task's network namespace; a text says why it cannot be. */
export function taskEndpoint(task: PayloadTask): NonNullable<ContainerSpec['endpoint']> | string {
  const eni = taskInterface(task);
  if (eni === undefined) return 'no network interface was given for the task';
  const address = (eni.ipv4Addresses.find((a) => a.primary) ?? eni.ipv4Addresses[0])?.privateAddress;
  if (address === undefined) return `network interface ${eni.ec2Id} has no IPv4 address`;
  return { network: vpcNetworkName(eni.vpcId), ipv4Address: address, macAddress: eni.macAddress };
}

/** `ip-172-31-0-10`, or what the interface's DNS name starts with. */
export function taskHostname(eni: PayloadElasticNetworkInterface): string | undefined {
  if (eni.privateDnsName !== undefined && eni.privateDnsName !== '') return eni.privateDnsName;
  const address = eni.ipv4Addresses[0]?.privateAddress;
  return address === undefined ? undefined : `ip-${address.replaceAll('.', '-')}.ec2.internal`;
}

/** `172.31.0.0/16` → `172.31.0.1`. */
export function firstAddress(cidr: string): string {
  const [base = '', bits = '32'] = cidr.split('/');
  const number = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(number / size) * size + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}
