// DescribeInternetGateways: those of the default VPCs.
import { vpcs, type Vpc } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type Fields } from './filters.ts';
import { findVpcOfPart } from './find.ts';
import { listRows } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeInternetGatewaysRequest, DescribeInternetGatewaysResult } from './shapes.ts';
import { tagsOfPart, viewInternetGateway } from './view-vpc.ts';

const FILTERS: Fields<Vpc> = {
  'attachment.state': () => 'available',
  'attachment.vpc-id': (vpc) => vpc.id,
  'internet-gateway-id': (vpc) => vpc.internetGatewayId,
  'owner-id': (vpc) => vpc.account,
};

export function describeInternetGateways(input: DescribeInternetGatewaysRequest, ctx: ApiContext): DescribeInternetGatewaysResult {
  const passes = parseFilters(input.Filters, FILTERS, (vpc) => tagsOfPart(vpc, vpc.internetGatewayId ?? ''));
  const where = (vpc: Vpc): boolean => vpc.internetGatewayId !== undefined && passes(vpc);
  return look(ctx, input, (reader) => {
    const find = (id: string): Vpc | undefined => (id.startsWith('igw-') ? findVpcOfPart(reader, ctx, id) : undefined);
    const only = { kind: 'internet-gateway', ids: input.InternetGatewayIds, find } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeInternetGateways', input, table: vpcs, where, only });
    return { InternetGateways: rows.map(viewInternetGateway), ...next };
  });
}
