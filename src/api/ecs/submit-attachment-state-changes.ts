// SubmitAttachmentStateChanges: an agent says how network interfaces of its tasks are.
import { applyAttachmentReport } from '#core/task/report.ts';
import { tasks } from '#model/task.ts';
import { ACKNOWLEDGED, attachmentReport, mayReport } from './agent-report.ts';
import type { EcsContext } from './context.ts';
import type { Shape, SubmitAttachmentStateChangesRequest, SubmitAttachmentStateChangesResponse } from './shapes.ts';

export function submitAttachmentStateChanges(
  input: Shape<SubmitAttachmentStateChangesRequest>,
  ctx: EcsContext,
): Shape<SubmitAttachmentStateChangesResponse> {
  const reports = (input.attachments ?? []).map(attachmentReport);
  ctx.store.transact((tx) => {
    for (const report of reports) {
      for (const task of tx.by(tasks, 'attachment', report.id)) {
        mayReport(tx, ctx, task);
        const next = applyAttachmentReport(task, [report]);
        if (next !== task) tx.put(tasks, next);
      }
    }
  });
  return ACKNOWLEDGED;
}
