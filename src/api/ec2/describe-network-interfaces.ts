// DescribeNetworkInterfaces: those of tasks and load balancers. The addresses that hosts have in a VPC are the platform's own, and not shown.
import { privateDnsName } from '#core/network/network-interface.ts';
import { networkInterfaces, securityGroups, subnets, type NetworkInterface } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type FieldValue, type Fields } from './filters.ts';
import { listRows } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult } from './shapes.ts';
import { attachmentId, viewNetworkInterface } from './view-network-interface.ts';

function filters(reader: Reader): Fields<NetworkInterface> {
  const dnsName = (eni: NetworkInterface): string => privateDnsName(eni.privateIpAddress, eni.region);
  const attached = (value: (eni: NetworkInterface) => FieldValue) => (eni: NetworkInterface) => (eni.status === 'in-use' ? value(eni) : undefined);
  return {
    'addresses.primary': () => true,
    'addresses.private-ip-address': (eni) => eni.privateIpAddress,
    'addresses.association.owner-id': () => undefined,
    'addresses.association.public-ip': () => undefined,
    'association.allocation-id': () => undefined,
    'association.association-id': () => undefined,
    'association.ip-owner-id': () => undefined,
    'association.public-dns-name': () => undefined,
    'association.public-ip': () => undefined,
    'attachment.attach-time': attached((eni) => new Date(eni.createdAt).toISOString()),
    'attachment.attachment-id': attached(attachmentId),
    'attachment.delete-on-termination': attached(() => true),
    'attachment.device-index': attached((eni) => (eni.instanceId === undefined ? 1 : 0)),
    'attachment.instance-id': (eni) => eni.instanceId,
    'attachment.instance-owner-id': attached((eni) => eni.account),
    'attachment.status': attached(() => 'attached'),
    'availability-zone': (eni) => eni.availabilityZone,
    'availability-zone-id': (eni) => reader.get(subnets, eni.subnetId)?.availabilityZoneId,
    description: (eni) => eni.description,
    'group-id': (eni) => eni.securityGroupIds,
    'group-name': (eni) => eni.securityGroupIds.map((id) => reader.get(securityGroups, id)?.name),
    'interface-type': () => 'interface',
    'ipv6-addresses.ipv6-address': () => undefined,
    'mac-address': (eni) => eni.macAddress,
    'network-interface-id': (eni) => eni.id,
    'operator.managed': () => false,
    'operator.principal': () => undefined,
    'owner-id': (eni) => eni.account,
    'private-dns-name': dnsName,
    'private-ip-address': (eni) => eni.privateIpAddress,
    'requester-id': (eni) => (eni.taskArn === undefined ? undefined : eni.account),
    'requester-managed': (eni) => eni.taskArn !== undefined,
    'source-dest-check': () => true,
    status: (eni) => eni.status,
    'subnet-id': (eni) => eni.subnetId,
    'vpc-id': (eni) => eni.vpcId,
  };
}

export function describeNetworkInterfaces(input: DescribeNetworkInterfacesRequest, ctx: ApiContext): DescribeNetworkInterfacesResult {
  return look(ctx, input, (reader) => {
    const matches = parseFilters(input.Filters, filters(reader), (eni) => eni.tags);
    const where = (eni: NetworkInterface): boolean => eni.hostAddress === undefined && matches(eni);
    const only = { kind: 'network-interface', ids: input.NetworkInterfaceIds } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeNetworkInterfaces', input, table: networkInterfaces, where, only });
    return { NetworkInterfaces: rows.map((eni) => viewNetworkInterface(reader, eni)), ...next };
  });
}
