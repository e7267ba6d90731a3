// Access logs on disk. Each HAProxy that is started writes records to a file of its own, requests.<n>.records; here they become lines
// of another file, which is turned over as it grows.
//
// Each record becomes one line, also when this process is killed at any moment: what the state file does not vouch for is cut off
// and made again. What is done of HAProxy's file gives its room on the disk back while HAProxy goes on writing behind it. Where a file
// system cannot do that the file is made empty once all of it is done: a record that comes just then is lost.
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLineMaker, type AccessLogNames } from '#core/balancer/access-log-line.ts';
import { punchHole } from './punch-hole.ts';

export const LOG_FILE = 'access.log';
const STATE_FILE = 'access-log.state';
/** So much is read, made lines of and vouched for at a time; more than any record has. */
export const CHUNK_BYTES = 128 * 1024;

export interface AccessLogLimits {
  /** A log file of this size is put aside as access.log.1, older ones count on. */
  readonly turnOverBytes: number;
  readonly keptFiles: number;
  /** HAProxy's file gives the room of what is done back when it is this much. */
  readonly recordsBytes: number;
}

export const ACCESS_LOG_LIMITS: AccessLogLimits = { turnOverBytes: 64 * 1024 * 1024, keptFiles: 8, recordsBytes: 16 * 1024 * 1024 };

interface State {
  /** By number of a file of records, up to where it is done. */
  readonly done: Readonly<Record<number, number>>;
  /** Of the log file, up to where it is vouched for. */
  readonly size: number;
}

export interface AccessLogFiles {
  /**
   * Makes lines of records, of all that are there or of about so many bytes.
   * @returns how many bytes wait after it; 0 when it came to the end
   */
  pass(names: AccessLogNames, atMost?: number): number;
}

/** Numbers of the files of records, ascending: the last is that of the HAProxy that runs. */
export function recordFiles(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => /^requests\.(\d+)\.records$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

export function recordsPath(folder: string, file: number): string {
  return join(folder, `requests.${file}.records`);
}

/** @param folder absolute */
export function openAccessLogFiles(folder: string, limits: AccessLogLimits = ACCESS_LOG_LIMITS): AccessLogFiles {
  const log = join(folder, LOG_FILE);
  const bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  const makeLines = openLineMaker();
  /** By number of a file, up to where its room was given back. */
  const freed = new Map<number, number>();
  let canPunch = true;
  /** Of a HAProxy that is gone, and nothing new came of it since the pass before. */
  let ended = new Set<number>();
  let state = readState(join(folder, STATE_FILE));
  if (sizeOf(log) > state.size) truncateSync(log, state.size);

  const save = (next: State): void => {
    state = next;
    const path = join(folder, STATE_FILE);
    writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const turnOver = (): void => {
    rmSync(`${log}.${limits.keptFiles}`, { force: true });
    for (let at = limits.keptFiles - 1; at >= 1; at--) if (existsSync(`${log}.${at}`)) renameSync(`${log}.${at}`, `${log}.${at + 1}`);
    renameSync(log, `${log}.1`);
    save({ ...state, size: 0 });
  };
  /** Returns how far it came; leaves a last line without an end for later. */
  const readOn = (fd: number, file: number, names: AccessLogNames, atMost: number): number => {
    const begun = state.done[file] ?? 0;
    for (let from = begun; ; ) {
      if (from - begun >= atMost) return from;
      const read = readSync(fd, bytes, 0, CHUNK_BYTES, from);
      const end = bytes.subarray(0, read).lastIndexOf(10) + 1;
      // A line that fills a whole chunk is none that is meant.
      if (end === 0 && read < CHUNK_BYTES) return from;
      const lines = makeLines(bytes.subarray(0, end || read), names);
      if (lines.length > 0) appendFileSync(log, lines, { mode: 0o600 });
      from += end || read;
      save({ done: { ...state.done, [file]: from }, size: state.size + lines.length });
      if (state.size >= limits.turnOverBytes) turnOver();
    }
  };
  const giveBack = (file: number, done: number, isAll: boolean): void => {
    const path = recordsPath(folder, file);
    if (done - (freed.get(file) ?? 0) < limits.recordsBytes) return;
    // Asked once where it cannot be done: it takes a process.
    canPunch &&= punchHole(path, done);
    if (canPunch) freed.set(file, done);
    // HAProxy goes on writing where it was (it takes O_APPEND off its standard output), behind a hole that takes no room.
    else if (isAll) truncateSync(path, 0);
  };
  /** Returns how many bytes of it were done, and how many wait. */
  const readFile = (file: number, isLast: boolean, names: AccessLogNames, atMost: number): { readonly made: number; readonly waiting: number } => {
    const path = recordsPath(folder, file);
    const before = state.done[file] ?? 0;
    const fd = openSync(path, 'r');
    try {
      const done = readOn(fd, file, names, atMost);
      const { size } = fstatSync(fd);
      if (isLast) giveBack(file, done, size === done);
      else if (done - before < atMost) {
        if (done === before && ended.has(file)) rmSync(path);
        ended.add(file);
      }
      return { made: done - before, waiting: Math.max(0, size - done) };
    } finally {
      closeSync(fd);
    }
  };

  return {
    pass(names, atMost = Infinity) {
      const files = recordFiles(folder);
      let [room, waiting] = [atMost, 0];
      for (const [at, file] of files.entries()) {
        const read = room > 0 ? readFile(file, at === files.length - 1, names, room) : { made: 0, waiting: sizeOf(recordsPath(folder, file)) - (state.done[file] ?? 0) };
        room -= read.made;
        waiting += Math.max(0, read.waiting);
      }
      ended = new Set([...ended].filter((file) => files.includes(file)));
      const gone = Object.keys(state.done).map(Number).filter((file) => !files.includes(file));
      if (gone.length > 0) save({ ...state, done: Object.fromEntries(Object.entries(state.done).filter(([file]) => !gone.includes(Number(file)))) });
      return room > 0 ? 0 : waiting;
    },
  };
}

/** True when some records of a folder are not lines yet. */
export function hasWaitingRecords(folder: string): boolean {
  const { done } = readState(join(folder, STATE_FILE));
  return recordFiles(folder).some((file) => sizeOf(recordsPath(folder, file)) > (done[file] ?? 0));
}

function readState(path: string): State {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as State;
  } catch {
    return { done: {}, size: 0 };
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
