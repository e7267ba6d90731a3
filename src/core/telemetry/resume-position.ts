// How far a container's log has been shipped, so that reading can go on after a crash without loss or repetition.
// Docker can only be asked for lines from a time on, and times repeat and run back a little between stdout and stderr. So the
// position is a time somewhat before the newest line, and how many lines from that time on, in the log's own order, are done.
// Times are RFC 3339 with nine decimals in UTC, which sort as text.

export interface ResumePosition {
  /** Read from here; empty = from the beginning. */
  readonly since: string;
  /** Of the lines at or after `since`, this many come first and are done, */
  readonly skip: number;
  /** and none of those is later than this (a rotated file may have lost some of them). */
  readonly last: string;
  /** How many of them have exactly the time `last`. */
  readonly atLast: number;
}

export const startPosition: ResumePosition = { since: '', skip: 0, last: '', atLast: 0 };

/** How much stdout and stderr may be out of order; lines this far back are looked at again. */
const disorderMs = 1000;

interface Anchor {
  readonly since: string;
  count: number;
}

/** Counts lines that are done, in the order of the log. */
export class PositionTracker {
  #older: Anchor;
  #newer: Anchor;
  #last: string;
  #atLast: number;

  constructor(start: ResumePosition = startPosition) {
    this.#older = { since: start.since, count: start.skip };
    this.#newer = { since: start.since, count: start.skip };
    this.#last = start.last;
    this.#atLast = start.atLast;
  }

  get position(): ResumePosition {
    return { since: this.#older.since, skip: this.#older.count, last: this.#last, atLast: this.#atLast };
  }

  /** One more line is done. */
  done(time: string): void {
    if (time > this.#last) {
      this.#last = time;
      this.#atLast = 1;
    } else if (time === this.#last) {
      this.#atLast++;
    }
    if (time >= this.#older.since) this.#older.count++;
    if (time >= this.#newer.since) this.#newer.count++;
    if (this.#newer.since === '' || timeMs(this.#last) - timeMs(this.#newer.since) >= disorderMs) {
      this.#older = this.#newer;
      this.#newer = { since: this.#last, count: this.#atLast };
    }
  }
}

/** Tells, line by line of a log read from `start.since` on, which ones are done already. */
export class Skipper {
  readonly #start: ResumePosition;
  #left: number;

  constructor(start: ResumePosition) {
    this.#start = start;
    this.#left = start.skip;
  }

  /** True for a line that is done. */
  skips(time: string): boolean {
    if (this.#left === 0) return false;
    if (time < this.#start.since) return true;
    if (time > this.#start.last) {
      // Lines that were done are gone from the log: nothing after them may be taken for them.
      this.#left = 0;
      return false;
    }
    this.#left--;
    return true;
  }
}

/** Epoch milliseconds of such a time. */
export function timeMs(time: string): number {
  return Date.parse(`${time.slice(0, 23)}Z`);
}

/** The form in which Docker's `since` is written: seconds, and nanoseconds after a dot. */
export function dockerSince(time: string): string {
  return `${Date.parse(`${time.slice(0, 19)}Z`) / 1000}.${time.slice(20, 29)}`;
}
