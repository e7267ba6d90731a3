// DescribeSubnets.
import { subnets, type Subnet } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type Fields } from './filters.ts';
import { listRows } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeSubnetsRequest, DescribeSubnetsResult } from './shapes.ts';
import { availableAddresses, subnetArn, viewSubnet } from './view-subnet.ts';

// The names without hyphens are older; AWS takes both.
function filters(reader: Reader): Fields<Subnet> {
  return {
    'availability-zone': (subnet) => subnet.availabilityZone,
    availabilityZone: (subnet) => subnet.availabilityZone,
    'availability-zone-id': (subnet) => subnet.availabilityZoneId,
    availabilityZoneId: (subnet) => subnet.availabilityZoneId,
    'available-ip-address-count': (subnet) => availableAddresses(reader, subnet),
    'cidr-block': (subnet) => subnet.cidrBlock,
    cidr: (subnet) => subnet.cidrBlock,
    cidrBlock: (subnet) => subnet.cidrBlock,
    'customer-owned-ipv4-pool': () => undefined,
    'default-for-az': (subnet) => subnet.defaultForAz,
    defaultForAz: (subnet) => subnet.defaultForAz,
    'enable-dns64': () => false,
    'ipv6-cidr-block-association.association-id': () => undefined,
    'ipv6-cidr-block-association.ipv6-cidr-block': () => undefined,
    'ipv6-cidr-block-association.state': () => undefined,
    'ipv6-native': () => false,
    'map-customer-owned-ip-on-launch': () => false,
    'map-public-ip-on-launch': (subnet) => subnet.mapPublicIpOnLaunch,
    'outpost-arn': () => undefined,
    'owner-id': (subnet) => subnet.account,
    'private-dns-name-options-on-launch.hostname-type': () => 'ip-name',
    state: () => 'available',
    'subnet-arn': subnetArn,
    'subnet-id': (subnet) => subnet.id,
    'vpc-id': (subnet) => subnet.vpcId,
  };
}

export function describeSubnets(input: DescribeSubnetsRequest, ctx: ApiContext): DescribeSubnetsResult {
  return look(ctx, input, (reader) => {
    const where = parseFilters(input.Filters, filters(reader), (subnet) => subnet.tags);
    const only = { kind: 'subnet', ids: input.SubnetIds } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeSubnets', input, table: subnets, where, only });
    return { Subnets: rows.map((subnet) => viewSubnet(reader, subnet)), ...next };
  });
}
