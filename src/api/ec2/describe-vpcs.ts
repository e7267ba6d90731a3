// DescribeVpcs.
import { vpcs, type Vpc } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type Fields } from './filters.ts';
import { listRows } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeVpcsRequest, DescribeVpcsResult } from './shapes.ts';
import { associationId, viewVpc } from './view-vpc.ts';

const FILTERS: Fields<Vpc> = {
  cidr: (vpc) => vpc.cidrBlock,
  'cidr-block': (vpc) => vpc.cidrBlock,
  cidrBlock: (vpc) => vpc.cidrBlock,
  'cidr-block-association.association-id': associationId,
  'cidr-block-association.cidr-block': (vpc) => vpc.cidrBlock,
  'cidr-block-association.state': () => 'associated',
  'dhcp-options-id': (vpc) => vpc.dhcpOptionsId,
  dhcpOptionsId: (vpc) => vpc.dhcpOptionsId,
  'ipv6-cidr-block-association.association-id': () => undefined,
  'ipv6-cidr-block-association.ipv6-cidr-block': () => undefined,
  'ipv6-cidr-block-association.ipv6-pool': () => undefined,
  'ipv6-cidr-block-association.state': () => undefined,
  'is-default': (vpc) => vpc.isDefault,
  isDefault: (vpc) => vpc.isDefault,
  'owner-id': (vpc) => vpc.account,
  state: () => 'available',
  'vpc-id': (vpc) => vpc.id,
};

export function describeVpcs(input: DescribeVpcsRequest, ctx: ApiContext): DescribeVpcsResult {
  const where = parseFilters(input.Filters, FILTERS, (vpc) => vpc.tags);
  return look(ctx, input, (reader) => {
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeVpcs', input, table: vpcs, where, only: { kind: 'vpc', ids: input.VpcIds } });
    return { Vpcs: rows.map(viewVpc), ...next };
  });
}
