// A task played by hand: facts in, steps out.
import { absorb } from './absorb.ts';
import type { Fact } from './fact.ts';
import { nextSteps } from './next-steps.ts';
import type { Step } from './next-steps.ts';
import type { ContainerPlan, TaskPlan } from './plan.ts';
import { newRun } from './run.ts';
import type { TaskRun } from './run.ts';

export function container(name: string, change: Partial<ContainerPlan> = {}): ContainerPlan {
  return { name, essential: true, internal: false, dependsOn: [], needsCreated: [], stopTimeoutMs: 30_000, createEarly: true, ...change };
}

export function on(containerName: string, condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY'): { containerName: string; condition: typeof condition } {
  return { containerName, condition };
}

export interface Play {
  run: TaskRun;
  nowMs: number;
  /** Steps begun so far and not yet answered: `start app`. */
  open: string[];
  wakeAtMs: number | undefined;
  tell(fact: Fact): string[];
  /** Answers every open step with success, again and again, until none is left; stops succeed with exit code 143. */
  goOn(): Play;
  phase(name: string): string | undefined;
}

export function play(...containers: ContainerPlan[]): Play {
  const plan: TaskPlan = { arn: 'task', containers };
  const p: Play = {
    run: newRun(plan),
    nowMs: 1000,
    open: [],
    wakeAtMs: undefined,
    tell(fact) {
      const advice = nextSteps(absorb(p.run, fact, p.nowMs), p.nowMs);
      p.run = advice.run;
      p.wakeAtMs = advice.wakeAtMs;
      const steps = advice.steps.map(text);
      p.open.push(...steps);
      return steps;
    },
    goOn() {
      for (let step = p.open.shift(); step !== undefined; step = p.open.shift()) for (const fact of success(step, p.nowMs)) p.tell(fact);
      return p;
    },
    phase: (name) => p.run.containers[name]?.phase,
  };
  p.tell({ kind: 'tick' });
  return p;
}

export function text(step: Step): string {
  return step.do === 'prepare' ? 'prepare' : `${step.do} ${step.container}`;
}

export function exited(name: string, exitCode: number | undefined, nowMs: number, oomKilled = false): Fact {
  return { kind: 'exited', container: name, exit: { ...(exitCode !== undefined && { exitCode }), oomKilled, finishedAtMs: nowMs } };
}

export function success(step: string, nowMs: number): Fact[] {
  const [verb, name = ''] = step.split(' ');
  switch (verb) {
    case 'prepare':
      return [{ kind: 'prepared' }];
    case 'pull':
      return [{ kind: 'pulled', container: name }];
    case 'create':
      return [{ kind: 'created', container: name, runtimeId: `id-${name}` }];
    case 'start':
      return [{ kind: 'started', container: name, atMs: nowMs }];
    default:
      return [exited(name, 143, nowMs), { kind: 'stopEnded', container: name }];
  }
}
