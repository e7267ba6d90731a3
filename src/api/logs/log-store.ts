// What the CloudWatch Logs API needs of a log store; telemetry/log-store.ts is one, and app/ hands it in.
import type { InputLogEvent, LogPage, LogQuery, LogStreamStats, StoredLogEvent } from '#core/telemetry/log-event.ts';

export interface LogStore {
  /** Resolves once the events, which are in order of time, survive a crash. Rejects when they cannot be taken now. */
  append(target: { groupId: string; streamId: string; ingestionTime: number }, events: readonly InputLogEvent[]): Promise<void>;
  read(query: LogQuery): Promise<LogPage>;
  /** Of the streams of a group that have events. */
  stats(groupId: string): Promise<LogStreamStats[]>;
  /** Bytes stored, as CloudWatch counts them, in the order of the ids. */
  groupBytes(groupIds: readonly string[]): Promise<number[]>;
  deleteStream(groupId: string, streamId: string): Promise<void>;
  deleteGroup(groupId: string): Promise<void>;
  /** `onEvents` gets what is stored from now on. Returns the way to stop. */
  subscribe(
    to: { readonly groupIds: readonly string[]; readonly filterPattern?: string },
    onEvents: (events: ReadonlyArray<StoredLogEvent & { readonly groupId: string }>) => void,
  ): () => void;
}
