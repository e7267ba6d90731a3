// Keeps the log store to what the state store says: events past their group's retention go, and so does what belongs to groups and
// streams that are no longer there. Level-triggered: a crash between a deletion and its clean-up is repaired by the next run.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { logGroups, logStreams } from '#model/log-group.ts';
import type { Reader } from '#store/store.ts';
import type { KeepGroup } from './log-engine.ts';

export interface RetentionOptions {
  readonly store: Reader;
  readonly logs: { keep(groups: readonly KeepGroup[]): Promise<void> };
  readonly clock: Clock;
  readonly log: Logger;
  /** Default one hour. */
  readonly everyMs?: number;
}

const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;

/** Runs at once and then regularly, until the returned function is called. */
export function startLogRetention(options: RetentionOptions): () => void {
  const { clock, log, everyMs = hourMs } = options;
  let timer: Timer;
  let stopped = false;
  const run = async (): Promise<void> => {
    try {
      // Reading and posting in one turn: what is created after the list was made is appended after it as well.
      await options.logs.keep(whatToKeep(options.store, clock.now()));
    } catch (error) {
      if (!stopped) log.error('log retention failed; it will be tried again', { error: String(error) });
    }
    if (!stopped) timer = clock.after(everyMs, () => void run());
  };
  timer = clock.after(0, () => void run());
  return () => {
    stopped = true;
    timer.cancel();
  };
}

/** Every group and stream there is, and from when on their events are kept. */
export function whatToKeep(store: Reader, now: number): KeepGroup[] {
  return Array.from(store.all(logGroups), (group) => ({
    groupId: group.id,
    keepFrom: group.retentionInDays === undefined ? 0 : now - group.retentionInDays * dayMs,
    streamIds: Array.from(store.by(logStreams, 'group', group.id), (stream) => stream.id),
  }));
}
