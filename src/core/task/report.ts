// What an agent's reports make of a task (SubmitTaskStateChange, SubmitContainerStateChange, SubmitAttachmentStateChanges,
// TCS health). Reports come late, twice and out of order: states only move forward, and nothing new means the same row.
import type { ContainerStatus, HealthStatus, TaskStatus } from '#model/task-status.ts';
import { CONTAINER_STATUSES } from '#model/task-status.ts';
import type { ManagedAgent, NetworkBinding, Task, TaskAttachment, TaskContainer } from '#model/task.ts';
import { ESSENTIAL_EXITED, enterEnd, markStopping } from './ending.ts';
import type { StopCause } from './ending.ts';
import { nextStatus, reportedEvent } from './transitions.ts';

export interface ContainerReport {
  readonly name: string;
  readonly status: ContainerStatus;
  readonly runtimeId?: string;
  readonly imageDigest?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly networkBindings?: readonly NetworkBinding[];
}

export interface AttachmentReport {
  /** UUID, or the attachment's ARN, which ends with it. */
  readonly id: string;
  readonly status: TaskAttachment['status'];
}

export interface ManagedAgentReport {
  readonly containerName: string;
  readonly status: ManagedAgent['lastStatus'];
  readonly reason?: string;
}

export interface TaskReport {
  /** Absent in SubmitContainerStateChange: only the containers are reported. */
  readonly status?: TaskStatus;
  /** The agent's reason for a stop: `CannotPullContainerError: …`. Empty for an ordinary one. */
  readonly reason?: string;
  readonly containers: readonly ContainerReport[];
  readonly attachments?: readonly AttachmentReport[];
  readonly managedAgents?: readonly ManagedAgentReport[];
  /** Epoch milliseconds, as all times here. */
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly executionStoppedAt?: number;
}

/** The task after the report; the same reference when it says nothing new (TS3). Unknown containers and attachments are ignored. */
export function applyTaskReport(task: Task, report: TaskReport, now: number): Task {
  if (task.lastStatus === 'STOPPED' || task.lastStatus === 'DEPROVISIONING') return task;
  let next = withContainers(task, report.containers);
  next = withAttachments(next, report.attachments ?? []);
  next = withManagedAgents(next, report.managedAgents ?? [], now);
  next = withTimes(next, report);
  next = withStatus(next, report, now);
  next = withEssentialExit(next, now);
  return next === task ? task : { ...next, version: task.version + 1 };
}

/** The task after its agent reported attachments; the same reference when nothing is new (TS15). */
export function applyAttachmentReport(task: Task, reports: readonly AttachmentReport[]): Task {
  if (task.lastStatus === 'STOPPED' || task.lastStatus === 'DEPROVISIONING') return task;
  const next = withAttachments(task, reports);
  return next === task ? task : { ...next, version: task.version + 1 };
}

/** The task after TCS told its containers' health; the same reference when nothing is new. Only containers with a health check have any. */
export function applyHealthReport(task: Task, containers: readonly { readonly name: string; readonly status: HealthStatus }[]): Task {
  if (task.lastStatus === 'STOPPED') return task;
  let changed = false;
  const next = task.containers.map((container): TaskContainer => {
    const report = containers.find((r) => r.name === container.name);
    if (report === undefined || !container.hasHealthCheck || container.healthStatus === report.status) return container;
    changed = true;
    return { ...container, healthStatus: report.status };
  });
  if (!changed) return task;
  return { ...task, containers: next, healthStatus: taskHealth(next), version: task.version + 1 };
}

