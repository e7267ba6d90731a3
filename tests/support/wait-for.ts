// Waiting on a fact instead of sleeping: the one place where tests use a real timer.

import type { Random } from '#base/random.ts';

export interface WaitOptions {
  /** Default 10,000. */
  timeoutMs?: number;
  /** Time between two looks; default 20. */
  intervalMs?: number;
}

/**
 * Looks at `fact` until it is truthy, and returns that value. An exception counts as "not yet".
 * Rejects after `timeoutMs` with `what`, and with what was seen last.
 */
export async function waitFor<T>(
  what: string,
  fact: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<NonNullable<Awaited<T>>> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let seen: unknown;
    try {
      const value = await fact();
      if (value) return value as NonNullable<Awaited<T>>;
      seen = value;
    } catch (error) {
      seen = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`waited ${timeoutMs} ms for ${what}; last seen: ${describe(seen)}`, { cause: seen });
    }
    await pause(options.intervalMs ?? 20);
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

function describe(seen: unknown): string {
  return seen instanceof Error ? seen.message : String(seen);
}

/** For tests that kill something at a moment nobody chose: resolves after at most `maxMs`. Never to let something finish. */
export function randomMoment(random: Random, maxMs: number): Promise<void> {
  return pause(Math.floor(random.next() * maxMs));
}
