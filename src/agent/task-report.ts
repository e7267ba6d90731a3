// From how far a task has come to the SubmitTaskStateChange that says so. Times there are epoch seconds with fractions.
import type { TaskReport } from '#core/task-run/report.ts';
import type { SubmitTaskRequest, SubmittedContainer } from '#link/agent-api.ts';
import { payloadContainer } from './task-context.ts';
import type { TaskContext } from './task-context.ts';

/** The request for one report. An awsvpc task's interface is reported attached together with RUNNING. */
export function renderReport(context: TaskContext, report: TaskReport): SubmitTaskRequest {
  const { payload } = context;
  const attachments = (payload.elasticNetworkInterfaces ?? []).map((eni) => ({ attachmentArn: eni.attachmentArn, status: 'ATTACHED' }));
  // Ours needs nothing in the container: it is there as long as the container runs.
  const managedAgents = report.containers.flatMap(({ name, status }) =>
    (payloadContainer(context, name)?.managedAgents ?? []).map((agent) => ({ containerName: name, managedAgentName: agent.name, status })));
  return {
    cluster: payload.taskClusterArn,
    task: payload.arn,
    status: report.status,
    ...(report.reason !== undefined && { reason: report.reason }),
    containers: report.containers.map((container): SubmittedContainer => {
      const { name, ...rest } = container;
      const networkBindings = context.bindings.get(name) ?? [];
      return { containerName: name, ...rest, ...(networkBindings.length > 0 && { networkBindings }) };
    }),
    ...(managedAgents.length > 0 && { managedAgents }),
    ...(report.status === 'RUNNING' && attachments.length > 0 && { attachments }),
    ...seconds('pullStartedAt', report.pullStartedAtMs),
    ...seconds('pullStoppedAt', report.pullStoppedAtMs),
    ...seconds('executionStoppedAt', report.executionStoppedAtMs),
  };
}

function seconds(name: string, ms: number | undefined): Record<string, number> {
  return ms === undefined ? {} : { [name]: ms / 1000 };
}
