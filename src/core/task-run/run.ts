// How far a task has come on its host: plain immutable data, changed only by absorb() and nextSteps().
import type { HealthStatus } from '#model/task-status.ts';
import type { TaskPlan } from './plan.ts';

/** Only forward; `running` stays while a restart policy starts the container again. */
export const PHASES = ['none', 'pulled', 'created', 'running', 'stopped'] as const;
export type Phase = (typeof PHASES)[number];

export type Errand = 'pull' | 'create' | 'start' | 'stop';

export interface ContainerRun {
  readonly phase: Phase;
  /** What is under way for it; nothing else is begun until its result is in. */
  readonly busy?: Errand;
  readonly runtimeId?: string;
  readonly imageDigest?: string;
  readonly exitCode?: number;
  /** `CannotPullContainerError: …` */
  readonly reason?: string;
  /** It exited and its restart policy says to start it again; cleared by the start. */
  readonly restartAfter?: Exit;
  /** An exit seen while its start is still under way: counted once the start's result is in. */
  readonly earlyExit?: Exit;
  readonly health: HealthStatus;
  readonly healthSinceMs?: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly restarts: number;
  /** Of the last (re)start. */
  readonly lastStartAtMs?: number;
  readonly failedStops: number;
  readonly retryStopAtMs?: number;
}

export interface Exit {
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  readonly finishedAtMs: number;
  readonly error?: string;
}

export interface TaskRun {
  readonly plan: TaskPlan;
  readonly desired: 'RUNNING' | 'STOPPED';
  /** Network, volumes, cgroup. */
  readonly resources: 'none' | 'preparing' | 'ready' | 'failed';
  /** By name, in the plan's order. */
  readonly containers: Readonly<Record<string, ContainerRun>>;
  /** Why the task stops, when that is more than an exit or an order. The first reason stays. */
  readonly reason?: string;
  /** True from the moment every container was running or finished. */
  readonly reachedRunning: boolean;
  readonly pullStartedAtMs?: number;
  readonly pullStoppedAtMs?: number;
  /** When the first essential container stopped. */
  readonly executionStoppedAtMs?: number;
}

const FRESH: ContainerRun = { phase: 'none', health: 'UNKNOWN', restarts: 0, failedStops: 0 };

/** A task of which nothing was done yet. */
export function newRun(plan: TaskPlan): TaskRun {
  const containers = Object.fromEntries(plan.containers.map((c) => [c.name, c.internal ? { ...FRESH, phase: 'pulled' as const } : FRESH]));
  return { plan, desired: 'RUNNING', resources: 'none', containers, reachedRunning: false };
}

/** The run with some members of one container changed. */
export function withContainer(run: TaskRun, name: string, change: Partial<ContainerRun>): TaskRun {
  const before = run.containers[name];
  if (before === undefined) return run;
  return { ...run, containers: { ...run.containers, [name]: { ...before, ...change } } };
}

/** The run told to stop; the first reason given stays. */
export function stopping(run: TaskRun, reason?: string): TaskRun {
  const first = run.reason ?? reason;
  return { ...run, desired: 'STOPPED', ...(first !== undefined && { reason: first }) };
}

export function atLeast(phase: Phase, least: Phase): boolean {
  return PHASES.indexOf(phase) >= PHASES.indexOf(least);
}

/** SPEC TR12: running once every container runs or is done and at least one ran, unless the task is on its way out. */
export function noteRunning(run: TaskRun): TaskRun {
  if (run.reachedRunning || run.desired === 'STOPPED') return run;
  const states = run.plan.containers.map((c) => run.containers[c.name]);
  const all = states.every((state) => state !== undefined && atLeast(state.phase, 'running'));
  return all && states.some((state) => state?.startedAtMs !== undefined) ? { ...run, reachedRunning: true } : run;
}
