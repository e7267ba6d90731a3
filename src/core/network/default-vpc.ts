// The default VPC that every account and region has: what it consists of, and which block it gets.
//
// AWS gives every default VPC 172.31.0.0/16. Here a host bridges the VPCs of all accounts at once, so no two may
// overlap: the first gets 172.31.0.0/16, each further one the next free /16 of 100.64.0.0/10.
import type { SecurityGroup, Subnet, Vpc } from '#model/network.ts';
import { type Cidr, overlaps, parseCidr, renderCidr, renderIpv4 } from './cidr.ts';
import { zonesOf } from './zones.ts';

export interface DefaultVpc {
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly securityGroup: SecurityGroup;
}

const FIRST_DEFAULT = '172.31.0.0/16';
const SHARED_SPACE_BASE = 100 * 2 ** 24 + 64 * 2 ** 16;
const SHARED_SPACE_BLOCKS = 64;
const SUBNET_PREFIX = 20;

/** The block of the next default VPC, or undefined when all 65 are taken. `taken`: blocks of the default VPCs that exist. */
export function chooseDefaultCidr(taken: readonly string[]): string | undefined {
  const used = taken.map(parseCidr).filter((c) => c !== undefined);
  const free = (candidate: Cidr): boolean => !used.some((c) => overlaps(c, candidate));
  const first = parseCidr(FIRST_DEFAULT);
  if (first && free(first)) return FIRST_DEFAULT;
  for (let i = 0; i < SHARED_SPACE_BLOCKS; i++) {
    const candidate = { base: SHARED_SPACE_BASE + i * 2 ** 16, prefix: 16, size: 2 ** 16 };
    if (free(candidate)) return renderCidr(candidate);
  }
  return undefined;
}

/**
 * A default VPC with one /20 subnet a zone and its default security group (all traffic among its members in, everything out).
 * @param newId gives a fresh id for a prefix: `vpc`, `subnet`, `sg`…
 */
export function planDefaultVpc(account: string, region: string, cidrBlock: string, newId: (prefix: string) => string): DefaultVpc {
  const vpc: Vpc = {
    id: newId('vpc'),
    account,
    region,
    tags: [],
    cidrBlock,
    isDefault: true,
    enableDnsSupport: true,
    enableDnsHostnames: true,
    instanceTenancy: 'default',
    mainRouteTableId: newId('rtb'),
    internetGatewayId: newId('igw'),
    networkAclId: newId('acl'),
    dhcpOptionsId: newId('dopt'),
  };
  const base = parseCidr(cidrBlock)?.base ?? 0;
  const subnets = zonesOf(region).map((zone, i): Subnet => ({
    id: newId('subnet'),
    account,
    region,
    tags: [],
    vpcId: vpc.id,
    cidrBlock: `${renderIpv4(base + i * 2 ** (32 - SUBNET_PREFIX))}/${SUBNET_PREFIX}`,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    defaultForAz: true,
    mapPublicIpOnLaunch: true,
  }));
  return { vpc, subnets, securityGroup: planDefaultSecurityGroup(vpc, newId) };
}

/** The `default` security group that comes with every VPC. */
export function planDefaultSecurityGroup(vpc: Vpc, newId: (prefix: string) => string): SecurityGroup {
  const id = newId('sg');
  return {
    id,
    account: vpc.account,
    region: vpc.region,
    tags: [],
    vpcId: vpc.id,
    name: 'default',
    description: 'default VPC security group',
    rules: [
      { id: newId('sgr'), direction: 'ingress', protocol: '-1', referencedGroupId: id },
      { id: newId('sgr'), direction: 'egress', protocol: '-1', cidrIpv4: '0.0.0.0/0' },
    ],
  };
}
