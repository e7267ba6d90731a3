// Which processes `up` started, written so that `down` can never end somebody else's: a pid alone is reused,
// a pid with its start time within one boot is not.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootId, readOrEmpty, startTicksOf } from '#base/system/process-identity.ts';

export interface ProcessRecord {
  readonly pid: number;
  /** Start of the process in clock ticks since boot, field 22 of /proc/<pid>/stat. */
  readonly startTicks: string;
  readonly bootId: string;
  readonly command: readonly string[];
}

/** What `up` was asked for; `down`, `status` and `env` go by it. */
export interface PlatformRecord {
  readonly endpoint: string;
  readonly auth: string;
  readonly dataDir: string;
  /** Further arguments of the server, as text. */
  readonly more?: string;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
}

export type ProcessName = 'server' | 'agent';

/** The record of a process that runs now; undefined when it is gone already. */
export function recordOf(pid: number, command: readonly string[]): ProcessRecord | undefined {
  const startTicks = startTicksOf(pid);
  return startTicks === undefined ? undefined : { pid, startTicks, bootId: bootId(), command };
}

/** True while exactly the recorded process runs (a zombie does not). */
export function isRunning(record: ProcessRecord | undefined): record is ProcessRecord {
  return record !== undefined && record.bootId === bootId() && startTicksOf(record.pid) === record.startTicks;
}

/** Reads `<runDir>/<name>.json`; undefined when absent or damaged (then there is nothing that we may end). */
export function loadRecord<T>(runDir: string, name: string): T | undefined {
  const file = join(runDir, `${name}.json`);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

export function saveRecord(runDir: string, name: string, record: unknown): void {
  mkdirSync(runDir, { recursive: true });
  const file = join(runDir, `${name}.json`);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeRecord(runDir: string, name: string): void {
  rmSync(join(runDir, `${name}.json`), { force: true });
}

/** Resident memory in bytes, 0 when the process is gone. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  return Number(kib ?? 0) * 1024;
}
