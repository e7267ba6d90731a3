// Access logs on disk. HAProxy appends records to one file; here they become lines of another, which is turned over as it grows.
//
// Each record becomes one line, also when this process is killed at any moment: what the state file does not vouch for is cut off
// and made again. A record can be lost only while HAProxy's file is made empty, between two system calls; AWS promises no more.
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessLogLines, type AccessLogNames } from '#core/balancer/access-log-line.ts';

/** HAProxy's records, the lines made of them, and how far that went. */
export const RECORDS_FILE = 'requests.records';
export const LOG_FILE = 'access.log';
const STATE_FILE = 'access-log.state';

const CHUNK_BYTES = 1024 * 1024;
const HEAD_BYTES = 64;

export interface AccessLogLimits {
  /** A log file of this size is put aside as access.log.1, older ones count on. */
  readonly turnOverBytes: number;
  readonly keptFiles: number;
  /** HAProxy's file is made empty when it is this large and all of it is done. */
  readonly recordsBytes: number;
}

export const ACCESS_LOG_LIMITS: AccessLogLimits = { turnOverBytes: 64 * 1024 * 1024, keptFiles: 8, recordsBytes: 16 * 1024 * 1024 };

interface State {
  /** Of HAProxy's file, up to where it is done, and its first bytes: another beginning means another file. */
  readonly offset: number;
  readonly head: string;
  /** Of the log file, up to where it is vouched for. */
  readonly size: number;
}

const NEW: State = { offset: 0, head: '', size: 0 };

export interface AccessLogFiles {
  /** Makes lines of all records that are there; returns how many bytes of them. */
  pass(names: AccessLogNames): number;
}

/** @param folder absolute */
export function openAccessLogFiles(folder: string, limits: AccessLogLimits = ACCESS_LOG_LIMITS): AccessLogFiles {
  const [records, log] = [join(folder, RECORDS_FILE), join(folder, LOG_FILE)];
  const bytes = Buffer.allocUnsafe(CHUNK_BYTES);
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
  const readAll = (fd: number, names: AccessLogNames): number => {
    const head = readText(fd, 0, HEAD_BYTES);
    let offset = head === state.head && fstatSync(fd).size >= state.offset ? state.offset : 0;
    let made = 0;
    for (;;) {
      const read = readSync(fd, bytes, 0, CHUNK_BYTES, offset);
      const end = bytes.subarray(0, read).lastIndexOf(10) + 1;
      // A line without an end: the rest of it comes, unless it is longer than any that is meant.
      if (end === 0 && read < CHUNK_BYTES) break;
      const text = accessLogLines(bytes.toString('latin1', 0, end || read), names);
      if (text !== '') appendFileSync(log, text, { encoding: 'latin1', mode: 0o600 });
      offset += end || read;
      made += text.length;
      save({ offset, head, size: state.size + text.length });
      if (state.size >= limits.turnOverBytes) turnOver();
    }
    if (offset >= limits.recordsBytes && fstatSync(fd).size === offset) {
      truncateSync(records, 0);
      save({ ...NEW, size: state.size });
    }
    return made;
  };
  return {
    pass(names) {
      if (sizeOf(records) === 0) return 0;
      const fd = openSync(records, 'r');
      try {
        return readAll(fd, names);
      } finally {
        closeSync(fd);
      }
    },
  };
}

function readText(fd: number, offset: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString('latin1', 0, readSync(fd, bytes, 0, length, offset));
}

function readState(path: string): State {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as State;
  } catch {
    return NEW;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
