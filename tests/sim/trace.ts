// What happened in a run, line by line: hashed always, kept only when somebody wants to read it.
import type { Clock } from '#base/clock.ts';

export interface Trace {
  note(who: string, what: string): void;
  readonly lines: readonly string[];
  readonly count: number;
  /** Of every line so far: two runs of one seed must agree. */
  readonly hash: string;
}

export function openTrace(clock: Clock, keep: boolean): Trace {
  const startedAt = clock.now();
  const lines: string[] = [];
  let count = 0;
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  return {
    note(who, what) {
      const line = `${(clock.now() - startedAt).toFixed(3).padStart(12)} ${who.padEnd(10)} ${what}`;
      count += 1;
      if (keep) lines.push(line);
      for (let i = 0; i < line.length; i++) {
        const code = line.charCodeAt(i);
        a = Math.imul(a ^ code, 0x01000193);
        b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
      }
    },
    lines,
    get count() {
      return count;
    },
    get hash() {
      return `${(a >>> 0).toString(16).padStart(8, '0')}${(b >>> 0).toString(16).padStart(8, '0')}`;
    },
  };
}
