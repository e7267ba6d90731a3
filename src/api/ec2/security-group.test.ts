// Security groups and their rules through their operations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEc2, type Ec2Harness } from '#tests/support/ec2-harness.ts';

const HTTP = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'everyone' }] };

function makeGroup(ec2: Ec2Harness, GroupName = 'web', more: Record<string, unknown> = {}): string {
  return ec2.call('CreateSecurityGroup', { GroupName, Description: `the ${GroupName} group`, ...more }).GroupId;
}

function groupOf(ec2: Ec2Harness, GroupId: string): any {
  return ec2.call('DescribeSecurityGroups', { GroupIds: [GroupId] }).SecurityGroups[0];
}

test('a new group lets everything out and nothing in', async () => {
  const ec2 = await openEc2();
  const group = groupOf(ec2, makeGroup(ec2));
  assert.deepEqual(group.IpPermissions, []);
  assert.deepEqual(group.IpPermissionsEgress, [{ IpProtocol: '-1', UserIdGroupPairs: [], IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [], PrefixListIds: [] }]);
});

test('rules are added and shown one by one, and together by protocol and ports', async () => {
  const ec2 = await openEc2();
  const other = makeGroup(ec2, 'other');
  const GroupId = makeGroup(ec2);
  const both = { ...HTTP, UserIdGroupPairs: [{ GroupId: other }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
  const { SecurityGroupRules } = ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [both, { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.5/8' }] }] });
  assert.equal(SecurityGroupRules.length, 4);
  assert.deepEqual(groupOf(ec2, GroupId).IpPermissions, [
    {
      IpProtocol: 'tcp',
      FromPort: 80,
      ToPort: 80,
      UserIdGroupPairs: [{ UserId: '000000000000', GroupId: other }],
      IpRanges: [{ Description: 'everyone', CidrIp: '0.0.0.0/0' }],
      Ipv6Ranges: [{ CidrIpv6: '::/0' }],
      PrefixListIds: [],
    },
    { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, UserIdGroupPairs: [], IpRanges: [{ CidrIp: '10.0.0.0/8' }], Ipv6Ranges: [], PrefixListIds: [] },
  ]);
  const listed = ec2.call('DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [GroupId] }] }).SecurityGroupRules;
  assert.equal(listed.length, 5, 'with the one that lets everything out');
  assert.equal(listed.filter((rule: any) => rule.ReferencedGroupInfo?.GroupId === other).length, 1);
});

test('the older flat parameters say the same', async () => {
  const ec2 = await openEc2();
  makeGroup(ec2);
  ec2.call('AuthorizeSecurityGroupIngress', { GroupName: 'web', IpProtocol: '6', FromPort: 22, ToPort: 22, CidrIp: '192.168.0.0/16' });
  ec2.refused('AuthorizeSecurityGroupIngress', { GroupName: 'web', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '192.168.0.0/16' }, 'InvalidPermission.Duplicate', /peer: 192.168.0.0\/16, TCP/);
  ec2.call('RevokeSecurityGroupIngress', { GroupName: 'web', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '192.168.0.0/16' });
  ec2.refused('AuthorizeSecurityGroupIngress', { GroupName: 'nope' }, 'InvalidGroup.NotFound', /^The security group 'nope' does not exist in default VPC 'vpc-/);
});

test('a rule exists once, and a request that is wrong in one rule adds none', async () => {
  const ec2 = await openEc2();
  const GroupId = makeGroup(ec2);
  ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] });
  const https = { ...HTTP, FromPort: 443, ToPort: 443 };
  ec2.refused('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https, HTTP] }, 'InvalidPermission.Duplicate', 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists');
  ec2.refused('AuthorizeSecurityGroupEgress', { GroupId, IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] }, 'InvalidPermission.Duplicate', 'the specified rule "peer: 0.0.0.0/0, ALL, ALLOW" already exists');
  ec2.refused('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https, https] }, 'InvalidParameterValue', 'The same permission must not appear multiple times');
  const bad = (permission: Record<string, unknown>, code: string, message: RegExp): void =>
    ec2.refused('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https, { ...HTTP, ...permission }] }, code, message);
  bad({ IpProtocol: 'carrier-pigeon' }, 'InvalidParameterValue', /Unknown protocol/);
  bad({ ToPort: 65_536 }, 'InvalidParameterValue', /TCP\/UDP port \(65536\) out of range/);
  bad({ FromPort: undefined }, 'InvalidParameterValue', /both from and to ports/);
  bad({ FromPort: 90 }, 'InvalidParameterValue', /port range/);
  bad({ IpRanges: [{ CidrIp: '10.0.0.0/33' }] }, 'InvalidParameterValue', /CIDR block 10.0.0.0\/33 is malformed/);
  bad({ IpRanges: [] }, 'MissingParameter', /Missing source specification/);
  bad({ UserIdGroupPairs: [{ GroupId: 'sg-00000000' }] }, 'InvalidGroup.NotFound', /sg-00000000/);
  bad({ UserIdGroupPairs: [{ GroupId: 'web' }] }, 'InvalidGroupId.Malformed', /^Invalid id: "web" \(expecting "sg-..."\)$/);
  assert.equal(groupOf(ec2, GroupId).IpPermissions.length, 1);
});

test('rules are revoked by content or by id; an unknown one is an error in the default VPC and reported elsewhere', async () => {
  const ec2 = await openEc2();
  const GroupId = makeGroup(ec2);
  const [rule] = ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] }).SecurityGroupRules;
  ec2.refused('RevokeSecurityGroupIngress', { GroupId, IpPermissions: [{ ...HTTP, FromPort: 81, ToPort: 81 }] }, 'InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  const [revoked] = ec2.call('RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds: [rule.SecurityGroupRuleId] }).RevokedSecurityGroupRules;
  assert.equal(revoked.CidrIpv4, '0.0.0.0/0');
  assert.deepEqual(groupOf(ec2, GroupId).IpPermissions, []);
  ec2.refused('RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds: [rule.SecurityGroupRuleId] }, 'InvalidSecurityGroupRuleId.NotFound', /does not exist/);

  const VpcId = ec2.call('CreateVpc', { CidrBlock: '10.0.0.0/16' }).Vpc.VpcId;
  const elsewhere = makeGroup(ec2, 'web', { VpcId });
  const answer = ec2.call('RevokeSecurityGroupIngress', { GroupId: elsewhere, IpPermissions: [HTTP] });
  assert.equal(answer.UnknownIpPermissions.length, 1);
  ec2.call('RevokeSecurityGroupEgress', { GroupId: elsewhere, IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] });
  assert.deepEqual(groupOf(ec2, elsewhere).IpPermissionsEgress, []);
});

