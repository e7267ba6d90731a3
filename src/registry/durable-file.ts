// Giving a file its final name so that it survives a crash: contents first, then the name.
import { open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Renames `path`, whose contents have been fsynced, to `target`, and makes the name durable.
 * When `target` exists it has the same contents (both are named by digest), so `path` is removed instead.
 */
export async function publishFile(path: string, target: string): Promise<void> {
  if (await fileExists(target)) return unlink(path);
  await rename(path, target);
  await syncDirectory(dirname(target));
}

/** Writes a small file completely and durably, or not at all. */
export async function writeDurably(temporary: string, target: string, bytes: Uint8Array): Promise<void> {
  if (await fileExists(target)) return;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await publishFile(temporary, target);
}

/** Whether there is a file. Other errors than its absence pass through. */
export async function fileExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Makes names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
