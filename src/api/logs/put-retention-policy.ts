// PutRetentionPolicy. What is too old disappears from reads at once, and from the disk when retention next runs.
import { logGroups } from '#model/log-group.ts';
import { constraintError, constraints, validate, violation } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { findGroup } from './find-group.ts';
import type { PutRetentionPolicyRequest } from './shapes.ts';

const allowedDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

export function putRetentionPolicy(input: PutRetentionPolicyRequest, ctx: LogsContext): object {
  const retentionInDays = input.retentionInDays ?? 0;
  validate([input.logGroupName, 'logGroupName', constraints.groupName]);
  if (!allowedDays.includes(retentionInDays)) {
    throw constraintError([violation(retentionInDays, 'retentionInDays', `Member must satisfy enum value set: [${allowedDays.join(', ')}]`)]);
  }
  ctx.store.transact((tx) => tx.put(logGroups, { ...findGroup(tx, ctx, input.logGroupName ?? ''), retentionInDays }));
  return {};
}
