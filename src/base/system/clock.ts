// The machine's clock.
import type { Clock, Timer } from '../clock.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs: number, run: () => void): Timer {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
