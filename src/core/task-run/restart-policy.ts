// Whether a container that exited is started again inside its task (SPEC TR9). Source: restartPolicy in the ECS API reference.
import type { ContainerPlan } from './plan.ts';
import type { ContainerRun, Exit } from './run.ts';

/**
 * True when the policy restarts it: the exit code is known and not ignored, and the container has run for the whole
 * attempt period since its last (re)start.
 */
export function shouldRestart(plan: ContainerPlan, state: ContainerRun, exit: Exit, desired: 'RUNNING' | 'STOPPED'): boolean {
  if (plan.restart === undefined || desired === 'STOPPED') return false;
  if (exit.exitCode === undefined || plan.restart.ignoredExitCodes.includes(exit.exitCode)) return false;
  const startedAtMs = state.lastStartAtMs ?? state.startedAtMs;
  return startedAtMs !== undefined && exit.finishedAtMs - startedAtMs >= plan.restart.periodMs;
}
