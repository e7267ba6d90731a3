// What the control plane's thread and the log worker say to each other.
import type { LogPage, LogQuery, LogStreamStats, StoredLogEvent } from '#core/telemetry/log-event.ts';
import type { AppendRequest, KeepGroup } from './log-engine.ts';

export interface WorkerSettings {
  readonly folder: string;
  readonly maxFileBytes?: number | undefined;
  readonly maxFileFrames?: number | undefined;
}

export interface Subscription {
  readonly groupIds: readonly string[];
  readonly filterPattern?: string | undefined;
}

/** Each has its answer in Answers, except what says so. */
export type Request =
  | { readonly kind: 'append'; readonly batch: AppendRequest }
  | { readonly kind: 'read'; readonly query: LogQuery }
  | { readonly kind: 'stats'; readonly groupId: string }
  | { readonly kind: 'groupBytes'; readonly groupIds: readonly string[] }
  | { readonly kind: 'deleteStream'; readonly groupId: string; readonly streamId: string }
  | { readonly kind: 'deleteGroup'; readonly groupId: string }
  | { readonly kind: 'keep'; readonly groups: readonly KeepGroup[] }
  | { readonly kind: 'trim'; readonly keepFrom: number; readonly maxGroupBytes: number }
  | { readonly kind: 'subscribe'; readonly subscription: number; readonly to: Subscription }
  | { readonly kind: 'unsubscribe'; readonly subscription: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'close' };

export interface Answers {
  append: undefined;
  read: LogPage;
  stats: LogStreamStats[];
  groupBytes: number[];
  deleteStream: undefined;
  deleteGroup: undefined;
  keep: undefined;
  trim: undefined;
  subscribe: undefined;
  unsubscribe: undefined;
  settle: undefined;
  close: undefined;
}

export type ToWorker = Request & { readonly id: number };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string }
  | { readonly kind: 'live'; readonly subscription: number; readonly events: ReadonlyArray<StoredLogEvent & { readonly groupId: string }> }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string; readonly fields: Record<string, unknown> | undefined };
