// The machine's clock.
import type { Clock, Timer } from '../clock.ts';

/** Node fires a timer that is to wait for longer at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs: number, run: () => void): Timer {
    let handle: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      handle = leftMs > LONGEST_MS ? setTimeout(() => wait(leftMs - LONGEST_MS), LONGEST_MS) : setTimeout(run, leftMs);
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
