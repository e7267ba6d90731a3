// RevokeSecurityGroupIngress and -Egress: takes rules away, by id or by what they say. A rule that is not there is an error in the
// default VPC; in others it is only reported (UnknownIpPermissions), as the EC2 reference says.
import { securityGroups, vpcs, type SecurityGroup, type SecurityGroupRule } from '#model/network.ts';
import type { Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { notFound } from './errors.ts';
import { getGroupByIdOrName } from './find.ts';
import { identity, parsePermissions, type PermissionInput, type RuleDraft } from './permissions.ts';
import { change } from './scope.ts';
import type {
  IpPermission,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from './shapes.ts';
import { viewPermissions } from './view-security-group.ts';

interface RevokeInput extends PermissionInput {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly SecurityGroupRuleIds?: string[] | undefined;
  readonly DryRun?: boolean | undefined;
}

export function revokeSecurityGroupIngress(input: RevokeSecurityGroupIngressRequest, ctx: ApiContext): RevokeSecurityGroupIngressResult {
  return revoke(input, ctx, 'ingress');
}

export function revokeSecurityGroupEgress(input: RevokeSecurityGroupEgressRequest, ctx: ApiContext): RevokeSecurityGroupEgressResult {
  return revoke(input, ctx, 'egress');
}

function revoke(input: RevokeInput, ctx: ApiContext, direction: SecurityGroupRule['direction']): RevokeSecurityGroupIngressResult {
  return change(ctx, input, (tx) => {
    const group = getGroupByIdOrName(tx, ctx, input);
    const { SecurityGroupRuleIds: ids = [] } = input;
    const { revoked, unknown } = ids.length > 0 ? { revoked: rulesById(group, direction, ids), unknown: [] } : rulesByContent(tx, ctx, group, direction, input);
    const gone = new Set(revoked.map((rule) => rule.id));
    tx.put(securityGroups, { ...group, rules: group.rules.filter((rule) => !gone.has(rule.id)) });
    return { Return: true, UnknownIpPermissions: unknown, RevokedSecurityGroupRules: revoked.map((rule) => viewRevoked(group, rule)) };
  });
}

function rulesById(group: SecurityGroup, direction: SecurityGroupRule['direction'], ids: readonly string[]): SecurityGroupRule[] {
  const found = group.rules.filter((rule) => rule.direction === direction && ids.includes(rule.id));
  const missing = ids.filter((id) => !found.some((rule) => rule.id === id));
  if (missing.length > 0) throw notFound('security-group-rule', missing);
  return found;
}

function rulesByContent(
  tx: Transaction,
  ctx: ApiContext,
  group: SecurityGroup,
  direction: SecurityGroupRule['direction'],
  input: PermissionInput,
): { revoked: SecurityGroupRule[]; unknown: IpPermission[] } {
  const drafts = parsePermissions(tx, ctx, group, direction, input);
  const byContent = new Map(group.rules.map((rule) => [identity(rule), rule]));
  const known = (draft: RuleDraft): SecurityGroupRule | undefined => byContent.get(identity(draft));
  const unknown = drafts.filter((draft) => known(draft) === undefined);
  if (unknown.length > 0 && tx.get(vpcs, group.vpcId)?.isDefault === true) {
    throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  }
  return { revoked: drafts.map(known).filter((rule) => rule !== undefined), unknown: viewPermissions(group, unknown) };
}

function viewRevoked(group: SecurityGroup, rule: SecurityGroupRule): NonNullable<RevokeSecurityGroupIngressResult['RevokedSecurityGroupRules']>[number] {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    IsEgress: rule.direction === 'egress',
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort ?? -1,
    ToPort: rule.toPort ?? -1,
    ...(rule.cidrIpv4 !== undefined && { CidrIpv4: rule.cidrIpv4 }),
    ...(rule.cidrIpv6 !== undefined && { CidrIpv6: rule.cidrIpv6 }),
    ...(rule.referencedGroupId !== undefined && { ReferencedGroupId: rule.referencedGroupId }),
    ...(rule.description !== undefined && { Description: rule.description }),
  };
}
