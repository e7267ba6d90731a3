// What IAM is asked about CloudWatch Logs operations. A group's operations are asked about `log-group:<name>:log-stream:`, as AWS
// does: policies allow them with `log-group:<name>:*`.
import type { OperationAccess } from '#wire/service.ts';
import { arn } from '#model/arn.ts';
import type { LogsContext } from './context.ts';
import type { LogsOperationName } from './shapes.ts';

type Ask = OperationAccess<LogsContext>;

function streamArn(ctx: LogsContext, group: unknown, stream: unknown): string {
  return arn('logs', ctx.region, ctx.account, `log-group:${typeof group === 'string' ? group : ''}:log-stream:${typeof stream === 'string' ? stream : ''}`);
}

/** An ARN of a group stands for its streams: `…:log-group:a` and `…:log-group:a:*`. */
function groupOf(ctx: LogsContext, identifier: unknown): string {
  if (typeof identifier !== 'string' || !identifier.startsWith('arn:')) return streamArn(ctx, identifier, '');
  return `${identifier.replace(/:\*$/, '')}:log-stream:`;
}

/** Every group that the input names, by whatever member: a call that names two is asked about both. */
function groupsOf(ctx: LogsContext, input: any): string[] {
  const named = [input.logGroupName, input.logGroupIdentifier, ...(input.logGroupNames ?? []), ...(input.logGroupIdentifiers ?? [])];
  return [...new Set(named.filter((one) => one !== undefined).map((one) => groupOf(ctx, one)))];
}

const onGroup: Ask = { resources: (input: any, ctx) => groupsOf(ctx, input) };
const onStream: Ask = { resources: (input: any, ctx) => groupsOf(ctx, input).map((group) => `${group}${typeof input.logStreamName === 'string' ? input.logStreamName : ''}`) };
const onAll: Ask = { resources: (_input: any, ctx) => [streamArn(ctx, '', '')] };
const onResource: Ask = { resources: (input: any) => [String(input.resourceArn ?? '*')] };

/** Not about one group. */
export const ON_ALL: readonly LogsOperationName[] = ['TestMetricFilter'];

export const ACCESS: Partial<Record<LogsOperationName, Ask>> = {
  CreateLogGroup: onGroup,
  CreateLogStream: onStream,
  DeleteLogGroup: onGroup,
  DeleteLogStream: onStream,
  DeleteMetricFilter: onGroup,
  DeleteRetentionPolicy: onGroup,
  DeleteSubscriptionFilter: onGroup,
  DescribeLogGroups: onAll,
  DescribeLogStreams: onGroup,
  DescribeMetricFilters: onGroup,
  DescribeSubscriptionFilters: onGroup,
  FilterLogEvents: onGroup,
  GetLogEvents: onStream,
  GetLogGroupFields: onGroup,
  ListLogGroups: onAll,
  ListTagsForResource: onResource,
  ListTagsLogGroup: onGroup,
  PutLogEvents: onStream,
  PutLogGroupDeletionProtection: onGroup,
  PutMetricFilter: onGroup,
  PutRetentionPolicy: onGroup,
  PutSubscriptionFilter: onGroup,
  StartLiveTail: onGroup,
  StartQuery: onGroup,
  TagLogGroup: onGroup,
  TagResource: onResource,
  UntagLogGroup: onGroup,
  UntagResource: onResource,
};