/** ECS's roll-up of container health (TS14). */
export function taskHealth(containers: readonly TaskContainer[]): HealthStatus {
  const checked = containers.filter((c) => c.essential && c.hasHealthCheck);
  if (checked.some((c) => c.healthStatus === 'UNHEALTHY')) return 'UNHEALTHY';
  return checked.length > 0 && checked.every((c) => c.healthStatus === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

function withContainers(task: Task, reports: readonly ContainerReport[]): Task {
  if (reports.length === 0) return task;
  let changed = false;
  const containers = task.containers.map((container) => {
    let next = container;
    for (const report of reports) if (report.name === container.name) next = containerAfter(next, report);
    if (next !== container) changed = true;
    return next;
  });
  return changed ? { ...task, containers } : task;
}

/** TS5. What is known of a stopped container stays as it is. */
function containerAfter(container: TaskContainer, report: ContainerReport): TaskContainer {
  if (container.lastStatus === 'STOPPED') return container;
  const forward = CONTAINER_STATUSES.indexOf(report.status) >= CONTAINER_STATUSES.indexOf(container.lastStatus);
  if (!forward) return container;
  const next: TaskContainer = {
    ...container,
    lastStatus: report.status,
    ...(report.runtimeId ? { runtimeId: report.runtimeId } : {}),
    ...(report.imageDigest ? { imageDigest: report.imageDigest } : {}),
    ...(report.exitCode !== undefined ? { exitCode: report.exitCode } : {}),
    ...(report.reason ? { reason: report.reason } : {}),
    ...(report.networkBindings && report.networkBindings.length > 0 ? { networkBindings: report.networkBindings } : {}),
  };
  return sameContainer(container, next) ? container : next;
}

function sameContainer(a: TaskContainer, b: TaskContainer): boolean {
  return (
    a.lastStatus === b.lastStatus &&
    a.runtimeId === b.runtimeId &&
    a.imageDigest === b.imageDigest &&
    a.exitCode === b.exitCode &&
    a.reason === b.reason &&
    sameBindings(a.networkBindings, b.networkBindings)
  );
}

function sameBindings(a: readonly NetworkBinding[], b: readonly NetworkBinding[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((x, i) => {
    const y = b[i]!;
    return (
      x.bindIP === y.bindIP &&
      x.containerPort === y.containerPort &&
      x.hostPort === y.hostPort &&
      x.protocol === y.protocol &&
      x.containerPortRange === y.containerPortRange &&
      x.hostPortRange === y.hostPortRange
    );
  });
}

const ATTACHMENT_STATUSES: readonly TaskAttachment['status'][] = ['PRECREATED', 'ATTACHING', 'ATTACHED', 'DETACHED', 'DELETED'];

function withAttachments(task: Task, reports: readonly AttachmentReport[]): Task {
  let changed = false;
  const attachments = task.attachments.map((attachment) => {
    const report = reports.find((r) => r.id === attachment.id || r.id.endsWith(`/${attachment.id}`));
    // DELETED is not the agent's to say: the interface's row is deleted by the task reconciler.
    if (report === undefined || report.status === 'DELETED') return attachment;
    if (ATTACHMENT_STATUSES.indexOf(report.status) <= ATTACHMENT_STATUSES.indexOf(attachment.status)) return attachment;
    changed = true;
    return { ...attachment, status: report.status };
  });
  return changed ? { ...task, attachments } : task;
}

/** With its container, its agent has stopped, whoever says so. */
function withManagedAgents(task: Task, reports: readonly ManagedAgentReport[], now: number): Task {
  if (!task.containers.some((c) => c.managedAgents !== undefined)) return task;
  let changed = false;
  const containers = task.containers.map((container): TaskContainer => {
    const [agent] = container.managedAgents ?? [];
    const report = reports.find((r) => r.containerName === container.name);
    const status = container.lastStatus === 'STOPPED' ? 'STOPPED' : report?.status;
    if (agent === undefined || status === undefined || agent.lastStatus === 'STOPPED' || agent.lastStatus === status) return container;
    changed = true;
    const next: ManagedAgent = { ...agent, lastStatus: status, ...(report?.reason ? { reason: report.reason } : {}), ...(status === 'RUNNING' ? { lastStartedAt: now } : {}) };
    return { ...container, managedAgents: [next] };
  });
  return changed ? { ...task, containers } : task;
}

function withTimes(task: Task, report: TaskReport): Task {
  const next = { ...task };
  let changed = false;
  for (const name of ['pullStartedAt', 'pullStoppedAt', 'executionStoppedAt'] as const) {
    const value = report[name];
    if (value === undefined || task[name] !== undefined) continue;
    next[name] = value;
    changed = true;
  }
  return changed ? next : task;
}

function withStatus(task: Task, report: TaskReport, now: number): Task {
  const event = report.status === undefined ? undefined : reportedEvent(report.status);
  if (event === undefined) return task;
  const status = nextStatus(task.lastStatus, event);
  if (status === task.lastStatus) return task;
  if (event === 'reportedStopped') {
    const executionStoppedAt = task.executionStoppedAt ?? now;
    return enterEnd(markStopping({ ...task, executionStoppedAt }, stopCause(task, report.reason), now), status, now);
  }
  if (status !== 'RUNNING') return { ...task, lastStatus: status };
  const attachments = task.attachments.map((a): TaskAttachment =>
    a.status === 'PRECREATED' || a.status === 'ATTACHING' ? { ...a, status: 'ATTACHED' } : a,
  );
  return { ...task, lastStatus: status, startedAt: task.startedAt ?? now, attachments };
}

/** TS6: the agent stops the rest by itself; the record says so as soon as the exit is known. */
function withEssentialExit(task: Task, now: number): Task {
  if (task.desiredStatus === 'STOPPED') return task;
  const exited = task.containers.some((c) => c.essential && c.lastStatus === 'STOPPED');
  return exited ? markStopping(task, stopCause(task, undefined), now) : task;
}

/** Why a task stops that nobody asked to stop (TS6, TS7). */
function stopCause(task: Task, reason: string | undefined): StopCause {
  const started = task.startedAt !== undefined;
  const stopped = task.containers.filter((c) => c.lastStatus === 'STOPPED');
  if (!started && reason) return { stopCode: 'TaskFailedToStart', reason };
  if (started || stopped.some((c) => c.essential && c.exitCode !== undefined)) {
    return { stopCode: 'EssentialContainerExited', reason: stopped.some((c) => c.essential) ? ESSENTIAL_EXITED : reason || ESSENTIAL_EXITED };
  }
  const failure = stopped.find((c) => c.reason !== undefined)?.reason;
  return { stopCode: 'TaskFailedToStart', reason: failure ?? 'Task failed to start' };
}
