// Network interfaces: which address of a subnet is next, and what follows from it.
import type { NetworkInterface, Subnet } from '#model/network.ts';
import { parseCidr, renderIpv4 } from './cidr.ts';

/** Addresses that AWS keeps in every subnet: the first four and the last. */
const RESERVED_LOW = 4;
const RESERVED_HIGH = 1;

/** How many addresses a subnet can give out at all. */
export function usableAddresses(subnetCidr: string): number {
  return Math.max(0, (parseCidr(subnetCidr)?.size ?? 0) - RESERVED_LOW - RESERVED_HIGH);
}

/**
 * A free address of the subnet, or undefined when none is left.
 * @param start where to begin looking, in [0, 1): spreads addresses so that a used one is rarely probed
 */
export function chooseAddress(subnetCidr: string, isTaken: (address: string) => boolean, start: number): string | undefined {
  const cidr = parseCidr(subnetCidr);
  const usable = usableAddresses(subnetCidr);
  if (!cidr || usable === 0) return undefined;
  const first = Math.floor(start * usable);
  for (let i = 0; i < usable; i++) {
    const address = renderIpv4(cidr.base + RESERVED_LOW + ((first + i) % usable));
    if (!isTaken(address)) return address;
  }
  return undefined;
}

/** A locally administered MAC address that follows from the private address, so that it is unique where the address is. */
export function macAddressOf(privateIpAddress: string): string {
  const octets = privateIpAddress.split('.').map((o) => Number(o).toString(16).padStart(2, '0'));
  return `02:42:${octets.join(':')}`;
}

/** `ip-172-31-0-5.ec2.internal` (us-east-1) or `ip-172-31-0-5.<region>.compute.internal`. */
export function privateDnsName(privateIpAddress: string, region: string): string {
  const host = `ip-${privateIpAddress.replaceAll('.', '-')}`;
  return region === 'us-east-1' ? `${host}.ec2.internal` : `${host}.${region}.compute.internal`;
}

/** The row of a network interface in `subnet` with the address chosen for it. */
export function planInterface(
  subnet: Subnet,
  input: { id: string; address: string; securityGroupIds: readonly string[]; description: string; taskArn?: string; now: number },
): NetworkInterface {
  return {
    id: input.id,
    account: subnet.account,
    region: subnet.region,
    tags: [],
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    availabilityZone: subnet.availabilityZone,
    privateIpAddress: input.address,
    macAddress: macAddressOf(input.address),
    securityGroupIds: input.securityGroupIds,
    description: input.description,
    status: input.taskArn ? 'in-use' : 'available',
    createdAt: input.now,
    ...(input.taskArn ? { taskArn: input.taskArn } : {}),
  };
}
