// How a task ends: the steps that a stop, a report, a lost host and a released interface share.
import type { StopCode, TaskStatus } from '#model/task-status.ts';
import type { Task, TaskAttachment, TaskContainer } from '#model/task.ts';
import { nextStatus } from './transitions.ts';

export const ESSENTIAL_EXITED = 'Essential container in task exited';

export interface StopCause {
  readonly stopCode: StopCode;
  readonly reason: string;
}

/** The task with desired status STOPPED and the cause recorded; the first cause stays (TS8). Does not raise `version`. */
export function markStopping(task: Task, cause: StopCause, now: number): Task {
  if (task.desiredStatus === 'STOPPED' && task.stopCode !== undefined) return task;
  return {
    ...task,
    desiredStatus: 'STOPPED',
    stopCode: cause.stopCode,
    stoppedReason: cause.reason,
    stoppingAt: task.stoppingAt ?? now,
  };
}

/** True while something outside the task row must still be given back: its network interface. */
export function holdsNetwork(task: Task): boolean {
  return task.attachments.some((attachment) => attachment.status !== 'DELETED');
}

/**
 * The task in `status`; from DEPROVISIONING straight on to STOPPED when nothing is held (TS9, TS10).
 * `status` must be DEPROVISIONING or later than the task's own. Does not raise `version`.
 */
export function enterEnd(task: Task, status: TaskStatus, now: number): Task {
  const ended: Task = {
    ...task,
    lastStatus: status,
    desiredStatus: 'STOPPED',
    stoppingAt: task.stoppingAt ?? now,
    containers: task.containers.map(stopContainer),
    attachments: task.attachments.map(detach),
  };
  return status === 'DEPROVISIONING' && !holdsNetwork(ended) ? release(ended, now) : ended;
}

/** The task after its interface was deleted: STOPPED. Only for a task in DEPROVISIONING. Does not raise `version`. */
export function release(task: Task, now: number): Task {
  return {
    ...task,
    lastStatus: nextStatus(task.lastStatus, 'released'),
    attachments: task.attachments.map((a): TaskAttachment => (a.status === 'DELETED' ? a : { ...a, status: 'DELETED' })),
    stoppedAt: task.stoppedAt ?? now,
  };
}

function stopContainer(container: TaskContainer): TaskContainer {
  return container.lastStatus === 'STOPPED' ? container : { ...container, lastStatus: 'STOPPED' };
}

function detach(attachment: TaskAttachment): TaskAttachment {
  return attachment.status === 'DELETED' || attachment.status === 'DETACHED' ? attachment : { ...attachment, status: 'DETACHED' };
}
