// The agent's memory across its own death: a small map of JSON values. The file is state-file.ts; simulation and tests use
// memoryStateStore, which they keep while agents come and go.

export interface StateStore {
  /** What was stored when it was opened. */
  readonly entries: ReadonlyMap<string, unknown>;
  /** Hands the change to the operating system in order; survives the death of this process. `undefined` removes. */
  put(key: string, value: unknown): void;
  /** Resolves when everything put so far survives a power loss too. */
  flush(): Promise<void>;
}

/** A store that lives as long as `map`; values are copied through JSON as a file would. */
export function memoryStateStore(map = new Map<string, string>()): StateStore {
  return {
    entries: new Map([...map].map(([key, value]) => [key, JSON.parse(value) as unknown])),
    put(key, value) {
      if (value === undefined) map.delete(key);
      else map.set(key, JSON.stringify(value));
    },
    flush: () => Promise.resolve(),
  };
}
