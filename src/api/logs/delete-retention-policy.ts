// DeleteRetentionPolicy: what is there from now on stays for ever.
import { logGroups } from '#model/log-group.ts';
import type { LogsContext } from './context.ts';
import { requiredGroup } from './find-group.ts';
import type { DeleteRetentionPolicyRequest } from './shapes.ts';

export function deleteRetentionPolicy(input: DeleteRetentionPolicyRequest, ctx: LogsContext): object {
  ctx.store.transact((tx) => {
    const { retentionInDays: _, ...group } = requiredGroup(tx, ctx, input.logGroupName);
    tx.put(logGroups, group);
  });
  return {};
}
