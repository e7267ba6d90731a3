// The embedded journal: SQLite in a writer thread, with group commit. At most one group is being written; every commit that
// arrives meanwhile goes into the next, so the number of fsyncs follows the disk and not the number of requests.
import { Worker } from 'node:worker_threads';
import { must } from '#base/assert.ts';
import { StoreOpenError } from '../errors.ts';
import type { Journal, JournalCommit, JournalListener, JournalState, StoredRow } from './journal.ts';
import { PendingGroup } from './pending-group.ts';
import type { FromWriter, RowChunk, SqliteJournalFiles, ToWriter } from './sqlite-messages.ts';

/** Chunks the writer may read ahead of the main thread while loading. */
const READ_AHEAD_CHUNKS = 3;

/** A journal in `directory`, which is made when absent and belongs to one process at a time. */
export function sqliteJournal(options: SqliteJournalFiles): Journal {
  return new SqliteJournal(options);
}

class SqliteJournal implements Journal {
  readonly #files: SqliteJournalFiles;
  readonly #pending = new PendingGroup();
  #worker: Worker | undefined;
  #listener: JournalListener | undefined;
  #writing = false;
  #scheduled = false;
  #failed = false;
  #idle: (() => void) | undefined;
  #closed: (() => void) | undefined;

  constructor(files: SqliteJournalFiles) {
    this.#files = files;
  }

  async open(onRow: (stored: StoredRow) => void, listener: JournalListener): Promise<JournalState> {
    this.#listener = listener;
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: this.#files, name: 'journal' });
    this.#worker = worker;
    const state = await load(worker, onRow, listener);
    worker.on('message', (message: FromWriter) => this.#hear(message));
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => this.#fail(new Error(`the journal's writer thread ended (${code})`)));
    worker.unref();
    return state;
  }

  append(commit: JournalCommit): void {
    if (this.#failed) return;
    this.#pending.add(commit);
    if (this.#writing || this.#scheduled) return;
    // Not at once: requests that were read from the network in the same turn share the fsync.
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#writeNext();
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    if (!this.#failed && (this.#writing || !this.#pending.empty)) await new Promise<void>((resolve) => (this.#idle = resolve));
    if (!this.#failed) {
      worker.ref();
      await new Promise<void>((resolve) => {
        this.#closed = resolve;
        this.#say({ kind: 'close' });
      });
    }
    this.#failed = true;
    await worker.terminate();
  }

  #writeNext(): void {
    if (this.#writing || this.#failed) return;
    const group = this.#pending.take();
    if (group === undefined) {
      this.#idle?.();
      return;
    }
    this.#writing = true;
    // The process must not end while someone waits for durability, and must be able to otherwise.
    this.#worker?.ref();
    this.#say({ kind: 'write', group });
  }

  #hear(message: FromWriter): void {
    if (message.kind === 'committed') {
      this.#writing = false;
      this.#worker?.unref();
      this.#listener?.durable(message.revision);
      this.#writeNext();
    } else if (message.kind === 'failed') {
      this.#fail(new Error(message.message));
    } else if (message.kind === 'closed') {
      this.#closed?.();
    }
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#worker?.unref();
    this.#listener?.failed(error);
    this.#idle?.();
    this.#closed?.();
  }

  #say(message: ToWriter): void {
    must(this.#worker, 'the journal is open').postMessage(message);
  }
}

/** Waits for the writer to open the file, then reads all rows from it. Rejects with StoreOpenError. */
async function load(worker: Worker, onRow: (stored: StoredRow) => void, listener: JournalListener): Promise<JournalState> {
  const { promise, resolve, reject } = Promise.withResolvers<JournalState>();
  const ask: ToWriter = { kind: 'read' };
  let state: JournalState | undefined;
  const hear = (message: FromWriter): void => {
    if (message.kind === 'opened') {
      state = message.state;
      listener.opened?.(state);
      for (let i = 0; i < READ_AHEAD_CHUNKS; i++) worker.postMessage(ask);
    } else if (message.kind === 'rows') {
      if (message.chunk === undefined) return resolve(must(state, 'the journal was opened'));
      worker.postMessage(ask);
      deliver(message.chunk, onRow);
    } else if (message.kind === 'refused' || message.kind === 'failed') {
      reject(new StoreOpenError(message.message));
    }
  };
  const fail = (error: unknown): void => reject(new StoreOpenError('the journal could not be read', { cause: error }));
  worker.on('message', hear).on('error', fail).on('exit', fail);
  try {
    return await promise;
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    worker.off('message', hear).off('error', fail).off('exit', fail);
  }
}

function deliver(chunk: RowChunk, onRow: (stored: StoredRow) => void): void {
  const rows = JSON.parse(chunk.rows) as unknown[];
  chunk.positions.forEach((position, i) => onRow({ table: chunk.table, position, key: chunk.keys[i] as string, row: rows[i] }));
}
