// A token bucket kept as one number: the time at which it will be full again. What is taken moves that time into the future; no
// timer refills anything, and a bucket whose time has passed need not be remembered.

/** So many calls at once, and so many a second in the long run. */
export interface Rate {
  /** Tokens in a full bucket; at least 1. */
  readonly burst: number;
  readonly perSecond: number;
}

export const REFUSED = -1;

/**
 * Takes one token. @param fullAtMs when the bucket will be full (0: it is) @param nowMs epoch milliseconds
 * Returns the new `fullAtMs`, or REFUSED when less than a token is there. A clock that runs back only makes the bucket emptier.
 */
export function takeToken(fullAtMs: number, rate: Rate, nowMs: number): number {
  const tokenMs = 1_000 / rate.perSecond;
  const next = (fullAtMs > nowMs ? fullAtMs : nowMs) + tokenMs;
  // Allows for what adding fractions of milliseconds loses.
  return next - nowMs > rate.burst * tokenMs + 1e-3 ? REFUSED : next;
}

/** The same rate, so many times over. */
export function scaleRate(rate: Rate, factor: number): Rate {
  return { burst: Math.max(1, Math.round(rate.burst * factor)), perSecond: rate.perSecond * factor };
}
