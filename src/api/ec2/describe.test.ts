// What all describe operations share: filters, pages, tags.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planInterface } from '#core/network/network-interface.ts';
import { networkInterfaces, subnets } from '#model/network.ts';
import { openEc2, type Ec2Harness } from '#tests/support/ec2-harness.ts';
import { parsePattern } from './filters.ts';

function makeGroups(ec2: Ec2Harness, count: number): string[] {
  return Array.from({ length: count }, (_, i) => ec2.call('CreateSecurityGroup', { GroupName: `g${i}`, Description: 'x' }).GroupId);
}

function tag(ec2: Ec2Harness, Resources: string[], tags: Record<string, string>): void {
  ec2.call('CreateTags', { Resources, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });
}

test('a pattern without wildcards matches itself only, and an escaped one too', () => {
  const escaped = (text: string): string => text.replace(/[*?\\]/g, '\\$&');
  fc.assert(
    fc.property(fc.string(), fc.string(), (value, other) => {
      assert.equal(parsePattern(escaped(value))(value), true);
      assert.equal(parsePattern(escaped(value))(other), value === other);
    }),
  );
});

test('* stands for any text and ? for one character', () => {
  const matches = (pattern: string, value: string): boolean => parsePattern(pattern)(value);
  assert.ok(matches('*', '') && matches('a*c', 'abbbc') && matches('a?c', 'abc') && matches('*.b?', 'x.y.bz'));
  assert.ok(!matches('a?c', 'ac') && !matches('a*c', 'abd') && !matches('a.c', 'abc') && !matches('A*', 'abc') && !matches('\\*', 'a'));
});

