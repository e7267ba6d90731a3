// What agents report about tasks: from the wire's shapes to the model's, and whether this caller may report.
import type { AttachmentReport, ContainerReport, ManagedAgentReport, TaskReport } from '#core/task/report.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { NetworkBinding, Task, TaskAttachment } from '#model/task.ts';
import { tasks } from '#model/task.ts';
import { CONTAINER_STATUSES, type ContainerStatus, TASK_STATUSES, type TaskStatus } from '#model/task-status.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { accessDenied, invalidParameter } from './errors.ts';
import { findCluster } from './find-cluster.ts';
import { findTask } from './find-task.ts';
import type { ContainerStateChange, ManagedAgentStateChange, Shape, SubmitTaskStateChangeRequest } from './shapes.ts';

export const ACKNOWLEDGED = { acknowledgment: 'ACK' } as const;

const ATTACHMENT_STATUSES = ['PRECREATED', 'ATTACHING', 'ATTACHED', 'DETACHED', 'DELETED'] as const;
const MANAGED_AGENT_STATUSES = ['PENDING', 'RUNNING', 'STOPPED'] as const;
/** Statuses of Amazon's agent on the way to RUNNING: to the API they are all PENDING. */
const EARLY = ['NONE', 'MANIFEST_PULLED', 'PULLED', 'CREATED', 'RESOURCES_PROVISIONED'];

/**
 * The task a report is about; undefined when it is not known here, which is no error: the report came too late.
 * An ARN may be of another account: hosts of the Fargate pool run tasks of all. Throws AccessDeniedException unless the
 * caller is the one that registered the task's host.
 */
export function reportedTask(reader: Reader, ctx: EcsContext, clusterRef: string | undefined, taskRef: string | undefined): Task | undefined {
  if (!taskRef) throw invalidParameter('Task can not be blank.');
  const task = taskRef.startsWith('arn:') ? reader.get(tasks, taskRef) : byId(reader, ctx, clusterRef, taskRef);
  if (task) mayReport(reader, ctx, task);
  return task;
}

/** Throws AccessDeniedException unless the caller registered the host that the task runs on. */
export function mayReport(reader: Reader, ctx: EcsContext, task: Task): void {
  const host = task.hostArn === undefined ? undefined : reader.get(containerInstances, task.hostArn);
  if (host?.registeredBy !== ctx.call.caller.arn) {
    throw accessDenied(`User: ${ctx.call.caller.arn} is not authorized to report the state of task ${task.arn}`);
  }
}

export function taskReport(input: Shape<SubmitTaskStateChangeRequest>): TaskReport {
  return {
    ...(input.status === undefined ? {} : { status: status(input.status, TASK_STATUSES) as TaskStatus }),
    ...(input.reason ? { reason: input.reason } : {}),
    containers: (input.containers ?? []).map(containerReport),
    attachments: (input.attachments ?? []).map(attachmentReport),
    managedAgents: (input.managedAgents ?? []).flatMap(managedAgentReport),
    ...time('pullStartedAt', input.pullStartedAt),
    ...time('pullStoppedAt', input.pullStoppedAt),
    ...time('executionStoppedAt', input.executionStoppedAt),
  };
}

export function containerReport(input: Shape<ContainerStateChange>): ContainerReport {
  if (!input.containerName) throw invalidParameter('Container name can not be blank.');
  return {
    name: input.containerName,
    status: status(input.status ?? 'PENDING', CONTAINER_STATUSES) as ContainerStatus,
    ...(input.runtimeId ? { runtimeId: input.runtimeId } : {}),
    ...(input.imageDigest ? { imageDigest: input.imageDigest } : {}),
    ...(input.exitCode === undefined ? {} : { exitCode: input.exitCode }),
    ...(input.reason ? { reason: input.reason } : {}),
    ...(input.networkBindings ? { networkBindings: input.networkBindings.map(binding) } : {}),
  };
}

/** Of agents other than ECS Exec's nothing is known, nor kept. */
function managedAgentReport(input: Shape<ManagedAgentStateChange>): ManagedAgentReport[] {
  const found = MANAGED_AGENT_STATUSES.find((known) => known === input.status);
  if (!input.containerName || !found || input.managedAgentName !== 'ExecuteCommandAgent') return [];
  return [{ containerName: input.containerName, status: found, ...(input.reason ? { reason: input.reason } : {}) }];
}

export function attachmentReport(input: { readonly attachmentArn?: string | undefined; readonly status?: string | undefined }): AttachmentReport {
  const found = ATTACHMENT_STATUSES.find((known) => known === input.status) as TaskAttachment['status'] | undefined;
  if (!input.attachmentArn || !found) throw invalidParameter('Invalid attachment state change.');
  return { id: attachmentId(input.attachmentArn), status: found };
}

/** The UUID at the end of an attachment's ARN, or the text itself. */
export function attachmentId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function byId(reader: Reader, ctx: EcsContext, clusterRef: string | undefined, ref: string): Task | undefined {
  const cluster = findCluster(reader, ctx, clusterRef);
  return cluster && findTask(reader, ctx, cluster, ref);
}

function status(text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  if (EARLY.includes(text)) return 'PENDING';
  throw invalidParameter(`Invalid status ${text}.`);
}

function binding(input: Shape<NetworkBinding> | NonNullable<Shape<ContainerStateChange>['networkBindings']>[number]): NetworkBinding {
  return JSON.parse(JSON.stringify(input)) as NetworkBinding;
}

function time<Key extends string>(key: Key, at: Date | undefined): { [K in Key]?: number } {
  return at === undefined || Number.isNaN(at.getTime()) ? {} : ({ [key]: at.getTime() } as { [K in Key]?: number });
}
