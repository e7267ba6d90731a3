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

/**
 * Whether the control plane has to hear of it: the task's status moved, or a container stopped while the task runs.
 * A starting task's containers are not worth a call each; they come with RUNNING.
 */
export function isWorthReporting(before: TaskReport | undefined, now: TaskReport): boolean {
  if (now.status === 'PENDING') return false;
  if (before === undefined || before.status !== now.status) return true;
  const stopped = (report: TaskReport): number => report.containers.filter((c) => c.status === 'STOPPED').length;
  return now.status === 'RUNNING' && stopped(now) > stopped(before);
}
