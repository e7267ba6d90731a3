// Lets a bounded number of calls at the runtime at once: more only makes the engine slower.
// A start goes before a create, so that a burst finishes tasks one after another instead of all at the end.

export interface Limiter {
  /** Runs `work` when a place is free. */
  run<T>(priority: 'first' | 'later', work: () => Promise<T>): Promise<T>;
}

/** @param places how many run at once */
export function limiter(places: number): Limiter {
  const queues = { first: [] as (() => void)[], later: [] as (() => void)[] };
  let free = places;
  const release = (): void => {
    const next = queues.first.shift() ?? queues.later.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async run(priority, work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => queues[priority].push(resolve));
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}

/**
 * How many creates and starts at once on a machine with so many cores: a start is mostly waiting (runc, disk, netlink), so
 * more than there are cores. Measured by bench/start-latency.ts.
 */
export function startParallelism(cpus: number): number {
  return Math.max(4, Math.min(16, 4 * cpus));
}
