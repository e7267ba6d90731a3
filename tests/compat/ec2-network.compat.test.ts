// The network part of EC2 with the clients its users have: AWS SDK for JavaScript, AWS CLI, boto3.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  paginateDescribeSecurityGroupRules,
  waitUntilVpcAvailable,
} from '@aws-sdk/client-ec2';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';

const run = promisify(execFile);
let platform: TestPlatform;
let ec2: EC2Client;

before(async () => {
  platform = await startPlatform();
  ec2 = new EC2Client(platform.sdk);
});
after(async () => {
  ec2.destroy();
  await platform.stop();
});

async function aws(...args: string[]): Promise<any> {
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', ...args], { env: platform.env });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

test('AWS SDK for JavaScript: a VPC is made, described, changed, and survives kill -9', async () => {
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: 'a<b>&"c' }] }];
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications }));
  const VpcId = Vpc!.VpcId!;
  await waitUntilVpcAvailable({ client: ec2, maxWaitTime: 30 }, { VpcIds: [VpcId] });
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24' }));
  assert.equal(Subnet!.AvailableIpAddressCount, 251);
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'web', Description: 'web' }));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'all' }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

  await platform.killServer();
  await platform.startServer();

  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['a<*"c'] }] }));
  assert.deepEqual(Vpcs!.map((vpc) => vpc.VpcId), [VpcId]);
  const attribute = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
  assert.equal(attribute.EnableDnsHostnames!.Value, true);
  const rules = [];
  for await (const page of paginateDescribeSecurityGroupRules({ client: ec2, pageSize: 5 }, {})) rules.push(...page.SecurityGroupRules!);
  assert.equal(rules.filter((rule) => rule.GroupId === GroupId).length, 2);
  await assert.rejects(ec2.send(new DeleteVpcCommand({ VpcId })), { name: 'DependencyViolation', message: `The vpc '${VpcId}' has dependencies and cannot be deleted.` });
  await assert.rejects(ec2.send(new DescribeVpcsCommand({ DryRun: true })), { name: 'DryRunOperation' });
});

test('AWS CLI: look-ups of the default VPC, rules by the short options', async () => {
  const { Vpcs } = await aws('ec2', 'describe-vpcs', '--filters', 'Name=is-default,Values=true');
  assert.equal(Vpcs[0].CidrBlock, '172.31.0.0/16');
  const { Subnets } = await aws('ec2', 'describe-subnets', '--filters', `Name=vpc-id,Values=${Vpcs[0].VpcId}`);
  assert.equal(Subnets.length, 3);
  await aws('ec2', 'authorize-security-group-ingress', '--group-name', 'default', '--protocol', 'tcp', '--port', '8000-8080', '--cidr', '10.0.0.0/8');
  const { SecurityGroups } = await aws('ec2', 'describe-security-groups', '--group-names', 'default');
  assert.ok(SecurityGroups[0].IpPermissions.some((permission: any) => permission.FromPort === 8000 && permission.ToPort === 8080));
  await assert.rejects(aws('ec2', 'describe-vpcs', '--vpc-ids', 'vpc-x'), /\(InvalidVpcID\.NotFound\).*: The vpc ID 'vpc-x' does not exist/);
  assert.equal((await aws('sts', 'get-caller-identity')).Account, platform.credentials.account);
});

test('boto3: waiters, pages and resources read the answers', async () => {
  const script = `
import boto3
url = '${platform.url}'
ec2 = boto3.client('ec2', endpoint_url=url)
vpc = boto3.resource('ec2', endpoint_url=url).create_vpc(CidrBlock='10.9.0.0/16')
vpc.wait_until_available()
vpc.create_tags(Tags=[{'Key': 'team', 'Value': 'red'}])
assert [t['ResourceId'] for t in ec2.describe_tags(Filters=[{'Name': 'key', 'Values': ['te?m']}])['Tags']] == [vpc.id]
groups = [g for page in ec2.get_paginator('describe_security_groups').paginate(PaginationConfig={'PageSize': 5}) for g in page['SecurityGroups']]
assert any(g['VpcId'] == vpc.id and g['GroupName'] == 'default' for g in groups)
table = ec2.describe_route_tables(Filters=[{'Name': 'vpc-id', 'Values': [vpc.id]}, {'Name': 'association.main', 'Values': ['true']}])['RouteTables'][0]
assert [r['DestinationCidrBlock'] for r in table['Routes']] == ['10.9.0.0/16']
vpc.delete()
print(len(ec2.describe_availability_zones()['AvailabilityZones']))
`;
  const { stdout } = await run('python3', ['-c', script], { env: platform.env });
  assert.equal(stdout.trim(), '3');
});
