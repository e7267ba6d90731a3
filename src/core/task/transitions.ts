// Which status a task has after an event: one total table, so that no case is forgotten (SPEC.md TS1, TS2).
import type { TaskStatus } from '#model/task-status.ts';

export const TASK_EVENTS = [
  /** The agent took the order. */
  'acknowledged',
  'reportedPending',
  'reportedActivating',
  'reportedRunning',
  'reportedDeactivating',
  'reportedStopping',
  'reportedStopped',
  /** A stop was asked for a task that no host has. */
  'stoppedUnplaced',
  /** A stop was asked for a task whose targets have to drain first. */
  'drains',
  /** Its targets have drained: the agent is told now. */
  'drained',
  /** Its host was deregistered: nobody will report any more. */
  'hostGone',
  /** Nothing of the task is held any more (its network interface is deleted). */
  'released',
] as const;
export type TaskEvent = (typeof TASK_EVENTS)[number];

/** Rows: the status now; cells: the status after. The same status means that the event changes nothing. */
const NEXT: Readonly<Record<TaskStatus, Readonly<Record<TaskEvent, TaskStatus>>>> = {
  PROVISIONING: {
    acknowledged: 'PENDING',
    reportedPending: 'PENDING',
    reportedActivating: 'ACTIVATING',
    reportedRunning: 'RUNNING',
    reportedDeactivating: 'DEACTIVATING',
    reportedStopping: 'STOPPING',
    reportedStopped: 'DEPROVISIONING',
    stoppedUnplaced: 'DEPROVISIONING',
    drains: 'PROVISIONING',
    drained: 'PROVISIONING',
    hostGone: 'DEPROVISIONING',
    released: 'PROVISIONING',
  },
  PENDING: {
    acknowledged: 'PENDING',
    reportedPending: 'PENDING',
    reportedActivating: 'ACTIVATING',
    reportedRunning: 'RUNNING',
    reportedDeactivating: 'DEACTIVATING',
    reportedStopping: 'STOPPING',
    reportedStopped: 'DEPROVISIONING',
    stoppedUnplaced: 'DEPROVISIONING',
    drains: 'PENDING',
    drained: 'PENDING',
    hostGone: 'DEPROVISIONING',
    released: 'PENDING',
  },
  ACTIVATING: {
    acknowledged: 'ACTIVATING',
    reportedPending: 'ACTIVATING',
    reportedActivating: 'ACTIVATING',
    reportedRunning: 'RUNNING',
    reportedDeactivating: 'DEACTIVATING',
    reportedStopping: 'STOPPING',
    reportedStopped: 'DEPROVISIONING',
    stoppedUnplaced: 'DEPROVISIONING',
    drains: 'ACTIVATING',
    drained: 'ACTIVATING',
    hostGone: 'DEPROVISIONING',
    released: 'ACTIVATING',
  },
  RUNNING: {
    acknowledged: 'RUNNING',
    reportedPending: 'RUNNING',
    reportedActivating: 'RUNNING',
    reportedRunning: 'RUNNING',
    reportedDeactivating: 'DEACTIVATING',
    reportedStopping: 'STOPPING',
    reportedStopped: 'DEPROVISIONING',
    stoppedUnplaced: 'DEPROVISIONING',
    drains: 'DEACTIVATING',
    drained: 'RUNNING',
    hostGone: 'DEPROVISIONING',
    released: 'RUNNING',
  },
  DEACTIVATING: {
    acknowledged: 'DEACTIVATING',
    reportedPending: 'DEACTIVATING',
    reportedActivating: 'DEACTIVATING',
    reportedRunning: 'DEACTIVATING',
    reportedDeactivating: 'DEACTIVATING',
    reportedStopping: 'STOPPING',
    reportedStopped: 'DEPROVISIONING',
    stoppedUnplaced: 'DEPROVISIONING',
    drains: 'DEACTIVATING',
    drained: 'STOPPING',
    hostGone: 'DEPROVISIONING',
    released: 'DEACTIVATING',
  },
  STOPPING: {
    acknowledged: 'STOPPING',
    reportedPending: 'STOPPING',
    reportedActivating: 'STOPPING',
    reportedRunning: 'STOPPING',
    reportedDeactivating: 'STOPPING',
    reportedStopping: 'STOPPING',
    reportedStopped: 'DEPROVISIONING',
    stoppedUnplaced: 'DEPROVISIONING',
    drains: 'STOPPING',
    drained: 'STOPPING',
    hostGone: 'DEPROVISIONING',
    released: 'STOPPING',
  },
  DEPROVISIONING: {
    acknowledged: 'DEPROVISIONING',
    reportedPending: 'DEPROVISIONING',
    reportedActivating: 'DEPROVISIONING',
    reportedRunning: 'DEPROVISIONING',
    reportedDeactivating: 'DEPROVISIONING',
    reportedStopping: 'DEPROVISIONING',
    reportedStopped: 'DEPROVISIONING',
    stoppedUnplaced: 'DEPROVISIONING',
    drains: 'DEPROVISIONING',
    drained: 'DEPROVISIONING',
    hostGone: 'DEPROVISIONING',
    released: 'STOPPED',
  },
  STOPPED: {
    acknowledged: 'STOPPED',
    reportedPending: 'STOPPED',
    reportedActivating: 'STOPPED',
    reportedRunning: 'STOPPED',
    reportedDeactivating: 'STOPPED',
    reportedStopping: 'STOPPED',
    reportedStopped: 'STOPPED',
    stoppedUnplaced: 'STOPPED',
    drains: 'STOPPED',
    drained: 'STOPPED',
    hostGone: 'STOPPED',
    released: 'STOPPED',
  },
};

/** The status after `event`; the same one when the event means nothing there. */
export function nextStatus(status: TaskStatus, event: TaskEvent): TaskStatus {
  return NEXT[status][event];
}

/** The event that a reported status stands for. PROVISIONING and DEPROVISIONING are the control plane's own: a report of them says nothing. */
export function reportedEvent(status: TaskStatus): TaskEvent | undefined {
  return REPORTED[status];
}

const REPORTED: Readonly<Record<TaskStatus, TaskEvent | undefined>> = {
  PROVISIONING: undefined,
  PENDING: 'reportedPending',
  ACTIVATING: 'reportedActivating',
  RUNNING: 'reportedRunning',
  DEACTIVATING: 'reportedDeactivating',
  STOPPING: 'reportedStopping',
  DEPROVISIONING: undefined,
  STOPPED: 'reportedStopped',
};
