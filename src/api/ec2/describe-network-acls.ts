// DescribeNetworkAcls: every VPC has its default network ACL, which allows everything, and no other yet.
import { subnets, vpcs, type Vpc } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type Fields } from './filters.ts';
import { findVpcOfPart } from './find.ts';
import { listRows } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeNetworkAclsRequest, DescribeNetworkAclsResult } from './shapes.ts';
import { aclAssociationId, tagsOfPart, viewDefaultNetworkAcl } from './view-vpc.ts';

function filters(subnetIds: (vpc: Vpc) => string[]): Fields<Vpc> {
  const entries = (of: (entry: { cidr: string; egress: boolean; action: string; number: number }) => string | boolean | number) => () =>
    [true, false].flatMap((egress) => [
      of({ cidr: '0.0.0.0/0', egress, action: 'allow', number: 100 }),
      of({ cidr: '0.0.0.0/0', egress, action: 'deny', number: 32767 }),
    ]);
  return {
    'association.association-id': (vpc) => subnetIds(vpc).map(aclAssociationId),
    'association.network-acl-id': (vpc) => vpc.networkAclId,
    'association.subnet-id': subnetIds,
    default: () => true,
    'entry.cidr': entries((entry) => entry.cidr),
    'entry.egress': entries((entry) => entry.egress),
    'entry.protocol': () => '-1',
    'entry.rule-action': entries((entry) => entry.action),
    'entry.rule-number': entries((entry) => entry.number),
    'network-acl-id': (vpc) => vpc.networkAclId,
    'owner-id': (vpc) => vpc.account,
    'vpc-id': (vpc) => vpc.id,
  };
}

export function describeNetworkAcls(input: DescribeNetworkAclsRequest, ctx: ApiContext): DescribeNetworkAclsResult {
  return look(ctx, input, (reader) => {
    const subnetIds = (vpc: Vpc): string[] => subnetIdsOf(reader, vpc);
    const where = parseFilters(input.Filters, filters(subnetIds), (vpc) => tagsOfPart(vpc, vpc.networkAclId));
    const find = (id: string): Vpc | undefined => (id.startsWith('acl-') ? findVpcOfPart(reader, ctx, id) : undefined);
    const only = { kind: 'network-acl', ids: input.NetworkAclIds, find } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeNetworkAcls', input, table: vpcs, where, only });
    return { NetworkAcls: rows.map((vpc) => viewDefaultNetworkAcl(vpc, subnetIds(vpc))), ...next };
  });
}

function subnetIdsOf(reader: Reader, vpc: Vpc): string[] {
  return Array.from(reader.by(subnets, 'vpc', vpc.id), (subnet) => subnet.id);
}
