// What hosts are told of a VPC's rows: interfaces where they are, groups as far as they concern IPv4. Pure.
import type { NetworkEntry, NetworkRule } from '#link/messages.ts';
import type { NetworkInterface, SecurityGroup } from '#model/network.ts';
import { hostMacAddress } from './vpc-state.ts';

/** @param host underlay address of the host the interface's task is on */
export function renderTaskInterface(row: NetworkInterface, host: string): NetworkEntry {
  return { kind: 'interface', id: row.id, address: row.privateIpAddress, macAddress: row.macAddress, host, groupIds: row.securityGroupIds };
}

/** A load balancer's: its address is one of the bridge of the host it runs on, and so is the MAC address. */
export function renderBalancerInterface(row: NetworkInterface, host: string): NetworkEntry {
  return { ...renderTaskInterface(row, host), macAddress: hostMacAddress(host), balancer: true } as NetworkEntry;
}

export function renderGroup(group: SecurityGroup): NetworkEntry {
  const rules = group.rules.flatMap(({ direction, protocol, fromPort, toPort, cidrIpv4, referencedGroupId }): NetworkRule[] => {
    if (cidrIpv4 === undefined && referencedGroupId === undefined) return [];
    return [{
      direction, protocol,
      ...(fromPort !== undefined && { fromPort }),
      ...(toPort !== undefined && { toPort }),
      ...(cidrIpv4 !== undefined ? { cidr: cidrIpv4 } : { groupId: referencedGroupId! }),
    }];
  });
  return { kind: 'group', id: group.id, rules };
}

export function renderHost(host: string, address: string | undefined): NetworkEntry {
  return { kind: 'host', id: hostEntryId(host), host, ...(address !== undefined && { address }) };
}

export function hostEntryId(host: string): string {
  return `host|${host}`;
}

const VNI_SPACE = 2 ** 24 - 1;

/** A VXLAN identifier for a VPC: the same for the same id unless another has it, so that platforms on one underlay seldom meet. */
export function chooseVni(vpcId: string, isTaken: (vni: number) => boolean): number {
  let hash = 0x811c9dc5;
  for (const char of vpcId) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  for (let offset = 0; ; offset++) {
    const vni = 1 + ((hash + offset) % VNI_SPACE);
    if (!isTaken(vni)) return vni;
  }
}
