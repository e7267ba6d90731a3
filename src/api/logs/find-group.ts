// From what a request names to the row it means.
import { logGroupArn, logGroups, logStreamArn, logStreams, type LogGroup, type LogStream } from '#model/log-group.ts';
import { parseArn } from '#model/arn.ts';
import type { Reader } from '#store/store.ts';
import { constraints, validate, type Check } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { groupNotFound, invalidParameter, streamNotFound } from './errors.ts';

/** The group of this name. Throws ResourceNotFoundException. */
export function findGroup(reader: Reader, scope: { account: string; region: string }, name: string): LogGroup {
  const group = reader.get(logGroups, logGroupArn(scope, name));
  if (!group) throw groupNotFound();
  return group;
}

/** The group's stream of this name. Throws ResourceNotFoundException. */
export function findStream(reader: Reader, group: LogGroup, name: string): LogStream {
  const stream = reader.get(logStreams, logStreamArn(group.arn, name));
  if (!stream) throw streamNotFound();
  return stream;
}

/** The checks of the members that name a group. */
export function groupChecks(input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined }): Check[] {
  return [
    [input.logGroupName, 'logGroupName', constraints.groupName],
    [input.logGroupIdentifier, 'logGroupIdentifier', constraints.groupIdentifier],
  ];
}

/** The group of an operation that takes either its name or its identifier (name or ARN), and wants exactly one. */
export function namedGroup(input: { readonly logGroupName?: string | undefined; readonly logGroupIdentifier?: string | undefined }, ctx: LogsContext): LogGroup {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalidParameter('LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  }
  if (logGroupName !== undefined) return findGroup(ctx.store, ctx, logGroupName);
  if (logGroupIdentifier !== undefined) return identifiedGroup(ctx.store, ctx, logGroupIdentifier);
  throw invalidParameter('Either LogGroup name or LogGroup ARN must be provided.');
}

/** The group of a name or an ARN of this account and region. */
export function identifiedGroup(reader: Reader, scope: { account: string; region: string }, identifier: string): LogGroup {
  if (!identifier.startsWith('arn:')) return findGroup(reader, scope, identifier);
  const parts = parseArn(identifier);
  const own = parts?.service === 'logs' && parts.region === scope.region && parts.account === scope.account;
  const group = own ? reader.get(logGroups, identifier.replace(/:\*$/, '')) : undefined;
  if (!group) throw groupNotFound();
  return group;
}

/** Validates and finds, for the many operations that take `logGroupName` alone. */
export function requiredGroup(reader: Reader, scope: { account: string; region: string }, name: string | undefined): LogGroup {
  validate([name, 'logGroupName', constraints.groupName]);
  return findGroup(reader, scope, name ?? '');
}
