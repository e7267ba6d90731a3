// The two processes of the platform on this machine: started, watched until they answer, and ended.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { delay } from '#base/clock.ts';
import { systemClock } from '#base/system/clock.ts';
import { isRunning, loadRecord, recordOf, removeRecord, saveRecord } from './process-record.ts';
import type { ProcessName, ProcessRecord } from './process-record.ts';

/** Something an operator can act on: printed without a stack. */
export class OperatorError extends Error {}

export interface StartOptions {
  /** Where records and logs go. */
  readonly runDir: string;
  /** Keep output on this terminal instead of in a log file. */
  readonly inherit: boolean;
}

export const ENTRY = join(import.meta.dirname, '../main.ts');

/** Starts `node src/main.ts <name> …` in a session of its own and records it. */
export function startProcess(name: ProcessName, args: readonly string[], options: StartOptions): ChildProcess {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', ENTRY, name, ...args];
  mkdirSync(options.runDir, { recursive: true });
  const output = options.inherit ? 'inherit' : openLog(logFile(options.runDir, name));
  const child = spawn(command[0]!, command.slice(1), { detached: true, stdio: ['ignore', output, output] });
  if (typeof output === 'number') closeSync(output);
  const record = child.pid === undefined ? undefined : recordOf(child.pid, command);
  if (record !== undefined) saveRecord(options.runDir, name, record);
  if (!options.inherit) child.unref();
  return child;
}

export function logFile(runDir: string, name: ProcessName): string {
  return join(runDir, `${name}.log`);
}

export function runningProcess(runDir: string, name: ProcessName): ProcessRecord | undefined {
  const record = loadRecord<ProcessRecord>(runDir, name);
  return isRunning(record) ? record : undefined;
}

/** Waits until `fact` holds while the process lives. Throws OperatorError with the end of its log otherwise. */
export async function waitWhileRunning(
  runDir: string,
  name: ProcessName,
  fact: () => Promise<boolean> | boolean,
  timeoutMs: number,
): Promise<void> {
  const deadline = systemClock.now() + timeoutMs;
  while (!(await fact())) {
    const dead = runningProcess(runDir, name) === undefined;
    if (dead || systemClock.now() > deadline) {
      const what = dead ? `the ${name} ended right after its start` : `the ${name} gave no sign of life in ${timeoutMs / 1000} s`;
      throw new OperatorError(`${what}\n${logTail(runDir, name)}`);
    }
    await delay(systemClock, 50);
  }
}

/** Ends the recorded process, politely first. True when there was one. */
export async function stopProcess(runDir: string, name: ProcessName, graceMs: number = 20_000): Promise<boolean> {
  const record = runningProcess(runDir, name);
  if (record !== undefined) {
    process.kill(record.pid, 'SIGTERM');
    const deadline = systemClock.now() + graceMs;
    while (isRunning(record) && systemClock.now() < deadline) await delay(systemClock, 20);
    if (isRunning(record)) process.kill(record.pid, 'SIGKILL');
    while (isRunning(record)) await delay(systemClock, 20);
  }
  removeRecord(runDir, name);
  return record !== undefined;
}

/** What the server says of itself. */
export interface Health {
  readonly status?: string;
  /** Where other machines reach it, and the SHA-256 of the authority to believe. */
  readonly tls?: { readonly url: string; readonly fingerprint: string };
}

/** Undefined when it does not answer. */
export async function readHealth(endpoint: string): Promise<Health | undefined> {
  try {
    const response = await fetch(`${endpoint}/_health`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? ((await response.json()) as Health) : undefined;
  } catch {
    return undefined;
  }
}

/** True when the server says that it is ready. */
export async function isHealthy(endpoint: string): Promise<boolean> {
  return (await readHealth(endpoint))?.status === 'ok';
}

/** True when somebody listens there, whoever it is. */
export function portTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

function openLog(file: string): number {
  if (existsSync(file)) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}

function logTail(runDir: string, name: ProcessName): string {
  const file = logFile(runDir, name);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12) : [];
  return [...lines.map((line) => `  | ${line}`), `  log:      ${file}`].join('\n');
}
