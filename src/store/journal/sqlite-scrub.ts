// Takes out of a state file, and its log, what rows held before they were rewritten: SQLite leaves it in free space.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lockDirectory } from './directory-lock.ts';

/** While nobody else has the directory. Takes about as long as copying the file. */
export function scrubSqlite(directory: string): void {
  const unlock = lockDirectory(directory);
  try {
    const database = new DatabaseSync(join(directory, 'state.sqlite'));
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      database.close();
    }
  } finally {
    unlock();
  }
}
