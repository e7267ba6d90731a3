// Security groups and their rules as EC2 shows them: rules one by one, and gathered into permissions by protocol and ports.
import { arn } from '#model/arn.ts';
import type { SecurityGroup as GroupRow, SecurityGroupRule as RuleRow } from '#model/network.ts';
import type { RuleDraft } from './permissions.ts';
import type { IpPermission, SecurityGroup, SecurityGroupRule } from './shapes.ts';
import { viewTags } from './tags.ts';

export function viewSecurityGroup(group: GroupRow): SecurityGroup {
  return {
    GroupId: group.id,
    IpPermissionsEgress: viewPermissions(group, group.rules.filter((rule) => rule.direction === 'egress')),
    Tags: viewTags(group.tags),
    VpcId: group.vpcId,
    SecurityGroupArn: groupArn(group),
    OwnerId: group.account,
    GroupName: group.name,
    Description: group.description,
    IpPermissions: viewPermissions(group, group.rules.filter((rule) => rule.direction === 'ingress')),
  };
}

/** One permission for each protocol and port range, in the order of their first rules. */
export function viewPermissions(group: GroupRow, rules: readonly RuleDraft[]): IpPermission[] {
  const byPorts = Map.groupBy(rules, (rule) => `${rule.protocol} ${rule.fromPort} ${rule.toPort}`);
  return [...byPorts.values()].map((same) => viewPermission(group, same));
}

function viewPermission(group: GroupRow, rules: readonly RuleDraft[]): IpPermission {
  const { protocol, fromPort, toPort } = rules[0] as RuleDraft;
  const sources = <T>(view: (rule: RuleDraft) => T | undefined): T[] => rules.map(view).filter((source) => source !== undefined);
  const described = (rule: RuleDraft): { Description?: string } => (rule.description === undefined ? {} : { Description: rule.description });
  return {
    IpProtocol: protocol,
    ...(fromPort !== undefined && { FromPort: fromPort, ToPort: toPort }),
    UserIdGroupPairs: sources((rule) => rule.referencedGroupId && { ...described(rule), UserId: group.account, GroupId: rule.referencedGroupId }),
    IpRanges: sources((rule) => rule.cidrIpv4 && { ...described(rule), CidrIp: rule.cidrIpv4 }),
    Ipv6Ranges: sources((rule) => rule.cidrIpv6 && { ...described(rule), CidrIpv6: rule.cidrIpv6 }),
    PrefixListIds: [],
  } as IpPermission;
}

export function viewRule(group: GroupRow, rule: RuleRow): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    GroupOwnerId: group.account,
    IsEgress: rule.direction === 'egress',
    IpProtocol: rule.protocol,
    // Without ports EC2 shows -1 here, and nothing in a permission.
    FromPort: rule.fromPort ?? -1,
    ToPort: rule.toPort ?? -1,
    ...(rule.cidrIpv4 !== undefined && { CidrIpv4: rule.cidrIpv4 }),
    ...(rule.cidrIpv6 !== undefined && { CidrIpv6: rule.cidrIpv6 }),
    ...(rule.referencedGroupId !== undefined && { ReferencedGroupInfo: { GroupId: rule.referencedGroupId, UserId: group.account } }),
    ...(rule.description !== undefined && { Description: rule.description }),
    Tags: viewTags(rule.tags ?? []),
    SecurityGroupRuleArn: arn('ec2', group.region, group.account, `security-group-rule/${rule.id}`),
  };
}

export function groupArn(group: GroupRow): string {
  return arn('ec2', group.region, group.account, `security-group/${group.id}`);
}
