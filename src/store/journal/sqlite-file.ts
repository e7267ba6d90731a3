// The journal's file: one SQL table per model table, one row of state. Synchronous; runs in the writer thread.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreOpenError } from '../errors.ts';
import { lockDirectory } from './directory-lock.ts';
import type { JournalState } from './journal.ts';
import type { RowChunk, WriteGroup } from './sqlite-messages.ts';

/** 'LSHR'; tells our file from any other SQLite file. */
const APPLICATION_ID = 0x4c534852;
/** Of the SQL tables below, not of the rows: those have JournalState.schemaVersion. */
const LAYOUT_VERSION = 1;
const TABLE_PREFIX = 't_';
/** 16 MiB of log: seldom enough to cost little, and a restart reads it in well under a second. */
const CHECKPOINT_PAGES = 4096;
const LOG_BYTES_KEPT_MAX = 64 << 20;
const CHUNK_ROWS_MAX = 1000;
const CHUNK_CHARS_MAX = 1 << 20;
/** Only a tool that was pointed at the file can hold it up; give it this long before calling it a failure. */
const BUSY_TIMEOUT_MS = 30_000;

interface Statements {
  readonly put: StatementSync;
  readonly delete: StatementSync;
}

export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #unlock: () => void;
  readonly #setState: StatementSync;
  readonly #logPages: StatementSync;
  readonly #statements = new Map<string, Statements>();
  #checkpointAtPages = CHECKPOINT_PAGES;

  /** Throws StoreOpenError when another process has the directory or the file is not ours. */
  constructor(directory: string) {
    // State holds secrets: only for its owner.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#unlock = lockDirectory(directory);
    try {
      this.#database = openDatabase(join(directory, 'state.sqlite'));
      this.#setState = this.#database.prepare('UPDATE state SET revision = ?, last_position = ?, schema_version = ?');
      this.#logPages = this.#database.prepare('PRAGMA wal_checkpoint(NOOP)');
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  get state(): JournalState {
    const row = this.#database.prepare('SELECT revision, last_position, schema_version FROM state').get()!;
    return { revision: Number(row['revision']), lastPosition: Number(row['last_position']), schemaVersion: Number(row['schema_version']) };
  }

  /** Every stored row, in chunks. */
  *chunks(): Generator<RowChunk> {
    const names = this.#database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '${TABLE_PREFIX}*' ORDER BY name`);
    for (const { name } of names.all()) yield* this.#chunksOf(String(name).slice(TABLE_PREFIX.length));
  }

  /** Writes the group in one transaction and one fsync. Throws when that failed: nothing of it is stored then. */
  write(group: WriteGroup): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { table, writes } of group.tables) {
        const statements = this.#of(table);
        for (const { position, key, row } of writes) {
          if (row === undefined) statements.delete.run(position);
          else statements.put.run(position, key, row, group.state.revision);
        }
      }
      this.#setState.run(group.state.revision, group.state.lastPosition, group.state.schemaVersion);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Moves the log into the file once it is long enough. A reader elsewhere (a backup) can keep part of it back: then
   * the next try comes after as many pages again, and the log is reused once the reader has gone.
   */
  checkpointIfDue(): void {
    const pages = Number(this.#logPages.get()!['log']);
    if (pages < this.#checkpointAtPages) {
      if (pages < CHECKPOINT_PAGES) this.#checkpointAtPages = CHECKPOINT_PAGES;
      return;
    }
    const done = this.#database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()!;
    this.#checkpointAtPages = done['checkpointed'] === done['log'] ? CHECKPOINT_PAGES : pages + CHECKPOINT_PAGES;
  }

  close(): void {
    this.#database.close();
    this.#unlock();
  }

  *#chunksOf(table: string): Generator<RowChunk> {
    let positions: number[] = [];
    let keys: string[] = [];
    let rows: string[] = [];
    let chars = 0;
    const chunk = (): RowChunk => ({ table, positions, keys, rows: `[${rows.join(',')}]` });
    for (const stored of this.#database.prepare(`SELECT position, key, row FROM ${tableName(table)} ORDER BY position`).iterate()) {
      positions.push(Number(stored['position']));
      keys.push(String(stored['key']));
      const text = String(stored['row']);
      rows.push(text);
      chars += text.length;
      if (rows.length < CHUNK_ROWS_MAX && chars < CHUNK_CHARS_MAX) continue;
      yield chunk();
      [positions, keys, rows, chars] = [[], [], [], 0];
    }
    if (rows.length > 0) yield chunk();
  }

  #of(table: string): Statements {
    let statements = this.#statements.get(table);
    if (statements === undefined) {
      const name = tableName(table);
      // By position, not by key: new rows append to one tree instead of splitting pages of two (docs/design/store.md).
      this.#database.exec(
        `CREATE TABLE IF NOT EXISTS ${name} (position INTEGER PRIMARY KEY, key TEXT NOT NULL, row TEXT NOT NULL, revision INTEGER NOT NULL)`,
      );
      statements = {
        put: this.#database.prepare(`INSERT OR REPLACE INTO ${name} VALUES (?, ?, ?, ?)`),
        delete: this.#database.prepare(`DELETE FROM ${name} WHERE position = ?`),
      };
      this.#statements.set(table, statements);
    }
    return statements;
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    const layout = checkLayout(database, path);
    // FULL: a commit is on the disk before it is answered. Checkpoints are ours, after the answer; a log that one huge commit or a
    // long backup has blown up is cut again.
    database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
      PRAGMA cache_size = -16384; PRAGMA journal_size_limit = ${LOG_BYTES_KEPT_MAX};
    `);
    if (layout === 0) createLayout(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checkLayout(database: DatabaseSync, path: string): number {
  let layout: number;
  let application: number;
  let objects: number;
  try {
    layout = Number(database.prepare('PRAGMA user_version').get()!['user_version']);
    application = Number(database.prepare('PRAGMA application_id').get()!['application_id']);
    objects = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()!['count']);
  } catch (error) {
    throw new StoreOpenError(`${path} cannot be read: ${(error as Error).message}; restore a backup`, { cause: error });
  }
  if (application !== APPLICATION_ID && objects > 0) throw new StoreOpenError(`${path} is not a Longshore state file`);
  if (layout > LAYOUT_VERSION) {
    throw new StoreOpenError(`${path} was written by a newer Longshore (file layout ${layout}; this one reads up to ${LAYOUT_VERSION}): start that version`);
  }
  return layout;
}

function createLayout(database: DatabaseSync): void {
  database.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE state (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      revision INTEGER NOT NULL, last_position INTEGER NOT NULL, schema_version INTEGER NOT NULL
    );
    INSERT INTO state VALUES (1, 0, 0, 0);
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${LAYOUT_VERSION};
    COMMIT;
  `);
}

function tableName(table: string): string {
  return `"${TABLE_PREFIX}${table.replaceAll('"', '""')}"`;
}
