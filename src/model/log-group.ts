// Log groups and their streams. What was logged is in the log store (telemetry/), under the ids these rows carry: a group or
// stream that is made again under the same name has a new id, and nothing of the old one can come back.
import { arn } from './arn.ts';
import { table } from './table.ts';

export type LogGroupClass = 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY' | 'ESSENTIALS';

export interface LogGroup {
  /** `arn:aws:logs:<region>:<account>:log-group:<name>`, without the `:*` that some of CloudWatch's answers add. */
  readonly arn: string;
  /** 16 hexadecimal digits, never used again. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdAt: number;
  readonly class: LogGroupClass;
  /** Days; absent = for ever. */
  readonly retentionInDays?: number;
  readonly deletionProtected?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStream {
  /** `<arn of the group>:log-stream:<name>` */
  readonly arn: string;
  /** 16 hexadecimal digits, never used again. */
  readonly id: string;
  readonly groupId: string;
  readonly name: string;
  readonly createdAt: number;
}

export const logGroups = table<LogGroup>('logGroups', (group) => group.arn, {
  /** `<account>/<region>` */
  scope: (group) => `${group.account}/${group.region}`,
});

export const logStreams = table<LogStream>('logStreams', (stream) => stream.arn, {
  group: (stream) => stream.groupId,
  id: (stream) => stream.id,
});

/** The key of a group's row. */
export function logGroupArn(scope: { readonly account: string; readonly region: string }, name: string): string {
  return arn('logs', scope.region, scope.account, `log-group:${name}`);
}

/** The key of a stream's row. */
export function logStreamArn(groupArn: string, name: string): string {
  return `${groupArn}:log-stream:${name}`;
}
