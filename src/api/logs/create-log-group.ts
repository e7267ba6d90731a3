// CreateLogGroup. Order of checks: constraints, tags, what we cannot do, existence.
import { hexId } from '#base/ids.ts';
import { logGroupArn, logGroups, type LogGroup, type LogGroupClass } from '#model/log-group.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { groupExists, invalidParameter } from './errors.ts';
import type { CreateLogGroupRequest } from './shapes.ts';
import { validTags } from './tags.ts';

export function createLogGroup(input: CreateLogGroupRequest, ctx: LogsContext): object {
  const name = input.logGroupName ?? '';
  validate([name, 'logGroupName', constraints.groupName], [input.logGroupClass, 'logGroupClass', constraints.groupClass]);
  const tags = validTags(input.tags);
  // Accepting a key without encrypting with it would be a lie.
  if (input.kmsKeyId !== undefined) throw invalidParameter('Longshore does not encrypt log groups with KMS keys yet: leave kmsKeyId out.');
  const arn = logGroupArn(ctx, name);
  const group: LogGroup = {
    arn,
    id: hexId(ctx.random, 16),
    account: ctx.account,
    region: ctx.region,
    name,
    createdAt: ctx.now,
    class: (input.logGroupClass ?? 'STANDARD') as LogGroupClass,
    ...(input.deletionProtectionEnabled ? { deletionProtected: true } : {}),
    tags,
  };
  ctx.store.transact((tx) => {
    if (tx.get(logGroups, arn)) throw groupExists();
    tx.put(logGroups, group);
  });
  return {};
}
