// What a host reports about a task, from how far it has come. Internal containers never show.
import { must } from '#base/assert.ts';
import type { ContainerStatus } from '#model/task-status.ts';
import { isOver } from './next-steps.ts';
import type { TaskRun } from './run.ts';

export interface ContainerReport {
  readonly name: string;
  readonly status: ContainerStatus;
  readonly runtimeId?: string;
  readonly imageDigest?: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

export interface TaskReport {
  readonly status: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly reason?: string;
  readonly containers: readonly ContainerReport[];
  readonly pullStartedAtMs?: number;
  readonly pullStoppedAtMs?: number;
  readonly executionStoppedAtMs?: number;
}

/** SPEC TR12 to TR14. */
export function viewReport(run: TaskRun): TaskReport {
  const status = isOver(run) ? 'STOPPED' : run.reachedRunning ? 'RUNNING' : 'PENDING';
  return {
    status,
    ...(run.reason !== undefined && { reason: run.reason }),
    containers: run.plan.containers.filter((c) => !c.internal).map((c) => viewContainer(run, c.name)),
    ...(run.pullStartedAtMs !== undefined && { pullStartedAtMs: run.pullStartedAtMs }),
    ...(run.pullStoppedAtMs !== undefined && { pullStoppedAtMs: run.pullStoppedAtMs }),
    ...(run.executionStoppedAtMs !== undefined && { executionStoppedAtMs: run.executionStoppedAtMs }),
  };
}

function viewContainer(run: TaskRun, name: string): ContainerReport {
  const state = must(run.containers[name], 'every planned container has a state');
  const status = state.phase === 'stopped' ? 'STOPPED' : state.phase === 'running' ? 'RUNNING' : 'PENDING';
  return {
    name,
    status,
    ...(state.runtimeId !== undefined && { runtimeId: state.runtimeId }),
    ...(state.imageDigest !== undefined && { imageDigest: state.imageDigest }),
    ...(state.exitCode !== undefined && { exitCode: state.exitCode }),
    ...(state.reason !== undefined && { reason: state.reason }),
  };
}

/** What of a report matters for whether another is due; small enough to be kept. */
export interface ReportMark {
  readonly status: TaskReport['status'];
  readonly stoppedContainers: number;
}

export function markOf(report: TaskReport): ReportMark {
  return { status: report.status, stoppedContainers: report.containers.filter((c) => c.status === 'STOPPED').length };
}

/**
 * The reports that the control plane still has to get, in order: when the status moved, and when a container stopped while
 * the task runs. RUNNING is never skipped by a task that got there, however briefly. A starting task's containers are not
 * worth a call each; they come with RUNNING.
 * @param before the mark of the last report made, undefined when there was none
 */
export function dueReports(before: ReportMark | undefined, run: TaskRun): TaskReport[] {
  const now = viewReport(run);
  if (now.status === 'PENDING' || before?.status === 'STOPPED') return [];
  if (now.status === 'STOPPED' && before === undefined && run.reachedRunning) {
    const { reason: _reason, ...running } = now;
    return [{ ...running, status: 'RUNNING' }, now];
  }
  if (before === undefined || before.status !== now.status) return [now];
  return markOf(now).stoppedContainers > before.stoppedContainers ? [now] : [];
}
