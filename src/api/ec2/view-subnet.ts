// Subnets as EC2 shows them.
import { arn } from '#model/arn.ts';
import { usableAddresses } from '#core/network/network-interface.ts';
import { networkInterfaces, type Subnet as SubnetRow } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { Subnet } from './shapes.ts';
import { viewTags } from './tags.ts';

export function viewSubnet(reader: Reader, subnet: SubnetRow): Subnet {
  return {
    AvailabilityZoneId: subnet.availabilityZoneId,
    MapCustomerOwnedIpOnLaunch: false,
    OwnerId: subnet.account,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Tags: viewTags(subnet.tags),
    SubnetArn: subnetArn(subnet),
    EnableDns64: false,
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: { HostnameType: 'ip-name', EnableResourceNameDnsARecord: false, EnableResourceNameDnsAAAARecord: false },
    SubnetId: subnet.id,
    State: 'available',
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidrBlock,
    AvailableIpAddressCount: availableAddresses(reader, subnet),
    AvailabilityZone: subnet.availabilityZone,
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
  };
}

export function subnetArn(subnet: SubnetRow): string {
  return arn('ec2', subnet.region, subnet.account, `subnet/${subnet.id}`);
}

export function availableAddresses(reader: Reader, subnet: SubnetRow): number {
  return usableAddresses(subnet.cidrBlock) - reader.count(networkInterfaces, 'subnet', subnet.id);
}
