// An awsvpc task's place in its VPC: one bridge per VPC on this host, and the interface's own address and MAC.
import { createHash } from 'node:crypto';
import { firstAddress } from '#core/network/cidr.ts';
import type { PayloadElasticNetworkInterface, PayloadTask } from '#link/messages.ts';
import type { ContainerSpec, NetworkSpec } from '../runtime.ts';
import { LABELS } from './names.ts';

/** The interface an awsvpc task must come with. */
export function taskInterface(task: PayloadTask): PayloadElasticNetworkInterface | undefined {
  return task.networkMode === 'awsvpc' ? task.elasticNetworkInterfaces?.[0] : undefined;
}

/** The VPC's bridge on this host. Its first address is the gateway, as in AWS where it is the router's. */
export function vpcNetwork(eni: Pick<PayloadElasticNetworkInterface, 'vpcId' | 'vpcCidrBlock'>): NetworkSpec {
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

/** The VXLAN device that joins the VPC's bridges of several hosts. */
export function vpcTunnelName(vpcId: string): string {
  return tunnelOfBridge(vpcBridgeName(vpcId));
}

export function tunnelOfBridge(bridge: string): string {
  return bridge.replace(/^ls-/, 'lx-');
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
