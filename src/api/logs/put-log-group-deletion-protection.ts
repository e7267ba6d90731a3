// PutLogGroupDeletionProtection.
import { logGroups } from '#model/log-group.ts';
import { constraints, validate } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { identifiedGroup } from './find-group.ts';
import type { PutLogGroupDeletionProtectionRequest } from './shapes.ts';

export function putLogGroupDeletionProtection(input: PutLogGroupDeletionProtectionRequest, ctx: LogsContext): object {
  validate([input.logGroupIdentifier, 'logGroupIdentifier', constraints.groupIdentifier]);
  ctx.store.transact((tx) => {
    const { deletionProtected: _, ...group } = identifiedGroup(tx, ctx, input.logGroupIdentifier ?? '');
    tx.put(logGroups, input.deletionProtectionEnabled ? { ...group, deletionProtected: true } : group);
  });
  return {};
}
