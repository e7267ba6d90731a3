// SubmitContainerStateChange: an agent says how one container is, and nothing about the task.
import { applyTaskReport } from '#core/task/report.ts';
import { tasks } from '#model/task.ts';
import { ACKNOWLEDGED, containerReport, reportedTask } from './agent-report.ts';
import type { EcsContext } from './context.ts';
import type { Shape, SubmitContainerStateChangeRequest, SubmitContainerStateChangeResponse } from './shapes.ts';

export function submitContainerStateChange(
  input: Shape<SubmitContainerStateChangeRequest>,
  ctx: EcsContext,
): Shape<SubmitContainerStateChangeResponse> {
  const containers = [containerReport(input)];
  ctx.store.transact((tx) => {
    const task = reportedTask(tx, ctx, input.cluster, input.task);
    if (!task) return;
    const next = applyTaskReport(task, { containers }, ctx.now);
    if (next !== task) tx.put(tasks, next);
  });
  return ACKNOWLEDGED;
}
