// A journal whose disk is a value: for simulation and tests. Who opens it decides when commits become durable; a crash keeps
// exactly those that did.
import { assert } from '#base/assert.ts';
import type { Clock, Timer } from '#base/clock.ts';
import { StoreOpenError } from '../errors.ts';
import type { Journal, JournalCommit, JournalListener, JournalState, JournalWrite, StoredRow } from './journal.ts';

/** What survives a crash. Keep it, and open another journal on it. */
export interface MemoryDisk {
  readonly tables: Map<string, Map<number, JournalWrite>>;
  state: JournalState;
  /** The journal that has it open: one at a time, as with the real one. */
  holder: object | undefined;
}

export function memoryDisk(): MemoryDisk {
  return { tables: new Map(), state: { revision: 0, lastPosition: 0, schemaVersion: 0 }, holder: undefined };
}

/**
 * When appended commits become durable: `by-hand` = when `flush` is called; otherwise all that arrived, `delayMs` after the
 * first of them, by that clock (the group commit of the real one). Without either: in the next microtask.
 */
export type FlushRule = 'by-hand' | { readonly clock: Clock; readonly delayMs: number };

export interface MemoryJournal extends Journal {
  /** Commits appended and not durable yet. */
  readonly pending: number;
  /** Makes pending commits durable: all, or those up to a revision. */
  flush(throughRevision?: number): void;
  /** The process dies here: pending commits are lost, nothing is reported any more, the disk can be opened again. */
  crash(): void;
  /** The disk breaks: pending commits are lost and the listener hears it. */
  fail(error: Error): void;
}

export function memoryJournal(disk: MemoryDisk = memoryDisk(), rule?: FlushRule): MemoryJournal {
  return new DiskInMemory(disk, rule);
}

class DiskInMemory implements MemoryJournal {
  readonly #disk: MemoryDisk;
  readonly #rule: FlushRule | undefined;
  #listener: JournalListener | undefined;
  #pending: JournalCommit[] = [];
  #timer: Timer | undefined;

  constructor(disk: MemoryDisk, rule: FlushRule | undefined) {
    this.#disk = disk;
    this.#rule = rule;
  }

  get pending(): number {
    return this.#pending.length;
  }

  async open(onRow: (stored: StoredRow) => void, listener: JournalListener): Promise<JournalState> {
    if (this.#disk.holder !== undefined) throw new StoreOpenError('the memory disk is in use by another journal');
    this.#disk.holder = this;
    this.#listener = listener;
    listener.opened?.(this.#disk.state);
    for (const rows of this.#disk.tables.values()) {
      const ordered = [...rows.values()].sort((a, b) => a.position - b.position);
      // Through JSON, as from a real disk: what would not survive it must not survive here either.
      for (const stored of ordered) onRow({ ...stored, row: JSON.parse(JSON.stringify(stored.row)) });
    }
    return this.#disk.state;
  }

  append(commit: JournalCommit): void {
    if (this.#disk.holder !== this) return;
    this.#pending.push(commit);
    if (this.#rule === 'by-hand' || this.#pending.length > 1) return;
    if (this.#rule === undefined) queueMicrotask(() => this.flush());
    else this.#timer = this.#rule.clock.after(this.#rule.delayMs, () => this.flush());
  }

  flush(throughRevision = Infinity): void {
    const split = this.#pending.findIndex((commit) => commit.revision > throughRevision);
    const done = split === -1 ? this.#pending : this.#pending.slice(0, split);
    this.#pending = split === -1 ? [] : this.#pending.slice(split);
    const last = done.at(-1);
    if (last === undefined) return;
    for (const commit of done) for (const write of commit.writes) this.#write(write);
    this.#disk.state = { revision: last.revision, lastPosition: last.lastPosition, schemaVersion: last.schemaVersion };
    this.#listener?.durable(last.revision);
  }

  crash(): void {
    this.#listener = undefined;
    this.#letGo();
  }

  fail(error: Error): void {
    assert(this.#listener !== undefined, 'the journal is not open');
    this.#letGo();
    this.#listener.failed(error);
  }

  async close(): Promise<void> {
    this.flush();
    this.#letGo();
  }

  #write(write: JournalWrite): void {
    let rows = this.#disk.tables.get(write.table);
    if (rows === undefined) this.#disk.tables.set(write.table, (rows = new Map()));
    if (write.row === undefined) rows.delete(write.position);
    else rows.set(write.position, write);
  }

  #letGo(): void {
    this.#pending = [];
    this.#timer?.cancel();
    if (this.#disk.holder === this) this.#disk.holder = undefined;
  }
}