test('filters: every name must hold, any of its values is enough', async () => {
  const ec2 = await openEc2();
  const [a, b, c] = makeGroups(ec2, 3) as [string, string, string];
  tag(ec2, [a, b], { team: 'red', 'a key': '1' });
  tag(ec2, [c], { team: 'blue' });
  const found = (...filters: [string, ...string[]][]): string[] =>
    ec2.call('DescribeSecurityGroups', { Filters: filters.map(([Name, ...Values]) => ({ Name, Values })) }).SecurityGroups.map((group: any) => group.GroupId);
  assert.deepEqual(found(['tag:team', 'red']), [a, b]);
  assert.deepEqual(found(['tag:team', 'red', 'blue']), [a, b, c]);
  assert.deepEqual(found(['tag:team', '*'], ['group-name', 'g1', 'g2']), [b, c]);
  assert.deepEqual(found(['tag-key', 'a*']), [a, b]);
  assert.deepEqual(found(['group-name', 'G0']), []);
  ec2.refused('DescribeSecurityGroups', { Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue', "The filter 'colour' is invalid");
  ec2.refused('DescribeVpcs', { Filters: [{ Name: 'constructor', Values: ['x'] }] }, 'InvalidParameterValue', "The filter 'constructor' is invalid");
  ec2.refused('DescribeRegions', { Filters: [{ Name: 'tag:x', Values: ['x'] }] }, 'InvalidParameterValue', "The filter 'tag:x' is invalid");
});

test('pages come in order and once each, with filters, while groups are deleted', async () => {
  const ec2 = await openEc2();
  const ids = makeGroups(ec2, 23);
  const Filters = [{ Name: 'group-name', Values: ['g*'] }];
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const answer = ec2.call('DescribeSecurityGroups', { Filters, MaxResults: 5, NextToken });
    seen.push(...answer.SecurityGroups.map((group: any) => group.GroupId));
    if (seen.length === 5) for (const GroupId of ids.slice(3, 8)) ec2.call('DeleteSecurityGroup', { GroupId });
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  assert.deepEqual(seen, [...ids.slice(0, 5), ...ids.slice(8)]);
});

test('pages of rules and tags are complete too', async () => {
  const ec2 = await openEc2();
  const ids = makeGroups(ec2, 12);
  tag(ec2, ids, { a: '1', b: '2' });
  const all = (operation: string, member: string): any[] => {
    const seen: any[] = [];
    let NextToken: string | undefined;
    do {
      const answer = ec2.call(operation, { MaxResults: 7, NextToken });
      seen.push(...answer[member]);
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    return seen;
  };
  assert.equal(new Set(all('DescribeSecurityGroupRules', 'SecurityGroupRules').map((rule) => rule.SecurityGroupRuleId)).size, 14);
  assert.equal(all('DescribeTags', 'Tags').length, 24);
});

test('limits of pages and foreign tokens are refused', async () => {
  const ec2 = await openEc2();
  ec2.refused('DescribeVpcs', { MaxResults: 1 }, 'InvalidParameterValue', 'Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.');
  ec2.refused('DescribeVpcs', { MaxResults: 1001 }, 'InvalidParameterValue', /maxResults/);
  ec2.refused('DescribeVpcs', { NextToken: 'nonsense' }, 'InvalidNextToken', /invalid/);
  makeGroups(ec2, 8);
  const { NextToken } = ec2.call('DescribeSecurityGroups', { MaxResults: 5 });
  ec2.refused('DescribeSubnets', { NextToken }, 'InvalidNextToken', /invalid/);
});

test('ids that do not exist are named, all of them', async () => {
  const ec2 = await openEc2();
  ec2.refused('DescribeVpcs', { VpcIds: ['vpc-1', 'vpc-2'] }, 'InvalidVpcID.NotFound', "The vpc IDs 'vpc-1, vpc-2' do not exist");
  ec2.refused('DescribeSubnets', { SubnetIds: ['subnet-1'] }, 'InvalidSubnetID.NotFound', "The subnet ID 'subnet-1' does not exist");
  ec2.refused('DescribeNetworkInterfaces', { NetworkInterfaceIds: ['eni-1'] }, 'InvalidNetworkInterfaceID.NotFound', "The networkInterface ID 'eni-1' does not exist");
  ec2.refused('DescribeRouteTables', { RouteTableIds: ['rtb-1'] }, 'InvalidRouteTableID.NotFound', "The routeTable ID 'rtb-1' does not exist");
});

test('everything that has an id can be tagged, what comes with a VPC included', async () => {
  const ec2 = await openEc2();
  const [vpc] = ec2.call('DescribeVpcs').Vpcs;
  const [table] = ec2.call('DescribeRouteTables').RouteTables;
  const [rule] = ec2.call('DescribeSecurityGroupRules').SecurityGroupRules;
  const [subnet] = ec2.call('DescribeSubnets').Subnets;
  const ids = [vpc.VpcId, table.RouteTableId, rule.SecurityGroupRuleId, subnet.SubnetId];
  tag(ec2, ids, { Name: 'x', gone: 'y' });
  ec2.call('DeleteTags', { Resources: ids, Tags: [{ Key: 'gone' }, { Key: 'Name', Value: 'not this' }] });
  const tags = ec2.call('DescribeTags', { Filters: [{ Name: 'key', Values: ['Name', 'gone'] }] }).Tags;
  assert.deepEqual(new Set(tags.map((each: any) => each.ResourceType)), new Set(['vpc', 'route-table', 'security-group-rule', 'subnet']));
  assert.deepEqual(tags.map((each: any) => each.Key), ['Name', 'Name', 'Name', 'Name']);
  assert.deepEqual(ec2.call('DescribeRouteTables', { Filters: [{ Name: 'tag:Name', Values: ['x'] }] }).RouteTables[0].Tags, [{ Key: 'Name', Value: 'x' }]);
  assert.deepEqual(ec2.call('DescribeSecurityGroupRules', { Filters: [{ Name: 'tag-key', Values: ['Name'] }] }).SecurityGroupRules[0].Tags, [{ Key: 'Name', Value: 'x' }]);
});

test('tags have rules of their own, and one bad resource leaves the others untouched', async () => {
  const ec2 = await openEc2();
  const [{ VpcId }] = ec2.call('DescribeVpcs').Vpcs;
  const create = (Resources: string[], Tags: unknown[], code: string, message: RegExp): void => ec2.refused('CreateTags', { Resources, Tags }, code, message);
  create([VpcId, 'banana'], [{ Key: 'a' }], 'InvalidID', /^The ID 'banana' is not valid$/);
  create([VpcId, 'constructor-1'], [{ Key: 'a' }], 'InvalidID', /is not valid/);
  create([VpcId, 'subnet-0'], [{ Key: 'a' }], 'InvalidSubnetID.NotFound', /subnet-0/);
  create([VpcId], [{ Key: 'aws:x' }], 'InvalidParameterValue', /^Value \( aws:x \) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use$/);
  create([VpcId], [{ Key: 'k'.repeat(129) }], 'InvalidParameterValue', /maximum length/);
  create([VpcId], Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}` })), 'TagLimitExceeded', /maximum number of Tags/);
  ec2.refused('CreateVpc', { CidrBlock: '10.0.0.0/16', TagSpecifications: [{ ResourceType: 'subnet', Tags: [] }] }, 'InvalidParameterValue', "'subnet' is not a valid taggable resource type for this operation.");
});

test("a task's interface shows its address, group and attachment", async () => {
  const ec2 = await openEc2();
  const [{ SubnetId, VpcId }] = ec2.call('DescribeSubnets').Subnets;
  const [{ GroupId }] = ec2.call('DescribeSecurityGroups').SecurityGroups;
  const row = planInterface(ec2.store.get(subnets, SubnetId)!, {
    id: 'eni-0123456789abcdef0',
    address: '172.31.0.9',
    securityGroupIds: [GroupId],
    description: 'arn:aws:ecs:us-east-1:000000000000:attachment/1',
    taskArn: 'arn:aws:ecs:us-east-1:000000000000:task/default/1',
    now: 5,
  });
  ec2.store.transact((tx) => tx.put(networkInterfaces, row));
  const [eni] = ec2.call('DescribeNetworkInterfaces', { Filters: [{ Name: 'addresses.private-ip-address', Values: ['172.31.0.9'] }, { Name: 'group-name', Values: ['default'] }] }).NetworkInterfaces;
  assert.equal(eni.NetworkInterfaceId, row.id);
  assert.deepEqual([eni.VpcId, eni.SubnetId, eni.Status, eni.MacAddress, eni.PrivateDnsName], [VpcId, SubnetId, 'in-use', '02:42:ac:1f:00:09', 'ip-172-31-0-9.ec2.internal']);
  assert.deepEqual(eni.Groups, [{ GroupId, GroupName: 'default' }]);
  assert.deepEqual([eni.Attachment.Status, eni.Attachment.AttachTime], ['attached', new Date(5)]);
  ec2.refused('DeleteSecurityGroup', { GroupId: makeAndUse(ec2, row.id) }, 'DependencyViolation', /has a dependent object/);
});

function makeAndUse(ec2: Ec2Harness, eniId: string): string {
  const [GroupId] = makeGroups(ec2, 1) as [string];
  ec2.store.transact((tx) => tx.put(networkInterfaces, { ...tx.get(networkInterfaces, eniId)!, securityGroupIds: [GroupId] }));
  return GroupId;
}