test('names are unique in a VPC and checked', async () => {
  const ec2 = await openEc2();
  makeGroup(ec2);
  const VpcId = ec2.call('DescribeVpcs').Vpcs[0].VpcId;
  ec2.refused('CreateSecurityGroup', { GroupName: 'web', Description: 'x' }, 'InvalidGroup.Duplicate', `The security group 'web' already exists for VPC '${VpcId}'`);
  ec2.refused('CreateSecurityGroup', { GroupName: 'default', Description: 'x' }, 'InvalidParameterValue', /reserved security group name/);
  ec2.refused('CreateSecurityGroup', { GroupName: 'sg-1', Description: 'x' }, 'InvalidParameterValue', /may not be in the format sg-\*/);
  ec2.refused('CreateSecurityGroup', { GroupName: 'x', Description: 'é' }, 'InvalidParameterValue', /Invalid security group description/);
  ec2.refused('CreateSecurityGroup', { GroupName: 'x' }, 'MissingParameter', 'The request must contain the parameter groupDescription');
});

test('a group that is referred to, or the default one, is not deleted', async () => {
  const ec2 = await openEc2();
  const front = makeGroup(ec2, 'front');
  const back = makeGroup(ec2, 'back');
  ec2.call('AuthorizeSecurityGroupIngress', { GroupId: back, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: front }, { GroupId: back }] }] });
  ec2.refused('DeleteSecurityGroup', { GroupId: front }, 'DependencyViolation', `resource ${front} has a dependent object`);
  ec2.call('DeleteSecurityGroup', { GroupId: back });
  assert.deepEqual(ec2.call('DeleteSecurityGroup', { GroupId: front }), { Return: true, GroupId: front });
  const [{ GroupId }] = ec2.call('DescribeSecurityGroups', { GroupNames: ['default'] }).SecurityGroups;
  ec2.refused('DeleteSecurityGroup', { GroupId }, 'CannotDelete', `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`);
});

test('the rules of a group can be filtered by', async () => {
  const ec2 = await openEc2();
  const GroupId = makeGroup(ec2);
  ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] });
  const found = (Name: string, ...Values: string[]): number => ec2.call('DescribeSecurityGroups', { Filters: [{ Name, Values }] }).SecurityGroups.length;
  assert.equal(found('ip-permission.to-port', '80'), 1);
  assert.equal(found('ip-permission.cidr', '0.0.0.0/*'), 1);
  assert.equal(found('egress.ip-permission.protocol', '-1'), 2);
  assert.equal(found('ip-permission.group-name', 'default'), 1);
});
