// SubmitTaskStateChange: an agent says how one of its tasks and the task's containers are.
import { applyTaskReport } from '#core/task/report.ts';
import { tasks } from '#model/task.ts';
import { ACKNOWLEDGED, reportedTask, taskReport } from './agent-report.ts';
import type { EcsContext } from './context.ts';
import type { Shape, SubmitTaskStateChangeRequest, SubmitTaskStateChangeResponse } from './shapes.ts';

export function submitTaskStateChange(
  input: Shape<SubmitTaskStateChangeRequest>,
  ctx: EcsContext,
): Shape<SubmitTaskStateChangeResponse> {
  const report = taskReport(input);
  ctx.store.transact((tx) => {
    const task = reportedTask(tx, ctx, input.cluster, input.task);
    if (!task) return;
    const next = applyTaskReport(task, report, ctx.now);
    if (next !== task) tx.put(tasks, next);
  });
  return ACKNOWLEDGED;
}
