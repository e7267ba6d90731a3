// A clock that moves only when a test says so: same timers in, same order out, on every machine.
// Between two timers every pending promise callback runs, as in Node itself.
import type { Clock, Timer } from '#base/clock.ts';

export interface VirtualClock extends Clock {
  /** Timers that are neither fired nor cancelled. */
  readonly pending: number;
  /** When the next timer fires, epoch milliseconds; undefined when there is none. */
  nextAt(): number | undefined;
  /** Moves time on by `durationMs`, firing every timer that falls due, in order of time and then of creation. Rejects with what a timer throws. */
  advance(durationMs: number): Promise<void>;
  /**
   * Moves time on, timer by timer, until `fact` is truthy, and returns that value. Time stands at the timer that made it so.
   * Rejects when there is no timer left or when `limitMs` (default one hour) of virtual time passed without it.
   */
  runUntil<T>(fact: () => T, options?: { limitMs?: number; what?: string }): Promise<NonNullable<T>>;
  /** Lets every pending promise callback run, without moving time. */
  settle(): Promise<void>;
}

interface Entry {
  readonly at: number;
  readonly sequence: number;
  run: (() => void) | undefined;
}

/** A clock that stands at `startMs` (default 2026-01-01T00:00:00Z). Determinism ends where the code under test does real I/O. */
export function virtualClock(startMs: number = Date.UTC(2026, 0, 1)): VirtualClock {
  const heap: Entry[] = [];
  let now = startMs;
  let sequence = 0;
  let pending = 0;

  const peek = (): Entry | undefined => {
    while (heap[0] !== undefined && heap[0].run === undefined) popEntry(heap);
    return heap[0];
  };

  const fire = async (entry: Entry): Promise<void> => {
    popEntry(heap);
    const run = entry.run;
    entry.run = undefined;
    pending -= 1;
    now = Math.max(now, entry.at);
    run?.();
    await settle();
  };

  return {
    now: () => now,
    after(delayMs, run): Timer {
      const entry: Entry = { at: now + Math.max(0, delayMs), sequence: sequence++, run };
      pushEntry(heap, entry);
      pending += 1;
      return {
        cancel() {
          if (entry.run === undefined) return;
          entry.run = undefined;
          pending -= 1;
        },
      };
    },
    get pending() {
      return pending;
    },
    nextAt: () => peek()?.at,
    async advance(durationMs) {
      const end = now + durationMs;
      await settle();
      for (let entry = peek(); entry !== undefined && entry.at <= end; entry = peek()) await fire(entry);
      now = Math.max(now, end);
    },
    async runUntil<T>(fact: () => T, options: { limitMs?: number; what?: string } = {}): Promise<NonNullable<T>> {
      const limitMs = options.limitMs ?? 3_600_000;
      const started = now;
      const what = options.what ?? 'the fact';
      await settle();
      for (;;) {
        const value = fact();
        if (value) return value;
        const entry = peek();
        if (entry === undefined) throw new Error(`${what}: still not true and no timer is left (after ${now - started} ms of virtual time)`);
        if (entry.at - started > limitMs) throw new Error(`${what}: still not true after ${limitMs} ms of virtual time`);
        await fire(entry);
      }
    },
    settle,
  };
}

// setImmediate runs only once the microtask queue is empty, however long the chains in it are.
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function earlier(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

function pushEntry(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent]!;
    if (!earlier(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function popEntry(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child += 1;
    if (!earlier(heap[child]!, last)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = last;
}
