// Lets go of everything at once: after cut(), no answer reaches the agent's code and no timer fires, as if the process
// had been killed. Only so can simulation kill an agent and start another in the same process.
import type { Clock, Timer } from '#base/clock.ts';

export interface Leash {
  readonly cut: boolean;
  /** A clock whose timers die with the leash. */
  clock(clock: Clock): Clock;
  /** The same object; its methods' promises stay pending for ever once the leash is cut. */
  hold<T extends object>(target: T): T;
  release(): void;
}

export function leash(): Leash {
  let cut = false;
  const timers = new Set<Timer>();
  const wait = (promise: Promise<unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => promise.then((value) => cut || resolve(value), (error: unknown) => cut || reject(error)));
  return {
    get cut() {
      return cut;
    },
    clock: (clock) => ({
      now: () => clock.now(),
      after(delayMs, run) {
        if (cut) return { cancel() {} };
        const timer = clock.after(delayMs, () => {
          timers.delete(timer);
          run();
        });
        timers.add(timer);
        return {
          cancel() {
            timers.delete(timer);
            timer.cancel();
          },
        };
      },
    }),
    hold: (target) =>
      new Proxy(target, {
        get(inner, name) {
          const member: unknown = Reflect.get(inner, name);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]): unknown => {
            if (cut) return new Promise(() => {});
            const result: unknown = Reflect.apply(member, inner, args);
            return result instanceof Promise ? wait(result) : result;
          };
        },
      }),
    release() {
      cut = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
}
