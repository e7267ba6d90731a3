// VPCs and subnets through their operations: the default ones, making, changing and deleting others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planInterface } from '#core/network/network-interface.ts';
import { networkInterfaces, subnets } from '#model/network.ts';
import { openEc2, type Ec2Harness } from '#tests/support/ec2-harness.ts';

function makeVpc(ec2: Ec2Harness, CidrBlock = '10.0.0.0/16'): string {
  return ec2.call('CreateVpc', { CidrBlock }).Vpc.VpcId;
}

test('an account and region has a default VPC with three subnets, a group, a route out and a gateway, from its first call', async () => {
  const ec2 = await openEc2();
  const { Vpcs } = ec2.call('DescribeVpcs');
  assert.equal(Vpcs.length, 1);
  const [{ VpcId, IsDefault, CidrBlock, State, OwnerId }] = Vpcs;
  assert.deepEqual({ IsDefault, CidrBlock, State, OwnerId }, { IsDefault: true, CidrBlock: '172.31.0.0/16', State: 'available', OwnerId: '000000000000' });
  const { Subnets } = ec2.call('DescribeSubnets', { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] });
  assert.deepEqual(
    Subnets.map((subnet: any) => [subnet.AvailabilityZone, subnet.CidrBlock, subnet.AvailableIpAddressCount, subnet.DefaultForAz, subnet.MapPublicIpOnLaunch]),
    [
      ['us-east-1a', '172.31.0.0/20', 4091, true, true],
      ['us-east-1b', '172.31.16.0/20', 4091, true, true],
      ['us-east-1c', '172.31.32.0/20', 4091, true, true],
    ],
  );
  const [table] = ec2.call('DescribeRouteTables', { Filters: [{ Name: 'association.main', Values: ['true'] }] }).RouteTables;
  const [gateway] = ec2.call('DescribeInternetGateways', { Filters: [{ Name: 'attachment.vpc-id', Values: [VpcId] }] }).InternetGateways;
  assert.deepEqual(table.Routes.map((route: any) => [route.DestinationCidrBlock, route.GatewayId]), [['172.31.0.0/16', 'local'], ['0.0.0.0/0', gateway.InternetGatewayId]]);
  const [acl] = ec2.call('DescribeNetworkAcls').NetworkAcls;
  assert.deepEqual(acl.Associations.map((association: any) => association.SubnetId), Subnets.map((subnet: any) => subnet.SubnetId));
});

test('the first call may be one that changes something, and other accounts and regions have networks of their own', async () => {
  const ec2 = await openEc2();
  const { GroupId } = ec2.call('CreateSecurityGroup', { GroupName: 'web', Description: 'web' });
  assert.equal(ec2.call('DescribeSecurityGroups', { GroupIds: [GroupId] }).SecurityGroups[0].VpcId, ec2.call('DescribeVpcs').Vpcs[0].VpcId);
  const elsewhere = { region: 'eu-west-1' };
  assert.throws(() => ec2.call('DescribeSecurityGroups', { GroupIds: [GroupId] }, elsewhere), { code: 'InvalidGroup.NotFound' });
  assert.equal(ec2.call('DescribeSubnets', {}, elsewhere).Subnets[0].AvailabilityZone, 'eu-west-1a');
  assert.equal(ec2.call('DescribeVpcs', {}, { account: '111111111111' }).Vpcs[0].OwnerId, '111111111111');
});

test('a VPC is made with host bits cleared, its own default group and a main route table without a way out', async () => {
  const ec2 = await openEc2();
  const { Vpc } = ec2.call('CreateVpc', { CidrBlock: '10.1.2.3/16', TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'mine' }] }] });
  assert.equal(Vpc.CidrBlock, '10.1.0.0/16');
  assert.equal(Vpc.IsDefault, false);
  assert.deepEqual(Vpc.Tags, [{ Key: 'Name', Value: 'mine' }]);
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [Vpc.VpcId] }] };
  assert.deepEqual(ec2.call('DescribeSecurityGroups', inVpc).SecurityGroups.map((group: any) => group.GroupName), ['default']);
  assert.equal(ec2.call('DescribeRouteTables', inVpc).RouteTables[0].Routes.length, 1);
  assert.equal(ec2.call('DescribeInternetGateways', { Filters: [{ Name: 'attachment.vpc-id', Values: [Vpc.VpcId] }] }).InternetGateways.length, 0);
});

