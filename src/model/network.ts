// The virtual network: VPCs, subnets, security groups and network interfaces, as EC2 names them.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

interface Owned {
  readonly account: string;
  readonly region: string;
  readonly tags: readonly Tag[];
}

export interface Vpc extends Owned {
  /** `vpc-` + 17 hex */
  readonly id: string;
  /** `172.31.0.0/16` */
  readonly cidrBlock: string;
  readonly isDefault: boolean;
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  readonly instanceTenancy: 'default' | 'dedicated';
  readonly mainRouteTableId: string;
  readonly internetGatewayId?: string;
  readonly networkAclId: string;
  readonly dhcpOptionsId: string;
  readonly enableNetworkAddressUsageMetrics?: boolean;
  /** Tags of what comes with the VPC and has no row of its own, by its id: main route table, internet gateway, network ACL, DHCP options. */
  readonly partTags?: Readonly<Record<string, readonly Tag[]>>;
}

export interface Subnet extends Owned {
  readonly id: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  /** `us-east-1a` */
  readonly availabilityZone: string;
  /** `use1-az1` */
  readonly availabilityZoneId: string;
  readonly defaultForAz: boolean;
  readonly mapPublicIpOnLaunch: boolean;
}

export interface SecurityGroupRule {
  /** `sgr-` + 17 hex */
  readonly id: string;
  readonly direction: 'ingress' | 'egress';
  /** `tcp`, `udp`, `icmp`, `-1` (all) or a number as text. */
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly referencedGroupId?: string;
  readonly description?: string;
  readonly tags?: readonly Tag[];
}

export interface SecurityGroup extends Owned {
  readonly id: string;
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly rules: readonly SecurityGroupRule[];
}

export interface NetworkInterface extends Owned {
  /** `eni-` + 17 hex */
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly privateIpAddress: string;
  readonly macAddress: string;
  readonly securityGroupIds: readonly string[];
  readonly description: string;
  readonly status: 'available' | 'in-use';
  /** `attachment` ARN of ECS, as the EC2 API shows it in the description; the task that uses it. */
  readonly taskArn?: string;
  /** Underlay address of the host whose own address in the VPC this is: an interface of the platform, which the API does not show. */
  readonly hostAddress?: string;
  /** The EC2 instance whose primary interface it is. */
  readonly instanceId?: string;
  readonly createdAt: number;
}

/** The VXLAN identifier of a VPC that spans hosts. Written by control/network, once. */
export interface VpcOverlay {
  readonly vpcId: string;
  /** 1 … 2^24-1, at most one VPC each. */
  readonly vni: number;
}

/** An account and region that has been used: it got its default VPC then, and does not get another by itself. */
export interface NetworkScope {
  /** `<account>/<region>` */
  readonly id: string;
}

const scope = (row: Owned): string => `${row.account}/${row.region}`;

export const vpcs = table<Vpc>('vpcs', (v) => v.id, {
  scope,
  /** `<account>/<region>` of the default VPC only. */
  default: (v) => (v.isDefault ? scope(v) : undefined),
  /** All default VPCs, to give each its own CIDR: hosts bridge all of them, so they must not overlap. */
  allDefault: (v) => (v.isDefault ? 'default' : undefined),
  /** Ids of what comes with the VPC. */
  part: (v) => [v.mainRouteTableId, v.networkAclId, v.dhcpOptionsId, ...(v.internetGatewayId === undefined ? [] : [v.internetGatewayId])],
});
export const subnets = table<Subnet>('subnets', (s) => s.id, { scope, vpc: (s) => s.vpcId });
export const securityGroups = table<SecurityGroup>('security_groups', (g) => g.id, {
  scope,
  vpc: (g) => g.vpcId,
  /** `<vpcId>/<name>`: at most one. */
  name: (g) => `${g.vpcId}/${g.name}`,
  rule: (g) => g.rules.map((rule) => rule.id),
  /** Other groups that its rules refer to. */
  references: (g) => g.rules.flatMap((rule) => (rule.referencedGroupId === undefined || rule.referencedGroupId === g.id ? [] : [rule.referencedGroupId])),
});
export const networkInterfaces = table<NetworkInterface>('network_interfaces', (n) => n.id, {
  scope,
  subnet: (n) => n.subnetId,
  group: (n) => n.securityGroupIds,
  /** `<vpcId>/<ip>`: at most one. */
  address: (n) => `${n.vpcId}/${n.privateIpAddress}`,
  /** Those of hosts, by VPC. */
  hosts: (n) => (n.hostAddress === undefined ? undefined : n.vpcId),
});
export const vpcOverlays = table<VpcOverlay>('vpc_overlays', (o) => o.vpcId, { vni: (o) => String(o.vni) });
export const networkScopes = table<NetworkScope>('network_scopes', (s) => s.id);
