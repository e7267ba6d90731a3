// DescribeSecurityGroupRules: the rules of all groups, one by one.
import { securityGroups, type SecurityGroup, type SecurityGroupRule } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { notFound } from './errors.ts';
import { parseFilters, type Fields } from './filters.ts';
import { pageByKey } from './paging.ts';
import { look, scopeOf } from './scope.ts';
import type { DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult } from './shapes.ts';
import { viewRule } from './view-security-group.ts';

interface Placed {
  readonly group: SecurityGroup;
  readonly rule: SecurityGroupRule;
}

const FILTERS: Fields<Placed> = {
  'group-id': ({ group }) => group.id,
  'security-group-rule-id': ({ rule }) => rule.id,
};

export function describeSecurityGroupRules(input: DescribeSecurityGroupRulesRequest, ctx: ApiContext): DescribeSecurityGroupRulesResult {
  const where = parseFilters(input.Filters, FILTERS, ({ rule }) => rule.tags ?? []);
  return look(ctx, input, (reader) => {
    const all = rulesOf(reader, ctx);
    const { SecurityGroupRuleIds: ids = [] } = input;
    const unknown = ids.filter((id) => !all.some(({ rule }) => rule.id === id));
    if (unknown.length > 0) throw notFound('security-group-rule', unknown);
    const wanted = all.filter((placed) => (ids.length === 0 || ids.includes(placed.rule.id)) && where(placed));
    const { rows, ...next } = pageByKey('DescribeSecurityGroupRules', ctx, input, wanted, ({ rule }) => rule.id);
    return { SecurityGroupRules: rows.map(({ group, rule }) => viewRule(group, rule)), ...next };
  });
}

function rulesOf(reader: Reader, ctx: ApiContext): Placed[] {
  return Array.from(reader.by(securityGroups, 'scope', scopeOf(ctx))).flatMap((group) => group.rules.map((rule) => ({ group, rule })));
}