test('blocks of VPCs and subnets are checked', async () => {
  const ec2 = await openEc2();
  ec2.refused('CreateVpc', {}, 'MissingParameter', 'The request must contain the parameter cidrBlock');
  ec2.refused('CreateVpc', { CidrBlock: '10.0.0.0' }, 'InvalidParameterValue', 'Value (10.0.0.0) for parameter cidrBlock is invalid. This is not a valid CIDR block.');
  ec2.refused('CreateVpc', { CidrBlock: '10.0.0.0/8' }, 'InvalidVpc.Range', "The CIDR '10.0.0.0/8' is invalid.");
  const VpcId = makeVpc(ec2);
  const { Subnet } = ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-east-1b' });
  assert.deepEqual([Subnet.AvailabilityZone, Subnet.AvailabilityZoneId, Subnet.AvailableIpAddressCount, Subnet.MapPublicIpOnLaunch], ['us-east-1b', 'use1-az2', 251, false]);
  ec2.refused('CreateSubnet', { VpcId, CidrBlock: '10.0.0.128/25' }, 'InvalidSubnet.Conflict', "The CIDR '10.0.0.128/25' conflicts with another subnet");
  ec2.refused('CreateSubnet', { VpcId, CidrBlock: '10.1.0.0/24' }, 'InvalidSubnet.Range', "The CIDR '10.1.0.0/24' is invalid.");
  ec2.refused('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/29' }, 'InvalidSubnet.Range', "The CIDR '10.0.1.0/29' is invalid.");
  ec2.refused('CreateSubnet', { VpcId: 'vpc-0', CidrBlock: '10.0.1.0/24' }, 'InvalidVpcID.NotFound', "The vpc ID 'vpc-0' does not exist");
  ec2.refused(
    'CreateSubnet',
    { VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1z' },
    'InvalidParameterValue',
    'Value (us-east-1z) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: us-east-1a, us-east-1b, us-east-1c.',
  );
});

test('what is in use is not deleted', async () => {
  const ec2 = await openEc2();
  const VpcId = makeVpc(ec2);
  const { SubnetId } = ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.0.0/24' }).Subnet;
  ec2.refused('DeleteVpc', { VpcId }, 'DependencyViolation', `The vpc '${VpcId}' has dependencies and cannot be deleted.`);
  const subnet = ec2.store.get(subnets, SubnetId)!;
  const eni = planInterface(subnet, { id: 'eni-00000000000000001', address: '10.0.0.9', securityGroupIds: [], description: 'd', now: 0 });
  ec2.store.transact((tx) => tx.put(networkInterfaces, eni));
  ec2.refused('DeleteSubnet', { SubnetId }, 'DependencyViolation', `The subnet '${SubnetId}' has dependencies and cannot be deleted.`);
  assert.equal(ec2.call('DescribeSubnets', { SubnetIds: [SubnetId] }).Subnets[0].AvailableIpAddressCount, 250);
  ec2.store.transact((tx) => tx.delete(networkInterfaces, eni.id));
  ec2.call('DeleteSubnet', { SubnetId });
  ec2.call('DeleteVpc', { VpcId });
  ec2.refused('DeleteVpc', { VpcId }, 'InvalidVpcID.NotFound', `The vpc ID '${VpcId}' does not exist`);
  assert.equal(ec2.call('DescribeSecurityGroups').SecurityGroups.length, 1, 'its default group went with it');
});

