// Giving a file its final name so that it survives a crash: contents first, then the name. Synchronous: for the byte threads.
import { closeSync, fsyncSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Renames `path`, whose contents have been fsynced, to `target`, and makes the name durable.
 * When `target` exists it has the same contents (both are named by digest), so `path` is removed instead.
 */
export function publishFile(path: string, target: string): void {
  if (fileExists(target)) return unlinkSync(path);
  renameSync(path, target);
  syncDirectory(dirname(target));
}

/** Whether there is a file. Other errors than its absence pass through. */
export function fileExists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Makes names in a directory durable. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
