// DescribeSecurityGroups.
import { securityGroups, type SecurityGroup, type SecurityGroupRule } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { parseFilters, type FieldValue, type Fields } from './filters.ts';
import { getGroup, getGroupByIdOrName } from './find.ts';
import { listRows } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult } from './shapes.ts';
import { viewSecurityGroup } from './view-security-group.ts';

function filters(reader: Reader): Fields<SecurityGroup> {
  const nameOf = (id: string | undefined): string | undefined => (id === undefined ? undefined : reader.get(securityGroups, id)?.name);
  return {
    description: (group) => group.description,
    'group-id': (group) => group.id,
    'group-name': (group) => group.name,
    'owner-id': (group) => group.account,
    'vpc-id': (group) => group.vpcId,
    ...ruleFilters('ingress', 'ip-permission', nameOf),
    ...ruleFilters('egress', 'egress.ip-permission', nameOf),
  };
}

function ruleFilters(direction: SecurityGroupRule['direction'], prefix: string, nameOf: (id: string | undefined) => string | undefined): Fields<SecurityGroup> {
  const rules = (of: (rule: SecurityGroupRule) => string | number | undefined) => (group: SecurityGroup): FieldValue =>
    group.rules.filter((rule) => rule.direction === direction).map(of);
  return {
    [`${prefix}.cidr`]: rules((rule) => rule.cidrIpv4),
    [`${prefix}.from-port`]: rules((rule) => rule.fromPort),
    [`${prefix}.group-id`]: rules((rule) => rule.referencedGroupId),
    [`${prefix}.group-name`]: rules((rule) => nameOf(rule.referencedGroupId)),
    [`${prefix}.ipv6-cidr`]: rules((rule) => rule.cidrIpv6),
    [`${prefix}.prefix-list-id`]: () => undefined,
    [`${prefix}.protocol`]: rules((rule) => rule.protocol),
    [`${prefix}.to-port`]: rules((rule) => rule.toPort),
    [`${prefix}.user-id`]: (group) => (group.rules.some((rule) => rule.direction === direction && rule.referencedGroupId !== undefined) ? group.account : undefined),
  };
}

export function describeSecurityGroups(input: DescribeSecurityGroupsRequest, ctx: ApiContext): DescribeSecurityGroupsResult {
  return look(ctx, input, (reader) => {
    for (const id of input.GroupIds ?? []) getGroup(reader, ctx, id);
    const named = (input.GroupNames ?? []).map((GroupName) => getGroupByIdOrName(reader, ctx, { GroupName }).id);
    const where = parseFilters(input.Filters, filters(reader), (group) => group.tags);
    const only = { kind: 'security-group', ids: [...(input.GroupIds ?? []), ...named] } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeSecurityGroups', input, table: securityGroups, where, only });
    return { SecurityGroups: rows.map(viewSecurityGroup), ...next };
  });
}