test('a deleted default VPC stays deleted until it is asked for again', async () => {
  const ec2 = await openEc2();
  ec2.refused('CreateDefaultVpc', {}, 'DefaultVpcAlreadyExists', 'A Default VPC already exists for this account in this region.');
  const VpcId = ec2.call('DescribeVpcs').Vpcs[0].VpcId;
  for (const { SubnetId } of ec2.call('DescribeSubnets').Subnets) ec2.call('DeleteSubnet', { SubnetId });
  ec2.call('DeleteVpc', { VpcId });
  assert.deepEqual(ec2.call('DescribeVpcs').Vpcs, []);
  ec2.refused('CreateSecurityGroup', { GroupName: 'web', Description: 'web' }, 'VPCIdNotSpecified', 'No default VPC for this user');
  assert.equal(ec2.call('CreateDefaultVpc').Vpc.IsDefault, true);
  assert.equal(ec2.call('DescribeSubnets').Subnets.length, 3);
});

test('attributes of VPCs and subnets are changed one at a time', async () => {
  const ec2 = await openEc2();
  const VpcId = makeVpc(ec2);
  ec2.call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  assert.deepEqual(ec2.call('DescribeVpcAttribute', { VpcId, Attribute: 'enableDnsHostnames' }), { VpcId, EnableDnsHostnames: { Value: true } });
  assert.deepEqual(ec2.call('DescribeVpcAttribute', { VpcId, Attribute: 'enableDnsSupport' }), { VpcId, EnableDnsSupport: { Value: true } });
  ec2.refused('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true }, EnableDnsSupport: { Value: true } }, 'InvalidParameterCombination', /multiple attribute types/);
  const { SubnetId } = ec2.call('CreateSubnet', { VpcId, CidrBlock: '10.0.0.0/24' }).Subnet;
  ec2.call('ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch: { Value: true } });
  assert.equal(ec2.call('DescribeSubnets', { SubnetIds: [SubnetId] }).Subnets[0].MapPublicIpOnLaunch, true);
  ec2.refused('ModifySubnetAttribute', { SubnetId, EnableDns64: { Value: true } }, 'UnsupportedOperation', /EnableDns64/);
});

test('DryRun checks everything and changes nothing', async () => {
  const ec2 = await openEc2();
  ec2.refused('CreateVpc', { CidrBlock: '10.0.0.0/16', DryRun: true }, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
  ec2.refused('CreateVpc', { CidrBlock: '10.0.0.0/8', DryRun: true }, 'InvalidVpc.Range', /invalid/);
  ec2.refused('DescribeVpcs', { DryRun: true }, 'DryRunOperation', /DryRun flag/);
  ec2.refused('DescribeVpcs', { DryRun: true, VpcIds: ['vpc-0'] }, 'InvalidVpcID.NotFound', /vpc-0/);
});

test('zones and regions are known by name and id', async () => {
  const ec2 = await openEc2();
  const zones = ec2.call('DescribeAvailabilityZones').AvailabilityZones;
  assert.deepEqual(zones.map((zone: any) => [zone.ZoneName, zone.ZoneId, zone.State]), [['us-east-1a', 'use1-az1', 'available'], ['us-east-1b', 'use1-az2', 'available'], ['us-east-1c', 'use1-az3', 'available']]);
  assert.equal(ec2.call('DescribeAvailabilityZones', { ZoneIds: ['use1-az2'] }).AvailabilityZones[0].ZoneName, 'us-east-1b');
  ec2.refused('DescribeAvailabilityZones', { ZoneNames: ['us-east-1z'] }, 'InvalidParameterValue', 'Invalid availability zone: [us-east-1z]');
  assert.deepEqual(ec2.call('DescribeRegions', { RegionNames: ['eu-west-1'] }).Regions, [{ OptInStatus: 'opt-in-not-required', RegionName: 'eu-west-1', Endpoint: 'ec2.eu-west-1.amazonaws.com' }]);
  assert.ok(ec2.call('DescribeRegions', {}, { region: 'moon-1' }).Regions.some((region: any) => region.RegionName === 'moon-1'));
});
