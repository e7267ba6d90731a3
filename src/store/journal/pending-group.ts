// The commits that arrived since the last group went out, merged: the last write of a row wins, whole commits only.
import type { JournalCommit, JournalState, JournalWrite } from './journal.ts';
import type { RowWrite, WriteGroup } from './sqlite-messages.ts';

export class PendingGroup {
  readonly #tables = new Map<string, Map<number, JournalWrite>>();
  #state: JournalState | undefined;

  get empty(): boolean {
    return this.#state === undefined;
  }

  add(commit: JournalCommit): void {
    for (const write of commit.writes) {
      let rows = this.#tables.get(write.table);
      if (rows === undefined) this.#tables.set(write.table, (rows = new Map()));
      rows.set(write.position, write);
    }
    this.#state = { revision: commit.revision, lastPosition: commit.lastPosition, schemaVersion: commit.schemaVersion };
  }

  /**
   * Everything added, as the writer takes it; empty afterwards. Rows become JSON here, on the main thread: that costs
   * less of its time than having them copied (docs/design/store.md), and rows written twice in a group only once.
   */
  take(): WriteGroup | undefined {
    const state = this.#state;
    if (state === undefined) return undefined;
    const tables = [...this.#tables].map(([table, rows]) => ({ table, writes: Array.from(rows.values(), encode) }));
    this.#tables.clear();
    this.#state = undefined;
    return { state, tables };
  }
}

function encode({ position, key, row }: JournalWrite): RowWrite {
  return { position, key, row: row === undefined ? undefined : JSON.stringify(row) };
}
