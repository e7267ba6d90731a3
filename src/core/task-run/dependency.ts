// May a container start? What its dependsOn conditions say, given what is known of the others (SPEC TR4 to TR7).
import type { DependencyCondition } from '#model/task-definition.ts';
import { must } from '#base/assert.ts';
import type { ContainerPlan } from './plan.ts';
import { atLeast } from './run.ts';
import type { ContainerRun, TaskRun } from './run.ts';

export type Verdict =
  | { readonly state: 'satisfied' }
  /** `wakeAtMs`: when waiting ends in vain. */
  | { readonly state: 'waiting'; readonly wakeAtMs?: number }
  | { readonly state: 'impossible'; readonly why: string };

const SATISFIED: Verdict = { state: 'satisfied' };

/** All of a container's conditions together. */
export function dependencies(run: TaskRun, container: ContainerPlan, nowMs: number): Verdict {
  let wakeAtMs: number | undefined;
  let waiting = false;
  for (const { containerName, condition } of container.dependsOn) {
    const on = must(run.plan.containers.find((c) => c.name === containerName), 'dependency is in the plan');
    const verdict = oneDependency(must(run.containers[containerName], 'dependency has a state'), on, condition, container.name, nowMs);
    if (verdict.state === 'impossible') return verdict;
    if (verdict.state === 'satisfied') continue;
    waiting = true;
    if (verdict.wakeAtMs !== undefined) wakeAtMs = Math.min(wakeAtMs ?? Infinity, verdict.wakeAtMs);
  }
  if (!waiting) return SATISFIED;
  return { state: 'waiting', ...(wakeAtMs !== undefined && { wakeAtMs }) };
}

function oneDependency(state: ContainerRun, on: ContainerPlan, condition: DependencyCondition, target: string, nowMs: number): Verdict {
  if (holds(state, condition)) return SATISFIED;
  const what = `container ordering dependency [${on.name}] for target [${target}]`;
  if (state.phase === 'stopped') return { state: 'impossible', why: `dependency graph: failed to resolve ${what}${stoppedWhy(state, condition)}` };
  if (condition === 'START' || on.startTimeoutMs === undefined || state.startedAtMs === undefined) return { state: 'waiting' };
  const endsAtMs = state.startedAtMs + on.startTimeoutMs;
  if (nowMs >= endsAtMs) return { state: 'impossible', why: `dependency graph: ${what} has timed out.` };
  return { state: 'waiting', wakeAtMs: endsAtMs };
}

function holds(state: ContainerRun, condition: DependencyCondition): boolean {
  switch (condition) {
    // Having started is enough: a quick helper may be gone again before its dependant's turn comes.
    case 'START':
      return state.startedAtMs !== undefined && atLeast(state.phase, 'running');
    case 'COMPLETE':
      return state.phase === 'stopped' && state.exitCode !== undefined;
    case 'SUCCESS':
      return state.phase === 'stopped' && state.exitCode === 0;
    case 'HEALTHY':
      return state.phase === 'running' && state.health === 'HEALTHY';
  }
}

function stoppedWhy(state: ContainerRun, condition: DependencyCondition): string {
  if (condition === 'SUCCESS' && state.exitCode !== undefined) return ' as dependency did not exit successfully.';
  return ' as dependency has stopped.';
}
