// The agent's state store on disk: one file of lines `["key", value]`, the last line of a key counts. A put is with the operating
// system before anything else can happen, so kill -9 loses nothing; flush() makes one fdatasync for everybody who waits.
import { closeSync, existsSync, fdatasync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StateStore } from './state-store.ts';

export interface StateFile extends StateStore {
  /** Flushes and closes; nothing may be put after that. */
  close(): Promise<void>;
}

/** Rewritten once it has grown by so much since it was last written anew. */
const COMPACT_BYTES = 8 << 20;

/** Opens or creates `<folder>/agent-state.jsonl`. Throws when the folder cannot be written. */
export function openStateFile(folder: string): StateFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'agent-state.jsonl');
  const live = read(path);
  const entries = new Map([...live].map(([key, line]) => [key, (JSON.parse(line) as [string, unknown])[1]]));
  let file = rewrite(path, live);
  let appended = 0;
  let lines: string[] = [];
  let unsynced = false;
  let syncing: Promise<void> | undefined;

  const write = (): void => {
    if (lines.length === 0) return;
    const text = lines.join('');
    lines = [];
    writeAll(file, text);
    appended += text.length;
    unsynced = true;
    if (appended < COMPACT_BYTES || syncing !== undefined) return;
    closeSync(file);
    file = rewrite(path, live);
    appended = 0;
    unsynced = false;
  };
  const sync = (): Promise<void> =>
    new Promise((resolve, reject) => {
      unsynced = false;
      fdatasync(file, (error) => {
        syncing = undefined;
        if (error === null) resolve();
        else reject(error);
      });
    });
  const flush = async (): Promise<void> => {
    write();
    // A sync that is under way may have begun before our lines: wait it out, then take part in the next one.
    while (syncing !== undefined) await syncing;
    if (!unsynced) return;
    syncing = sync();
    await syncing;
  };

  return {
    entries,
    put(key, value) {
      const line = `${JSON.stringify([key, value === undefined ? null : value])}\n`;
      if (value === undefined) live.delete(key);
      else live.set(key, line);
      if (lines.push(line) === 1) queueMicrotask(write);
    },
    flush,
    async close() {
      await flush();
      closeSync(file);
    },
  };
}

/** The newest line of every key; a line torn by a crash is passed over, as is what was removed. */
function read(path: string): Map<string, string> {
  const live = new Map<string, string>();
  if (!existsSync(path)) return live;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const entry = parse(line);
    if (entry === undefined) continue;
    live.delete(entry[0]);
    if (entry[1] !== null) live.set(entry[0], `${line}\n`);
  }
  return live;
}

function parse(line: string): [string, unknown] | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) && typeof value[0] === 'string' ? [value[0], value[1]] : undefined;
  } catch {
    return undefined;
  }
}

/** The live lines in a new file that takes the old one's place in one step. Returns it open for appending. */
function rewrite(path: string, live: ReadonlyMap<string, string>): number {
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  writeAll(file, [...live.values()].join(''));
  fsyncSync(file);
  renameSync(next, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return file;
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
