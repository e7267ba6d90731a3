// When an event is too old for its group.
import type { LogGroup } from '#model/log-group.ts';

export const dayMs = 24 * 60 * 60 * 1000;

/** Events before this time are no longer shown; 0 when the group keeps everything. */
export function expiredBefore(group: LogGroup, now: number): number {
  return group.retentionInDays === undefined ? 0 : Math.max(0, now - group.retentionInDays * dayMs);
}
