// Network interfaces as EC2 shows them. Those of tasks look as ECS's do in AWS: made and managed by the service, attached to no
// instance of the account's own.
import { privateDnsName } from '#core/network/network-interface.ts';
import { securityGroups, subnets, type NetworkInterface as InterfaceRow } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { NetworkInterface } from './shapes.ts';
import { viewTags } from './tags.ts';

export function viewNetworkInterface(reader: Reader, eni: InterfaceRow): NetworkInterface {
  const dnsName = privateDnsName(eni.privateIpAddress, eni.region);
  const zoneId = reader.get(subnets, eni.subnetId)?.availabilityZoneId;
  return {
    ...(eni.status === 'in-use' && { Attachment: viewAttachment(eni) }),
    AvailabilityZone: eni.availabilityZone,
    ...(zoneId !== undefined && { AvailabilityZoneId: zoneId }),
    Description: eni.description,
    Groups: eni.securityGroupIds.map((id) => ({ GroupId: id, GroupName: reader.get(securityGroups, id)?.name })),
    InterfaceType: 'interface',
    Ipv6Addresses: [],
    MacAddress: eni.macAddress,
    NetworkInterfaceId: eni.id,
    OwnerId: eni.account,
    PrivateDnsName: dnsName,
    PrivateIpAddress: eni.privateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateDnsName: dnsName, PrivateIpAddress: eni.privateIpAddress }],
    ...(eni.taskArn !== undefined && { RequesterId: eni.account }),
    RequesterManaged: eni.taskArn !== undefined,
    SourceDestCheck: true,
    Status: eni.status,
    SubnetId: eni.subnetId,
    TagSet: viewTags(eni.tags),
    VpcId: eni.vpcId,
  };
}

function viewAttachment(eni: InterfaceRow): NetworkInterface['Attachment'] {
  return {
    AttachTime: new Date(eni.createdAt),
    AttachmentId: attachmentId(eni),
    DeleteOnTermination: true,
    DeviceIndex: eni.instanceId === undefined ? 1 : 0,
    ...(eni.instanceId !== undefined && { InstanceId: eni.instanceId }),
    NetworkCardIndex: 0,
    InstanceOwnerId: eni.account,
    Status: 'attached',
  };
}

/** Attachments have no row: the id follows from the interface. */
export function attachmentId(eni: InterfaceRow): string {
  return eni.id.replace('eni-', 'eni-attach-');
}
