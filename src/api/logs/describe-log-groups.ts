// DescribeLogGroups: sorted by name in ASCII, with what the log store says of their size.
import { logGroups, type LogGroup } from '#model/log-group.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { identifiedGroup } from './find-group.ts';
import { pageByName } from './paginate.ts';
import type { DescribeLogGroupsRequest, DescribeLogGroupsResponse } from './shapes.ts';

export async function describeLogGroups(input: DescribeLogGroupsRequest, ctx: LogsContext): Promise<DescribeLogGroupsResponse> {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupClass, logGroupIdentifiers: identifiers, limit = 50 } = input;
  validate(
    [prefix, 'logGroupNamePrefix', constraints.groupName],
    [pattern, 'logGroupNamePattern', constraints.groupNamePattern],
    [input.nextToken, 'nextToken', constraints.token],
    [limit, 'limit', constraints.describeLimit],
    [logGroupClass, 'logGroupClass', constraints.groupClass],
  );
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  const all = identifiers ? identifiers.map((one) => identifiedGroup(ctx.store, ctx, one)) : [...ctx.store.by(logGroups, 'scope', `${ctx.account}/${ctx.region}`)];
  const lowered = pattern?.toLowerCase();
  const wanted = all.filter(
    (group) =>
      (prefix === undefined || group.name.startsWith(prefix)) &&
      (lowered === undefined || group.name.toLowerCase().includes(lowered)) &&
      (logGroupClass === undefined || group.class === logGroupClass),
  );
  const { rows, nextToken } = pageByName(`groups/${prefix ?? ''}/${pattern ?? ''}`, wanted, limit, input.nextToken);
  const bytes = await ctx.logs.groupBytes(rows.map((group) => group.id));
  return { logGroups: rows.map((group, i) => viewLogGroup(group, bytes[i] ?? 0)), ...(nextToken && { nextToken }) };
}

function viewLogGroup(group: LogGroup, storedBytes: number): NonNullable<DescribeLogGroupsResponse['logGroups']>[number] {
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    storedBytes,
    logGroupClass: group.class,
    logGroupArn: group.arn,
    deletionProtectionEnabled: group.deletionProtected ?? false,
  };
}
