// What to do next for a task: the errands to begin now, and when to look again. One call after every fact.
import { must } from '#base/assert.ts';
import { NEVER_STARTED_EXIT_CODE, exitChange, over } from './absorb.ts';
import { dependencies } from './dependency.ts';
import { neededBy } from './plan.ts';
import type { ContainerPlan } from './plan.ts';
import { atLeast, noteRunning, stopping, withContainer } from './run.ts';
import type { ContainerRun, Phase, TaskRun } from './run.ts';

export type Step =
  /** Network, volumes, cgroup of the task. */
  | { readonly do: 'prepare' }
  | { readonly do: 'pull' | 'create' | 'start'; readonly container: string }
  | { readonly do: 'stop'; readonly container: string; readonly timeoutMs: number };

export interface Advice {
  /** With the begun errands marked busy. */
  readonly run: TaskRun;
  readonly steps: readonly Step[];
  /** Send a `tick` then, whatever happens before. */
  readonly wakeAtMs?: number;
}

interface Pass {
  run: TaskRun;
  steps: Step[];
  wakeAtMs: number | undefined;
}

/** Deterministic; calling it twice in a row gives no new steps the second time. */
export function nextSteps(run: TaskRun, nowMs: number): Advice {
  const pass: Pass = { run, steps: [], wakeAtMs: undefined };
  settle(pass);
  prepare(pass, nowMs);
  // What ends in one turn may free or doom others: go round until nothing moves. Each turn settles a container or is the last.
  for (let before: TaskRun | undefined; before !== pass.run; ) {
    before = pass.run;
    pass.wakeAtMs = undefined;
    for (const plan of run.plan.containers) stepContainer(pass, plan, nowMs);
    pass.run = noteRunning(pass.run);
    settle(pass);
  }
  return { run: pass.run, steps: pass.steps, ...(pass.wakeAtMs !== undefined && { wakeAtMs: pass.wakeAtMs }) };
}

/** SPEC TR13: a task of which nothing is left to run is over, essential or not. */
function settle(pass: Pass): void {
  if (pass.run.desired === 'STOPPED') return;
  const own = pass.run.plan.containers.filter((c) => !c.internal);
  if (own.every((c) => stateOf(pass.run, c.name).phase === 'stopped')) pass.run = stopping(pass.run);
}

/** SPEC TR2: a task that was found running has what it needs, and must not be lost to what cannot be had now. */
function prepare(pass: Pass, nowMs: number): void {
  if (pass.run.resources !== 'none' || pass.run.desired === 'STOPPED') return;
  if (!Object.values(pass.run.containers).some((c) => !atLeast(c.phase, 'running') || c.restartAfter !== undefined)) return;
  pass.run = { ...pass.run, resources: 'preparing', pullStartedAtMs: pass.run.pullStartedAtMs ?? nowMs };
  pass.steps.push({ do: 'prepare' });
}

function stepContainer(pass: Pass, plan: ContainerPlan, nowMs: number): void {
  const state = stateOf(pass.run, plan.name);
  if (state.phase === 'stopped') return;
  if (state.busy === 'pull' && pass.run.desired === 'STOPPED') return abandonPull(pass, plan, nowMs);
  if (state.busy !== undefined) return;
  if (pass.run.desired === 'STOPPED') return stepToStop(pass, plan, state, nowMs);
  switch (state.phase) {
    case 'none':
      return begin(pass, plan.name, { do: 'pull', container: plan.name });
    case 'pulled':
      return stepToCreate(pass, plan, nowMs);
    case 'created':
      return stepToStart(pass, plan, nowMs);
    case 'running':
      if (state.restartAfter !== undefined && pass.run.resources === 'ready') begin(pass, plan.name, { do: 'start', container: plan.name });
      return;
  }
}

/** SPEC TR3: resources ready, what it refers to created, and its conditions met unless an early create changes nothing. */
function stepToCreate(pass: Pass, plan: ContainerPlan, nowMs: number): void {
  if (pass.run.resources !== 'ready' || !needsAre(pass.run, plan, 'created')) return;
  const verdict = dependencies(pass.run, plan, nowMs);
  if (verdict.state === 'impossible') return condemn(pass, plan, verdict.why, nowMs);
  if (verdict.state === 'waiting') {
    wake(pass, verdict.wakeAtMs);
    if (!plan.createEarly) return;
  }
  begin(pass, plan.name, { do: 'create', container: plan.name });
}

function stepToStart(pass: Pass, plan: ContainerPlan, nowMs: number): void {
  // Made by an earlier life of the agent; the machine may have been restarted since.
  if (pass.run.resources !== 'ready') return;
  const verdict = dependencies(pass.run, plan, nowMs);
  if (verdict.state === 'impossible') return condemn(pass, plan, verdict.why, nowMs);
  if (verdict.state === 'waiting') return wake(pass, verdict.wakeAtMs);
  begin(pass, plan.name, { do: 'start', container: plan.name });
}

/** SPEC TR8: it can never start, so it ends here, with the exit code ECS's agent gives such a container. */
function condemn(pass: Pass, plan: ContainerPlan, why: string, nowMs: number): void {
  const reason = `CannotStartContainerError: ${why}`;
  pass.run = over(pass.run, plan, { reason, exitCode: NEVER_STARTED_EXIT_CODE }, nowMs);
}

/** SPEC TR10: whoever relies on a container stops before it; what never ran needs no stopping. */
function stepToStop(pass: Pass, plan: ContainerPlan, state: ContainerRun, nowMs: number): void {
  if (state.phase !== 'running') {
    pass.run = over(pass.run, plan, {}, nowMs, { silent: true });
    return;
  }
  if (state.restartAfter !== undefined) {
    pass.run = over(pass.run, plan, exitChange(state, state.restartAfter), nowMs, { silent: true });
    return;
  }
  const dependants = pass.run.plan.containers.filter((c) => neededBy(c).includes(plan.name));
  if (dependants.some((c) => stateOf(pass.run, c.name).phase !== 'stopped')) return;
  if (state.retryStopAtMs !== undefined && nowMs < state.retryStopAtMs) return wake(pass, state.retryStopAtMs);
  begin(pass, plan.name, { do: 'stop', container: plan.name, timeoutMs: plan.stopTimeoutMs });
}

/** A pull may take minutes and is nobody's but the image store's: a stopping task does not wait for it. */
function abandonPull(pass: Pass, plan: ContainerPlan, nowMs: number): void {
  pass.run = over(withContainer(pass.run, plan.name, { busy: undefined }), plan, {}, nowMs, { silent: true });
}

/** Links and namespaces need the other one there already; being past the phase counts. */
function needsAre(run: TaskRun, plan: ContainerPlan, least: Phase): boolean {
  return plan.needsCreated.every((name) => atLeast(stateOf(run, name).phase, least));
}

function begin(pass: Pass, name: string, step: Exclude<Step, { do: 'prepare' }>): void {
  pass.run = withContainer(pass.run, name, { busy: step.do });
  pass.steps.push(step);
}

function wake(pass: Pass, atMs: number | undefined): void {
  if (atMs !== undefined) pass.wakeAtMs = Math.min(pass.wakeAtMs ?? Infinity, atMs);
}

function stateOf(run: TaskRun, name: string): ContainerRun {
  return must(run.containers[name], 'every planned container has a state');
}

/** True when nothing is left to do and every container has ended. */
export function isOver(run: TaskRun): boolean {
  return run.desired === 'STOPPED'
    && run.resources !== 'preparing'
    && run.plan.containers.every((c) => stateOf(run, c.name).phase === 'stopped');
}
