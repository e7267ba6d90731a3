// CreateSecurityGroup: nothing comes in and everything goes out until rules say otherwise.
import { ec2Id } from '#base/ids.ts';
import { securityGroups, type SecurityGroup } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { groupDuplicate, invalidParameter, invalidValue, missingParameter } from './errors.ts';
import { getDefaultVpc, getVpc, groupNamed } from './find.ts';
import { change } from './scope.ts';
import type { CreateSecurityGroupRequest, CreateSecurityGroupResult } from './shapes.ts';
import { tagsForNew, viewTags } from './tags.ts';
import { groupArn } from './view-security-group.ts';

const TEXT = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

export function createSecurityGroup(input: CreateSecurityGroupRequest, ctx: ApiContext): CreateSecurityGroupResult {
  const { GroupName: name, Description: description } = input;
  if (name === undefined || name === '') throw missingParameter('groupName');
  if (description === undefined || description === '') throw missingParameter('groupDescription');
  checkTexts(name, description);
  const tags = tagsForNew(input.TagSpecifications, 'security-group');
  return change(ctx, input, (tx) => {
    const vpc = input.VpcId === undefined ? getDefaultVpc(tx, ctx) : getVpc(tx, ctx, input.VpcId);
    if (groupNamed(tx, vpc.id, name) !== undefined) throw groupDuplicate(name, vpc.id);
    const group: SecurityGroup = {
      id: ec2Id(ctx.random, 'sg'),
      account: ctx.account,
      region: ctx.region,
      tags,
      vpcId: vpc.id,
      name,
      description,
      rules: [{ id: ec2Id(ctx.random, 'sgr'), direction: 'egress', protocol: '-1', cidrIpv4: '0.0.0.0/0' }],
    };
    tx.put(securityGroups, group);
    return { GroupId: group.id, Tags: viewTags(tags), SecurityGroupArn: groupArn(group) };
  });
}

function checkTexts(name: string, description: string): void {
  if (name === 'default') throw invalidParameter('Cannot use reserved security group name: default');
  if (name.startsWith('sg-')) throw invalidValue(name, 'GroupName', 'Group names may not be in the format sg-*.');
  if (!TEXT.test(name)) throw invalidValue(name, 'GroupName', 'Character sets beyond ASCII are not supported.');
  if (!TEXT.test(description)) {
    throw invalidParameter('Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*');
  }
}
