// How fast lines of access logs are made. Whoever makes them shares the machine with HAProxy and with what it serves, and lines can
// wait: so they are made out of half of the time that nobody wants. On a machine that is busy all the time they still come,
// slowly; and when too many records wait, faster than they can come.

/** The share of one processor that is taken however busy the machine is, and however idle. */
const LEAST_SHARE = 0.01;
const MOST_SHARE = 0.5;
/** When more than this waits, idle or not no longer counts. */
export const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const LONGEST_PAUSE_MS = 1_000;

export interface Pace {
  /** Bytes of records, after the work that was just done. */
  readonly waitingBytes: number;
  /** How long that work took. */
  readonly workedMs: number;
  /** Processors that had nothing to do lately, on average: up to as many as the machine has. */
  readonly idle: number;
}

/** Milliseconds until the next piece of work. */
export function pauseMs({ waitingBytes, workedMs, idle }: Pace): number {
  if (waitingBytes === 0) return LONGEST_PAUSE_MS;
  const share = waitingBytes > MOST_WAITING_BYTES ? MOST_SHARE : Math.min(MOST_SHARE, Math.max(LEAST_SHARE, idle / 2));
  return Math.min(LONGEST_PAUSE_MS, workedMs / share - workedMs);
}

/** Milliseconds that all processors together had nothing to do since the machine started: the line `cpu` of /proc/stat. */
export function idleMs(stat: string): number | undefined {
  const line = /^cpu +\d+ +\d+ +\d+ +(\d+) +(\d+)/.exec(stat);
  // In hundredths of a second, on every Linux. Waiting for a disk leaves the processor free.
  return line === null ? undefined : (Number(line[1]) + Number(line[2])) * 10;
}
