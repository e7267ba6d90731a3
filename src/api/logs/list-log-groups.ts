// ListLogGroups: names, ARNs and classes, chosen by up to five parts of names.
import { logGroups } from '#model/log-group.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { pageByName } from './paginate.ts';
import type { ListLogGroupsRequest, ListLogGroupsResponse } from './shapes.ts';

export function listLogGroups(input: ListLogGroupsRequest, ctx: LogsContext): ListLogGroupsResponse {
  const { logGroupNamePattern: pattern, logGroupClass, limit = 50 } = input;
  validate(
    [pattern, 'logGroupNamePattern', constraints.groupNameRegex],
    [logGroupClass, 'logGroupClass', constraints.groupClass],
    [input.nextToken, 'nextToken', constraints.token],
    [limit, 'limit', constraints.listLimit],
  );
  // Filters that we cannot apply must not be dropped: the caller would take the answer for the filtered one.
  if (input.dataSources ?? input.fieldIndexNames) throw invalidParameter('Longshore has no data sources and field indexes yet: leave dataSources and fieldIndexNames out.');
  const parts = pattern?.split('|') ?? [''];
  const matches = (name: string): boolean => parts.some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part)));
  const tagged = (tags: Readonly<Record<string, string>>): boolean =>
    (input.logGroupTags ?? []).every(({ key = '', values }) => Object.hasOwn(tags, key) && (!values?.length || values.includes(tags[key]!)));
  const wanted = [...ctx.store.by(logGroups, 'scope', `${ctx.account}/${ctx.region}`)].filter(
    (group) => matches(group.name) && tagged(group.tags) && (logGroupClass === undefined || group.class === logGroupClass),
  );
  const { rows, nextToken } = pageByName(`list/${pattern ?? ''}`, wanted, limit, input.nextToken);
  return {
    logGroups: rows.map((group) => ({ logGroupName: group.name, logGroupArn: group.arn, logGroupClass: group.class })),
    ...(nextToken && { nextToken }),
  };
}
