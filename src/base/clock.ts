// Time as a value that is handed in: the real clock is base/system/clock.ts, the virtual one tests/support/virtual-clock.ts.

export interface Timer {
  /** Idempotent; a cancelled timer never fires. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `delayMs` from now (0 = on the next turn, never synchronously). */
  after(delayMs: number, run: () => void): Timer;
}

/** Resolves after `delayMs` of this clock's time. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
