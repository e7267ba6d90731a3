// A journal in which some fields are sealed: sealed on the way to the disk, opened when rows are read again. Rows written before there
// was sealing are taken as they are; the store's owner puts them once more.
import type { Journal, JournalListener, JournalWrite, StoredRow } from './journal.ts';

export interface FieldSealer {
  /** @param bound what the text belongs to: it opens nowhere else */
  seal(text: string, bound: string): string;
  /** Throws when it was sealed under another key, or changed. */
  open(sealed: string, bound: string): string;
}

export interface SealedJournal extends Journal {
  /** Tables and keys of rows that were found in clear. */
  readonly clear: readonly { readonly table: string; readonly key: string }[];
}

const MARK = 'sealed:1:';

/** @param fields table → field, a text @param sealer asked when there is something to seal or open; may throw */
export function sealedJournal(inner: Journal, fields: Readonly<Record<string, string>>, sealer: () => FieldSealer): SealedJournal {
  const clear: { table: string; key: string }[] = [];
  const fieldOf = (table: string): string | undefined => (Object.hasOwn(fields, table) ? fields[table] : undefined);

  const opened = (stored: StoredRow): StoredRow => {
    const field = fieldOf(stored.table);
    if (field === undefined) return stored;
    const row = stored.row as Record<string, unknown>;
    const value = row[field];
    if (typeof value !== 'string') return stored;
    if (!value.startsWith(MARK)) {
      clear.push({ table: stored.table, key: stored.key });
      return stored;
    }
    return { ...stored, row: { ...row, [field]: sealer().open(value.slice(MARK.length), boundOf(stored, field)) } };
  };

  const sealed = (write: JournalWrite): JournalWrite => {
    const field = fieldOf(write.table);
    if (field === undefined || write.row === undefined) return write;
    const row = write.row as Record<string, unknown>;
    const value = row[field];
    return typeof value !== 'string' ? write : { ...write, row: { ...row, [field]: MARK + sealer().seal(value, boundOf(write, field)) } };
  };

  return {
    clear,
    async open(onRow: (stored: StoredRow) => void, listener: JournalListener) {
      let failure: unknown;
      const state = await inner.open((stored) => {
        if (failure !== undefined) return;
        try {
          onRow(opened(stored));
        } catch (error) {
          failure = error;
        }
      }, listener);
      if (failure === undefined) return state;
      await inner.close();
      throw failure;
    },
    append(commit) {
      const touched = commit.writes.some((write) => fieldOf(write.table) !== undefined);
      inner.append(touched ? { ...commit, writes: commit.writes.map(sealed) } : commit);
    },
    close: () => inner.close(),
  };
}

function boundOf({ table, key }: { readonly table: string; readonly key: string }, field: string): string {
  return `${table}\n${key}\n${field}`;
}
