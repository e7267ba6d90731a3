// Instances as EC2 shows them.
import { STATE_CODES } from '#core/instance/end.ts';
import { machineImage } from '#core/instance/images.ts';
import { instanceType } from '#core/instance/instance-types.ts';
import { privateDnsName } from '#core/network/network-interface.ts';
import { instanceProfiles } from '#model/identity.ts';
import type { Instance as InstanceRow } from '#model/instance.ts';
import { networkInterfaces, securityGroups } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { Instance, InstanceStateChange, Reservation } from './shapes.ts';
import { viewTags } from './tags.ts';
import { viewNetworkInterface } from './view-network-interface.ts';

/** @param rows of one reservation, not empty */
export function viewReservation(reader: Reader, rows: readonly InstanceRow[]): Reservation {
  return { ReservationId: rows[0]?.reservationId, OwnerId: rows[0]?.account, Groups: [], Instances: rows.map((row) => viewInstance(reader, row)) };
}

export function viewInstance(reader: Reader, row: InstanceRow): Instance {
  const type = instanceType(row.instanceType);
  const ended = row.state === 'terminated';
  const dnsName = privateDnsName(row.privateIpAddress, row.region);
  return {
    InstanceId: row.id,
    ImageId: row.imageId,
    InstanceType: row.instanceType as Instance['InstanceType'],
    State: viewState(row.state),
    StateTransitionReason: transitionReason(row),
    ...(row.stateReason !== undefined && { StateReason: { Code: row.stateReason.code, Message: row.stateReason.message } }),
    ...(row.keyName !== undefined && { KeyName: row.keyName }),
    AmiLaunchIndex: row.launchIndex,
    LaunchTime: new Date(row.launchedAt),
    Placement: { AvailabilityZone: row.availabilityZone, GroupName: '', Tenancy: 'default' },
    Monitoring: { State: 'disabled' },
    PrivateDnsName: ended ? '' : dnsName,
    PublicDnsName: '',
    ProductCodes: [],
    ...(!ended && { PrivateIpAddress: row.privateIpAddress, SubnetId: row.subnetId, VpcId: row.vpcId, SourceDestCheck: true }),
    Architecture: type?.architecture ?? machineImage(row.imageId)?.architecture ?? 'x86_64',
    BlockDeviceMappings: [],
    ClientToken: row.clientToken ?? '',
    EbsOptimized: false,
    EnaSupport: true,
    Hypervisor: 'xen',
    ...profileOf(reader, row),
    ...(row.spot && { InstanceLifecycle: 'spot' as const }),
    NetworkInterfaces: ended ? [] : interfacesOf(reader, row),
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    SecurityGroups: ended ? [] : row.securityGroupIds.map((id) => ({ GroupId: id, GroupName: reader.get(securityGroups, id)?.name })),
    Tags: viewTags(row.tags),
    VirtualizationType: 'hvm',
    CpuOptions: { CoreCount: Math.max(1, (type?.vcpus ?? 2) / 2), ThreadsPerCore: (type?.vcpus ?? 2) > 1 ? 2 : 1 },
    MetadataOptions: { State: 'applied', HttpTokens: 'optional', HttpPutResponseHopLimit: 1, HttpEndpoint: 'enabled' },
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
  };
}

export function viewState(state: InstanceRow['state']): NonNullable<Instance['State']> {
  return { Code: STATE_CODES[state], Name: state };
}

export function viewChange(before: InstanceRow, after: InstanceRow): InstanceStateChange {
  return { InstanceId: after.id, CurrentState: viewState(after.state), PreviousState: viewState(before.state) };
}

function transitionReason({ desired, changedAt, stateReason }: InstanceRow): string {
  if (desired === 'running' || stateReason === undefined) return '';
  const at = new Date(changedAt).toISOString().replace('T', ' ').slice(0, 19);
  return stateReason.code.startsWith('Client.User') ? `User initiated (${at} GMT)` : `Service initiated (${at} GMT)`;
}

function profileOf(reader: Reader, { account, instanceProfileArn: arn }: InstanceRow): Pick<Instance, 'IamInstanceProfile'> {
  if (arn === undefined) return {};
  const profile = reader.get(instanceProfiles, `${account}/${arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()}`);
  return { IamInstanceProfile: { Arn: arn, ...(profile !== undefined && { Id: profile.id }) } };
}

function interfacesOf(reader: Reader, row: InstanceRow): NonNullable<Instance['NetworkInterfaces']> {
  const eni = reader.get(networkInterfaces, row.networkInterfaceId);
  if (eni === undefined) return [];
  const view = viewNetworkInterface(reader, eni);
  return [
    {
      NetworkInterfaceId: eni.id,
      Status: 'in-use',
      Description: view.Description,
      MacAddress: eni.macAddress,
      OwnerId: eni.account,
      PrivateDnsName: view.PrivateDnsName,
      PrivateIpAddress: eni.privateIpAddress,
      PrivateIpAddresses: view.PrivateIpAddresses,
      SourceDestCheck: true,
      SubnetId: eni.subnetId,
      VpcId: eni.vpcId,
      Groups: view.Groups,
      InterfaceType: 'interface',
      Ipv6Addresses: [],
      ...(view.Attachment !== undefined && {
        Attachment: { AttachTime: view.Attachment.AttachTime, AttachmentId: view.Attachment.AttachmentId, DeleteOnTermination: true, DeviceIndex: 0, NetworkCardIndex: 0, Status: 'attached' },
      }),
    },
  ];
}
