// AuthorizeSecurityGroupIngress and -Egress: adds rules, all of them or none.
import { ec2Id } from '#base/ids.ts';
import { securityGroups, type SecurityGroup, type SecurityGroupRule } from '#model/network.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { getGroupByIdOrName } from './find.ts';
import { identity, parsePermissions, renderRule, type PermissionInput } from './permissions.ts';
import { change } from './scope.ts';
import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  TagSpecification,
} from './shapes.ts';
import { tagsForNew } from './tags.ts';
import { viewRule } from './view-security-group.ts';

/** The AWS default quota, for each direction. */
const RULES_MAX = 60;

interface AuthorizeInput extends PermissionInput {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly TagSpecifications?: TagSpecification[] | undefined;
  readonly DryRun?: boolean | undefined;
}

export function authorizeSecurityGroupIngress(input: AuthorizeSecurityGroupIngressRequest, ctx: ApiContext): AuthorizeSecurityGroupIngressResult {
  return authorize(input, ctx, 'ingress');
}

export function authorizeSecurityGroupEgress(input: AuthorizeSecurityGroupEgressRequest, ctx: ApiContext): AuthorizeSecurityGroupEgressResult {
  return authorize(input, ctx, 'egress');
}

function authorize(input: AuthorizeInput, ctx: ApiContext, direction: SecurityGroupRule['direction']): AuthorizeSecurityGroupIngressResult {
  const tags = tagsForNew(input.TagSpecifications, 'security-group-rule');
  return change(ctx, input, (tx) => {
    const group = getGroupByIdOrName(tx, ctx, input);
    const drafts = parsePermissions(tx, ctx, group, direction, input);
    const existing = new Set(group.rules.map(identity));
    for (const draft of drafts) {
      if (existing.has(identity(draft))) throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${renderRule(draft)}" already exists`);
    }
    const added = drafts.map((draft): SecurityGroupRule => ({ id: ec2Id(ctx.random, 'sgr'), ...draft, ...(tags.length > 0 && { tags }) }));
    const after: SecurityGroup = { ...group, rules: [...group.rules, ...added] };
    if (after.rules.filter((rule) => rule.direction === direction).length > RULES_MAX) {
      throw new AwsError('RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules per security group has been reached.');
    }
    tx.put(securityGroups, after);
    return { Return: true, SecurityGroupRules: added.map((rule) => viewRule(after, rule)) };
  });
}
