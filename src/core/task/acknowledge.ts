// The agent took the order for a task.
import type { Task, TaskAttachment } from '#model/task.ts';
import { nextStatus } from './transitions.ts';

/** PROVISIONING becomes PENDING and its interface ATTACHING (TS12); the same task in any later status. */
export function acknowledgeTask(task: Task, now: number): Task {
  const status = nextStatus(task.lastStatus, 'acknowledged');
  if (status === task.lastStatus) return task;
  return {
    ...task,
    lastStatus: status,
    connectivity: 'CONNECTED',
    connectivityAt: now,
    attachments: task.attachments.map((a): TaskAttachment => (a.status === 'PRECREATED' ? { ...a, status: 'ATTACHING' } : a)),
    version: task.version + 1,
  };
}
