// VPCs, and what comes with each of them, as EC2 shows them. A VPC's main route table, internet gateway, network ACL and DHCP
// options are facts about the VPC here, not resources of their own: they are shown as AWS shows them.
import type { Vpc as VpcRow } from '#model/network.ts';
import type { Tag } from '#model/tag.ts';
import type { InternetGateway, NetworkAcl, RouteTable, Vpc } from './shapes.ts';
import { viewTags } from './tags.ts';

/** Number of the network ACL rule that denies what no other allowed. */
const LAST_RULE = 32767;

export function viewVpc(vpc: VpcRow): Vpc {
  return {
    OwnerId: vpc.account,
    InstanceTenancy: vpc.instanceTenancy,
    CidrBlockAssociationSet: [{ AssociationId: associationId(vpc), CidrBlock: vpc.cidrBlock, CidrBlockState: { State: 'associated' } }],
    IsDefault: vpc.isDefault,
    Tags: viewTags(vpc.tags),
    VpcId: vpc.id,
    State: 'available',
    CidrBlock: vpc.cidrBlock,
    DhcpOptionsId: vpc.dhcpOptionsId,
  };
}

export function viewMainRouteTable(vpc: VpcRow): RouteTable {
  const id = vpc.mainRouteTableId;
  const local = { DestinationCidrBlock: vpc.cidrBlock, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' } as const;
  const gateway = vpc.internetGatewayId === undefined ? [] : [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: vpc.internetGatewayId, Origin: 'CreateRoute', State: 'active' } as const];
  return {
    Associations: [{ Main: true, RouteTableAssociationId: mainAssociationId(vpc), RouteTableId: id, AssociationState: { State: 'associated' } }],
    PropagatingVgws: [],
    RouteTableId: id,
    Routes: [local, ...gateway],
    Tags: viewTags(tagsOfPart(vpc, id)),
    VpcId: vpc.id,
    OwnerId: vpc.account,
  };
}

/** Only for a VPC that has one. */
export function viewInternetGateway(vpc: VpcRow): InternetGateway {
  const id = vpc.internetGatewayId as string;
  return {
    // AWS says `available` here, not `attached` as the model's enumeration has it.
    Attachments: [{ State: 'available' as 'attached', VpcId: vpc.id }],
    InternetGatewayId: id,
    OwnerId: vpc.account,
    Tags: viewTags(tagsOfPart(vpc, id)),
  };
}

export function viewDefaultNetworkAcl(vpc: VpcRow, subnetIds: readonly string[]): NetworkAcl {
  const id = vpc.networkAclId;
  const entries = [true, false].flatMap((Egress) => [
    { CidrBlock: '0.0.0.0/0', Egress, Protocol: '-1', RuleAction: 'allow' as const, RuleNumber: 100 },
    { CidrBlock: '0.0.0.0/0', Egress, Protocol: '-1', RuleAction: 'deny' as const, RuleNumber: LAST_RULE },
  ]);
  return {
    Associations: subnetIds.map((SubnetId) => ({ NetworkAclAssociationId: aclAssociationId(SubnetId), NetworkAclId: id, SubnetId })),
    Entries: entries,
    IsDefault: true,
    NetworkAclId: id,
    Tags: viewTags(tagsOfPart(vpc, id)),
    VpcId: vpc.id,
    OwnerId: vpc.account,
  };
}

export function tagsOfPart(vpc: VpcRow, partId: string): readonly Tag[] {
  return vpc.partTags?.[partId] ?? [];
}

// Associations have no row: their ids follow from what they associate.
export function associationId(vpc: VpcRow): string {
  return vpc.id.replace('vpc-', 'vpc-cidr-assoc-');
}

export function mainAssociationId(vpc: VpcRow): string {
  return vpc.mainRouteTableId.replace('rtb-', 'rtbassoc-');
}

export function aclAssociationId(subnetId: string): string {
  return subnetId.replace('subnet-', 'aclassoc-');
}
