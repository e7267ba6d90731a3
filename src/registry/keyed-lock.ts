// One at a time per key, in order of arrival; different keys do not wait for each other.

export interface KeyedLock {
  /** Runs `work` when every earlier work of this key has ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Whether anything runs or waits under this key. */
  busy(key: string): boolean;
}

export function keyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const result = before.then(work);
      const tail = result.catch(() => undefined).finally(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      tails.set(key, tail);
      return result;
    },
    busy: (key) => tails.has(key),
  };
}
