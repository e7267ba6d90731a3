// Tags of log groups, and the resource ARNs that the newer tag operations name them by.
import { logGroups, type LogGroup } from '#model/log-group.ts';
import { parseArn } from '#model/arn.ts';
import type { Reader } from '#store/store.ts';
import type { AwsError } from '#wire/aws-error.ts';
import { constraintError, constraints, validate, violation } from './constraints.ts';
import { invalidParameter, resourceNotFound } from './errors.ts';

const maxTags = 50;

/** Throws InvalidParameterException for what CloudWatch refuses. */
export function validTags(tags: Readonly<Record<string, string>> | undefined): Record<string, string> {
  if (tags === undefined) return {};
  const entries = Object.entries(tags);
  if (entries.length > maxTags) throw constraintError([violation(undefined, 'tags', `Member must have length less than or equal to ${maxTags}`)]);
  for (const [key, value] of entries) {
    validate([key, 'tags', constraints.tagKey], [value, `tags.${key}.member`, constraints.tagValue]);
    if (key.toLowerCase().startsWith('aws:')) throw invalidParameter("Tag keys that start with 'aws:' are reserved.");
  }
  return Object.fromEntries(entries);
}

/** `group` with tags added. Throws when that makes too many. */
export function withTags(group: LogGroup, added: Readonly<Record<string, string>>, tooMany: () => AwsError): LogGroup {
  const tags = { ...group.tags, ...added };
  if (Object.keys(tags).length > maxTags) throw tooMany();
  return { ...group, tags };
}

export function withoutTags(group: LogGroup, keys: readonly string[]): LogGroup {
  const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
  return { ...group, tags };
}

/** The group of a resource ARN. Throws InvalidParameterException, or ResourceNotFoundException. */
export function taggedGroup(reader: Reader, scope: { account: string; region: string }, resourceArn: string | undefined): LogGroup {
  validate([resourceArn?.replace(/:\*$/, ''), 'resourceArn', constraints.resourceArn]);
  const arn = resourceArn?.replace(/:\*$/, '') ?? '';
  const parts = parseArn(arn);
  if (parts?.service !== 'logs') throw invalidParameter('The specified resource ARN is invalid.');
  const own = parts.account === scope.account && parts.region === scope.region;
  const group = own ? reader.get(logGroups, arn) : undefined;
  if (!group) throw resourceNotFound();
  return group;
}
