// The process of a local machine: started so that it outlives the control plane, and known again by pid, start time and boot.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootId, readOrEmpty, startTicksOf } from '#base/system/process-identity.ts';

export interface MachineRecord {
  /** Of the outermost process, which is in the machine's network namespace. */
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat */
  readonly startTicks: string;
  readonly bootId: string;
  readonly addresses: readonly string[];
}

const SCRIPT = join(import.meta.dirname, 'machine.sh');

/** @param variables see machine.sh; PATH, too: the process gets nothing else of this one's environment */
export function startMachine(folder: string, addresses: readonly string[], variables: Readonly<Record<string, string>>): MachineRecord {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, 'machine.log'), 'a', 0o600);
  const child = spawn('bash', [SCRIPT], { detached: true, stdio: ['ignore', log, log], env: variables });
  closeSync(log);
  child.on('error', () => {});
  child.unref();
  const startTicks = child.pid === undefined ? undefined : startTicksOf(child.pid);
  if (child.pid === undefined || startTicks === undefined) throw new Error(`the machine's process did not start; see ${folder}/machine.log`);
  const record = { pid: child.pid, startTicks, bootId: bootId(), addresses };
  writeFileSync(join(folder, 'machine.json.new'), JSON.stringify(record));
  renameSync(join(folder, 'machine.json.new'), join(folder, 'machine.json'));
  return record;
}

export function loadMachine(folder: string): MachineRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'machine.json'), 'utf8')) as MachineRecord;
  } catch {
    return undefined;
  }
}

export function forgetMachine(folder: string): void {
  rmSync(join(folder, 'machine.json'), { force: true });
}

export function isAlive(record: MachineRecord): boolean {
  return isOfThisBoot(record) && startTicksOf(record.pid) === record.startTicks;
}

export function isOfThisBoot(record: MachineRecord): boolean {
  return record.bootId === bootId();
}

/** The machine's first process, which takes SIGTERM as being switched off. */
export function firstProcess(record: MachineRecord): number | undefined {
  const children = readOrEmpty(`/proc/${record.pid}/task/${record.pid}/children`).trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

/** Whether the namespaces are there: before, the network of the host would be changed. */
export function isUnshared(record: MachineRecord): boolean {
  return existsSync(`/proc/${record.pid}/ns/net`) && readlink(`/proc/${record.pid}/ns/net`) !== readlink('/proc/self/ns/net') && firstProcess(record) !== undefined;
}

function readlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
