// What a fact changes about a task. Decides nothing about what to do next: that is next-steps.ts.
import type { Fact, Refusal } from './fact.ts';
import { must, never } from '#base/assert.ts';
import type { ContainerPlan } from './plan.ts';
import { shouldRestart } from './restart-policy.ts';
import { atLeast, noteRunning, stopping, withContainer } from './run.ts';
import type { ContainerRun, Exit, TaskRun } from './run.ts';

/** The exit code Docker gives a container ended by SIGTERM: what ECS's agent reports of one that could never start. */
export const NEVER_STARTED_EXIT_CODE = 143;
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** The run after one more fact. Facts about containers the plan does not know change nothing. */
export function absorb(run: TaskRun, fact: Fact, nowMs: number): TaskRun {
  switch (fact.kind) {
    case 'tick':
      return noteRunning(run);
    case 'ordered':
      return stopping(run, fact.reason);
    case 'prepared':
      return fact.refusal === undefined ? { ...run, resources: 'ready' } : stopping({ ...run, resources: 'failed' }, text(fact.refusal));
    default:
      break;
  }
  const state = run.containers[fact.container];
  const plan = run.plan.containers.find((c) => c.name === fact.container);
  if (state === undefined || plan === undefined) return run;
  return noteRunning(absorbContainer(run, plan, state, fact, nowMs));
}

type ContainerFact = Extract<Fact, { container: string }>;

function absorbContainer(run: TaskRun, plan: ContainerPlan, state: ContainerRun, fact: ContainerFact, nowMs: number): TaskRun {
  // SPEC TR1: nothing comes back from stopped; a late result only ends its errand.
  if (state.phase === 'stopped') return withContainer(run, plan.name, { busy: undefined });
  switch (fact.kind) {
    case 'pulled':
      return notePulls(absorbPulled(run, plan, state, fact, nowMs), nowMs);
    case 'created':
      return withContainer(run, plan.name, { ...idle(state, 'create'), runtimeId: fact.runtimeId, phase: further(state, 'created') });
    case 'notCreated':
      return over(withContainer(run, plan.name, idle(state, 'create')), plan, { reason: text(fact.refusal) }, nowMs);
    case 'started':
      return absorbStarted(run, plan, state, fact.atMs, nowMs);
    case 'notStarted': {
      const exitCode = fact.exitCode ?? state.earlyExit?.exitCode;
      const ended = { reason: text(fact.refusal), ...(exitCode !== undefined && { exitCode }) };
      return over(withContainer(run, plan.name, { ...idle(state, 'start'), earlyExit: undefined }), plan, ended, nowMs);
    }
    case 'stopEnded':
      return absorbStopEnded(run, plan, state, fact.refusal, nowMs);
    case 'exited':
      return absorbExit(run, plan, state, fact.exit, nowMs);
    case 'health':
      if (state.phase !== 'running' || state.health === fact.health) return run;
      return withContainer(run, plan.name, { health: fact.health, healthSinceMs: fact.atMs });
    default:
      return never(fact);
  }
}

function absorbPulled(run: TaskRun, plan: ContainerPlan, state: ContainerRun, fact: Extract<Fact, { kind: 'pulled' }>, nowMs: number): TaskRun {
  const rest = withContainer(run, plan.name, idle(state, 'pull'));
  if (fact.refusal !== undefined) return over(rest, plan, { reason: text(fact.refusal) }, nowMs);
  return withContainer(rest, plan.name, {
    phase: further(state, 'pulled'),
    ...(fact.imageDigest !== undefined && { imageDigest: fact.imageDigest }),
  });
}

/** The first start makes it running; a later one is a restart. An exit that was seen meanwhile counts now. */
function absorbStarted(run: TaskRun, plan: ContainerPlan, state: ContainerRun, atMs: number, nowMs: number): TaskRun {
  const again = state.startedAtMs !== undefined;
  const next = withContainer(run, plan.name, {
    ...idle(state, 'start'),
    phase: 'running',
    startedAtMs: state.startedAtMs ?? atMs,
    lastStartAtMs: atMs,
    earlyExit: undefined,
    restartAfter: undefined,
    ...(again && { restarts: state.restarts + 1 }),
  });
  if (state.earlyExit === undefined) return next;
  return absorbExit(noteRunning(next), plan, must(next.containers[plan.name], 'state'), state.earlyExit, nowMs);
}

function absorbStopEnded(run: TaskRun, plan: ContainerPlan, state: ContainerRun, refusal: Refusal | undefined, nowMs: number): TaskRun {
  const rest = withContainer(run, plan.name, idle(state, 'stop'));
  if (refusal === undefined) return rest;
  const failedStops = state.failedStops + 1;
  return withContainer(rest, plan.name, { failedStops, retryStopAtMs: nowMs + Math.min(30_000, 250 * 2 ** failedStops) });
}

function absorbExit(run: TaskRun, plan: ContainerPlan, state: ContainerRun, exit: Exit, nowMs: number): TaskRun {
  // SPEC TR9: the one that it is started again for, told once more.
  if (state.restartAfter !== undefined && exit.finishedAtMs <= state.restartAfter.finishedAtMs) return run;
  if (state.busy === 'start') return withContainer(run, plan.name, { earlyExit: exit });
  if (shouldRestart(plan, state, exit, run.desired)) {
    return withContainer(run, plan.name, { restartAfter: exit, health: 'UNKNOWN', healthSinceMs: exit.finishedAtMs });
  }
  return over(run, plan, exitChange(state, exit), nowMs, { silent: true });
}

/** What an exit leaves behind in a container's state. */
export function exitChange(state: ContainerRun, exit: Exit): Partial<ContainerRun> {
  const reason = exitReason(state, exit);
  return {
    finishedAtMs: exit.finishedAtMs,
    ...(exit.exitCode !== undefined && { exitCode: exit.exitCode }),
    ...(reason !== undefined && { reason }),
  };
}

function exitReason(state: ContainerRun, exit: Exit): string | undefined {
  if (exit.oomKilled && exit.exitCode !== 0) return OUT_OF_MEMORY;
  return exit.error === undefined || exit.error === '' ? state.reason : exit.error;
}

/** The container has come to its end. `silent`: its reason is its own, not the task's (an exit, not a failure to start). */
export function over(run: TaskRun, plan: ContainerPlan, change: Partial<ContainerRun>, nowMs: number, { silent = false } = {}): TaskRun {
  const next = withContainer(run, plan.name, { ...change, phase: 'stopped', earlyExit: undefined, restartAfter: undefined });
  if (!plan.essential) return next;
  const ended = { ...next, executionStoppedAtMs: next.executionStoppedAtMs ?? change.finishedAtMs ?? nowMs };
  return stopping(ended, silent || run.desired === 'STOPPED' ? undefined : change.reason);
}

function notePulls(run: TaskRun, nowMs: number): TaskRun {
  const open = Object.values(run.containers).some((c) => c.phase === 'none');
  return open || run.pullStoppedAtMs !== undefined ? run : { ...run, pullStoppedAtMs: nowMs };
}

function idle(state: ContainerRun, errand: NonNullable<ContainerRun['busy']>): Partial<ContainerRun> {
  return state.busy === errand ? { busy: undefined } : {};
}

function further(state: ContainerRun, phase: ContainerRun['phase']): ContainerRun['phase'] {
  return atLeast(state.phase, phase) ? state.phase : phase;
}

function text(refusal: Refusal): string {
  return `${refusal.name}: ${refusal.message}`;
}
