// DescribeRouteTables: every VPC has its main route table and no other yet.
import { vpcs, type Vpc } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type Fields } from './filters.ts';
import { findVpcOfPart } from './find.ts';
import { listRows } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeRouteTablesRequest, DescribeRouteTablesResult, RouteTable } from './shapes.ts';
import { tagsOfPart, viewMainRouteTable } from './view-vpc.ts';

const routes = (of: (route: NonNullable<RouteTable['Routes']>[number]) => string | undefined) => (vpc: Vpc) => (viewMainRouteTable(vpc).Routes ?? []).map(of);
const associations = (of: (association: NonNullable<RouteTable['Associations']>[number]) => string | boolean | undefined) => (vpc: Vpc) =>
  (viewMainRouteTable(vpc).Associations ?? []).map(of);

const FILTERS: Fields<Vpc> = {
  'association.gateway-id': () => undefined,
  'association.main': associations((association) => association.Main),
  'association.route-table-association-id': associations((association) => association.RouteTableAssociationId),
  'association.route-table-id': associations((association) => association.RouteTableId),
  // Subnets follow the main table without an association of their own.
  'association.subnet-id': () => undefined,
  'owner-id': (vpc) => vpc.account,
  'route-table-id': (vpc) => vpc.mainRouteTableId,
  'route.destination-cidr-block': routes((route) => route.DestinationCidrBlock),
  'route.destination-ipv6-cidr-block': () => undefined,
  'route.destination-prefix-list-id': () => undefined,
  'route.egress-only-internet-gateway-id': () => undefined,
  'route.gateway-id': routes((route) => route.GatewayId),
  'route.instance-id': () => undefined,
  'route.nat-gateway-id': () => undefined,
  'route.transit-gateway-id': () => undefined,
  'route.origin': routes((route) => route.Origin),
  'route.state': routes((route) => route.State),
  'route.vpc-peering-connection-id': () => undefined,
  'vpc-id': (vpc) => vpc.id,
};

export function describeRouteTables(input: DescribeRouteTablesRequest, ctx: ApiContext): DescribeRouteTablesResult {
  const where = parseFilters(input.Filters, FILTERS, (vpc) => tagsOfPart(vpc, vpc.mainRouteTableId));
  return look(ctx, input, (reader) => {
    const find = (id: string): Vpc | undefined => (id.startsWith('rtb-') ? findVpcOfPart(reader, ctx, id) : undefined);
    const only = { kind: 'route-table', ids: input.RouteTableIds, find } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeRouteTables', input, table: vpcs, where, only });
    return { RouteTables: rows.map(viewMainRouteTable), ...next };
  });
}
