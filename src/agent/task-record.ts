// What is kept of a task in the agent's state store. Only what Docker cannot tell again: the order itself, why the task stops,
// ends that left no container behind, and how far the control plane has heard.
import type { SubmitTaskRequest } from '#link/agent-api.ts';
import type { PayloadTask } from '#link/messages.ts';
import type { ReportMark } from '#core/task-run/report.ts';
import type { ContainerRun, TaskRun } from '#core/task-run/run.ts';
import { withContainer } from '#core/task-run/run.ts';
import type { RangeStarts } from './spec/ports.ts';
import type { TaskContext } from './task-context.ts';

/** Under `order/<arn>`: written once, durable before the order is acknowledged. */
export interface OrderRecord {
  readonly payload: PayloadTask;
  readonly seqNum: number;
  readonly namespace?: string;
}

/** Under `progress/<arn>`. */
export interface ProgressRecord {
  readonly desired: TaskRun['desired'];
  readonly reason?: string;
  readonly reachedRunning: boolean;
  readonly pullStartedAtMs?: number;
  readonly pullStoppedAtMs?: number;
  readonly executionStoppedAtMs?: number;
  readonly containers: Readonly<Record<string, Pick<ContainerRun, 'phase' | 'runtimeId' | 'imageDigest' | 'exitCode' | 'reason' | 'startedAtMs' | 'finishedAtMs' | 'lastStartAtMs' | 'restarts'>>>;
  readonly rangeStarts: Readonly<Record<string, RangeStarts>>;
  readonly heard?: ReportMark;
}

/** Under `over/<arn>`: a task that has ended and was cleaned up; an order repeated late must not start it again. */
export interface OverRecord {
  readonly atMs: number;
  /** What to say when the control plane asks again. */
  readonly request: SubmitTaskRequest;
}

export const orderKey = (arn: string): string => `order/${arn}`;
export const progressKey = (arn: string): string => `progress/${arn}`;
export const overKey = (arn: string): string => `over/${arn}`;

export function recordProgress(run: TaskRun, context: TaskContext, heard: ReportMark | undefined): ProgressRecord {
  return {
    desired: run.desired,
    ...(run.reason !== undefined && { reason: run.reason }),
    reachedRunning: run.reachedRunning,
    ...(run.pullStartedAtMs !== undefined && { pullStartedAtMs: run.pullStartedAtMs }),
    ...(run.pullStoppedAtMs !== undefined && { pullStoppedAtMs: run.pullStoppedAtMs }),
    ...(run.executionStoppedAtMs !== undefined && { executionStoppedAtMs: run.executionStoppedAtMs }),
    containers: Object.fromEntries(Object.entries(run.containers).map(([name, state]) => {
      const { phase, runtimeId, imageDigest, exitCode, reason, startedAtMs, finishedAtMs, lastStartAtMs, restarts } = state;
      return [name, { phase, runtimeId, imageDigest, exitCode, reason, startedAtMs, finishedAtMs, lastStartAtMs, restarts }];
    })),
    rangeStarts: Object.fromEntries(context.rangeStarts),
    ...(heard !== undefined && { heard }),
  };
}

/** A run as the record has it; containers that were on their way are set right by what the runtime says. */
export function restoreRun(fresh: TaskRun, record: ProgressRecord): TaskRun {
  let run: TaskRun = {
    ...fresh,
    desired: record.desired,
    reachedRunning: record.reachedRunning,
    ...(record.reason !== undefined && { reason: record.reason }),
    ...(record.pullStartedAtMs !== undefined && { pullStartedAtMs: record.pullStartedAtMs }),
    ...(record.pullStoppedAtMs !== undefined && { pullStoppedAtMs: record.pullStoppedAtMs }),
    ...(record.executionStoppedAtMs !== undefined && { executionStoppedAtMs: record.executionStoppedAtMs }),
  };
  for (const [name, kept] of Object.entries(record.containers)) {
    if (kept.phase === 'stopped') run = withContainer(run, name, kept);
    else run = withContainer(run, name, { ...pick(kept) });
  }
  return run;
}

/** Of a container that had not ended, history alone; its phase is the runtime's to tell. */
function pick(kept: ProgressRecord['containers'][string]): Partial<ContainerRun> {
  return {
    restarts: kept.restarts,
    ...(kept.imageDigest !== undefined && { imageDigest: kept.imageDigest }),
    ...(kept.lastStartAtMs !== undefined && { lastStartAtMs: kept.lastStartAtMs }),
  };
}
