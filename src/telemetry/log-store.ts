// The log store as the control plane holds it: a client of the worker that owns the files.
import { Worker } from 'node:worker_threads';
import type { Logger } from '#base/logger.ts';
import type { InputLogEvent, LogPage, LogQuery, LogStreamStats } from '#core/telemetry/log-event.ts';
import { encodeBatch, type EncodedBatch } from './log-block.ts';
import type { KeepGroup } from './log-engine.ts';
import type { LiveEvent } from './log-live.ts';
import type { Answers, FromWorker, Request, Subscription, ToWorker, WorkerSettings } from './log-protocol.ts';

export interface LogStoreOptions extends WorkerSettings {
  readonly log: Logger;
  /** More bytes than this waiting for the disk: further appends are refused until it has caught up. */
  readonly maxQueuedBytes?: number;
}

export interface LogStoreHandle {
  /**
   * Resolves once the events are on disk. They must be in order of time, and at least one; ids are 16 hexadecimal digits.
   * Rejects when the disk is full or too far behind: the caller may try again.
   */
  append(target: { groupId: string; streamId: string; ingestionTime: number }, events: readonly InputLogEvent[]): Promise<void>;
  /** The same for a batch that is encoded already; its payload is gone afterwards. */
  appendBatch(target: { groupId: string; streamId: string; ingestionTime: number }, batch: EncodedBatch): Promise<void>;
  read(query: LogQuery): Promise<LogPage>;
  /** Of the streams of a group that have events. */
  stats(groupId: string): Promise<LogStreamStats[]>;
  groupBytes(groupIds: readonly string[]): Promise<number[]>;
  deleteStream(groupId: string, streamId: string): Promise<void>;
  deleteGroup(groupId: string): Promise<void>;
  /** Drops all that is not in this list, which must be complete at the moment of the call. */
  keep(groups: readonly KeepGroup[]): Promise<void>;
  /** Drops what is older than `keepFrom`, and the oldest of every group that takes more than `maxGroupBytes` on disk. */
  trim(keepFrom: number, maxGroupBytes: number): Promise<void>;
  /** `onEvents` gets what is committed from now on. Returns the way to stop. */
  subscribe(to: Subscription, onEvents: (events: readonly LiveEvent[]) => void): () => void;
  /** Waits until nothing is being sealed: for tests and benchmarks. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the worker; resolves when the files are loaded. */
export async function openLogStore(options: LogStoreOptions): Promise<LogStoreHandle> {
  const client = new WorkerClient(options);
  await client.ready;
  return client;
}

type Waiting = { readonly resolve: (value: any) => void; readonly reject: (error: Error) => void };

class WorkerClient implements LogStoreHandle {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #log: Logger;
  readonly #maxQueuedBytes: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<number, (events: readonly LiveEvent[]) => void>();
  #nextId = 1;
  #queuedBytes = 0;
  #failure: Error | undefined;

  constructor(options: LogStoreOptions) {
    this.#log = options.log;
    this.#maxQueuedBytes = options.maxQueuedBytes ?? 128 * 1024 * 1024;
    const { folder, maxFileBytes, maxFileFrames } = options;
    this.#worker = new Worker(new URL('./log-worker.ts', import.meta.url), { workerData: { folder, maxFileBytes, maxFileFrames } });
    this.ready = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve, reject });
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the log worker has ended')));
  }

  append(target: { groupId: string; streamId: string; ingestionTime: number }, events: readonly InputLogEvent[]): Promise<void> {
    return this.appendBatch(target, encodeBatch(events));
  }

  async appendBatch(target: { groupId: string; streamId: string; ingestionTime: number }, encoded: EncodedBatch): Promise<void> {
    const batch = { ...target, ...encoded };
    const bytes = batch.payload.length;
    if (this.#queuedBytes + bytes > this.#maxQueuedBytes) throw new Error('the log store is too far behind');
    this.#queuedBytes += bytes;
    try {
      await this.#call({ kind: 'append', batch }, [batch.payload.buffer]);
    } finally {
      this.#queuedBytes -= bytes;
    }
  }

  read(query: LogQuery): Promise<LogPage> {
    return this.#call({ kind: 'read', query });
  }

  stats(groupId: string): Promise<LogStreamStats[]> {
    return this.#call({ kind: 'stats', groupId });
  }

  groupBytes(groupIds: readonly string[]): Promise<number[]> {
    return this.#call({ kind: 'groupBytes', groupIds });
  }

  deleteStream(groupId: string, streamId: string): Promise<void> {
    return this.#call({ kind: 'deleteStream', groupId, streamId });
  }

  deleteGroup(groupId: string): Promise<void> {
    return this.#call({ kind: 'deleteGroup', groupId });
  }

  keep(groups: readonly KeepGroup[]): Promise<void> {
    return this.#call({ kind: 'keep', groups });
  }

  trim(keepFrom: number, maxGroupBytes: number): Promise<void> {
    return this.#call({ kind: 'trim', keepFrom, maxGroupBytes });
  }

  subscribe(to: Subscription, onEvents: (events: readonly LiveEvent[]) => void): () => void {
    const subscription = this.#nextId++;
    this.#listeners.set(subscription, onEvents);
    const ignore = (): void => {};
    this.#call({ kind: 'subscribe', subscription, to }).catch(ignore);
    return () => {
      if (this.#listeners.delete(subscription)) this.#call({ kind: 'unsubscribe', subscription }).catch(ignore);
    };
  }

  settle(): Promise<void> {
    return this.#call({ kind: 'settle' });
  }

  async close(): Promise<void> {
    if (this.#failure) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.#call({ kind: 'close' });
    await ended;
  }

  #call<R extends Request>(request: R, transfer: ArrayBuffer[] = []): Promise<Answers[R['kind']]> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id } satisfies ToWorker, transfer);
    });
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'log') return this.#log[message.level](message.message, message.fields);
    if (message.kind === 'live') return this.#listeners.get(message.subscription)?.(message.events);
    const id = message.kind === 'ready' ? 0 : message.id;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (message.kind === 'refusal') waiting?.reject(new Error(message.message));
    else waiting?.resolve(message.kind === 'answer' ? message.value : undefined);
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
