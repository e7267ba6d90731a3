// Keeps a second process out of a data directory. The lock is a write lock on a small SQLite file of its own: the operating
// system lets go of it however the holder dies, and the state file itself stays readable for backup tools.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreOpenError } from '../errors.ts';

const SQLITE_BUSY = 5;

/** Holds the directory until the returned function is called or the process dies. Throws StoreOpenError naming the holder. */
export function lockDirectory(directory: string): () => void {
  const database = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    // The holder's row is committed before the lock is taken for good, so that whoever is refused can read it.
    database.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER, since TEXT); DELETE FROM holder');
    database.prepare('INSERT INTO holder VALUES (?, ?)').run(process.pid, new Date().toISOString());
    database.exec('COMMIT; BEGIN IMMEDIATE');
  } catch (error) {
    const message = isBusy(error) ? `the data directory ${directory} is in use by ${holder(database)}: stop it first, or use another directory` : undefined;
    database.close();
    throw message === undefined ? error : new StoreOpenError(message, { cause: error });
  }
  return () => database.close();
}

function holder(database: DatabaseSync): string {
  try {
    const row = database.prepare('SELECT pid, since FROM holder').get();
    return row === undefined ? 'another process' : `process ${row['pid']} (since ${row['since']})`;
  } catch {
    return 'another process';
  }
}

/** True for SQLITE_BUSY and its extended codes. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
