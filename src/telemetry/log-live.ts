// Live tail inside the log worker: what each commit brought, filtered, to those who asked for its group.
import { parseFilterPattern, type EventFilter } from '#core/telemetry/filter-pattern.ts';
import type { StoredLogEvent } from '#core/telemetry/log-event.ts';
import type { LogEngine } from './log-engine.ts';
import { readBlock, type Block } from './log-file.ts';
import type { Subscription } from './log-protocol.ts';

export type LiveEvent = StoredLogEvent & { readonly groupId: string };

export interface LiveFeed {
  subscribe(id: number, to: Subscription): void;
  unsubscribe(id: number): void;
}

/** Costs nothing while nobody listens. */
export function liveFeed(engine: LogEngine, send: (subscription: number, events: LiveEvent[]) => void): LiveFeed {
  const subscriptions = new Map<number, { groupIds: ReadonlySet<string>; filter: EventFilter | undefined }>();
  engine.onCommit((blocks) => {
    for (const [id, { groupIds, filter }] of subscriptions) {
      const events = blocks.filter((block) => groupIds.has(block.groupId)).flatMap(blockEvents);
      const matching = filter ? events.filter((event) => filter.matches(event.message)) : events;
      if (matching.length > 0) send(id, matching);
    }
  });
  return {
    subscribe(id, { groupIds, filterPattern }) {
      subscriptions.set(id, { groupIds: new Set(groupIds), filter: filterPattern ? parseFilterPattern(filterPattern) : undefined });
    },
    unsubscribe: (id) => void subscriptions.delete(id),
  };
}

function blockEvents(block: Block): LiveEvent[] {
  const { timestamps, seqs, ingestionTimes, offsets, text } = readBlock(block);
  return Array.from(timestamps, (timestamp, i) => ({
    groupId: block.groupId,
    streamId: block.streamId,
    timestamp,
    seq: seqs[i]!,
    ingestionTime: ingestionTimes[i]!,
    message: text.toString('utf8', offsets[i], offsets[i + 1]),
  }));
}
