// One task's mailbox and the only writer of its state: facts come in one at a time, core/task-run says what follows, errands
// do it outside and post what came of it. Starting, steady state, stopping and recovery are the same code.
import type { Clock, Timer } from '#base/clock.ts';
import { absorb } from '#core/task-run/absorb.ts';
import type { Fact } from '#core/task-run/fact.ts';
import { nextSteps } from '#core/task-run/next-steps.ts';
import type { Step } from '#core/task-run/next-steps.ts';
import type { TaskRun } from '#core/task-run/run.ts';
import type { TaskContext } from './task-context.ts';

export interface TaskRunner {
  readonly arn: string;
  readonly context: TaskContext;
  readonly run: TaskRun;
  /** Takes a fact; what follows from it has been begun when this returns. */
  post(fact: Fact): void;
  /** Its wake-up timer fires no more. */
  close(): void;
}

export interface RunnerOptions {
  readonly context: TaskContext;
  /** New, or as recovered. */
  readonly run: TaskRun;
  readonly clock: Clock;
  readonly perform: (context: TaskContext, run: TaskRun, step: Step, post: (fact: Fact) => void) => Promise<void>;
  /** After every fact, before the errands begin. */
  readonly changed: (runner: TaskRunner) => void;
}

export function openTaskRunner(options: RunnerOptions): TaskRunner {
  const { clock, context } = options;
  const mailbox: Fact[] = [];
  let run = options.run;
  let draining = false;
  let wake: Timer | undefined;

  const take = (fact: Fact): void => {
    const nowMs = clock.now();
    const advice = nextSteps(absorb(run, fact, nowMs), nowMs);
    run = advice.run;
    wake?.cancel();
    wake = advice.wakeAtMs === undefined ? undefined : clock.after(advice.wakeAtMs - nowMs, () => runner.post({ kind: 'tick' }));
    options.changed(runner);
    for (const step of advice.steps) void options.perform(context, run, step, runner.post);
  };

  const runner: TaskRunner = {
    arn: context.payload.arn,
    context,
    get run() {
      return run;
    },
    post(fact) {
      mailbox.push(fact);
      if (draining) return;
      draining = true;
      try {
        for (let next = mailbox.shift(); next !== undefined; next = mailbox.shift()) take(next);
      } finally {
        draining = false;
      }
    },
    close: () => wake?.cancel(),
  };
  return runner;
}
