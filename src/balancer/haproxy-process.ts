// The HAProxy of one data directory: a master with its workers, under a shell that starts it again whenever it ends.
//
// None of the three is a child in more than name: they outlive the control plane, which finds them again by the folder. The shell is
// there because nobody else is while the control plane is down; killed with -9, any of them is back within a second.
import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { delay, type Clock } from '#base/clock.ts';
import { masterSocket, parseProcesses, type MasterSocket, type Worker } from './master-socket.ts';

const MARK = 'longshore-haproxy';

/** Records go to a file of their own: HAProxy takes O_APPEND off its standard output, and would write over what is there. */
const SUPERVISOR = `
cd "$1" || exit 1
trap '' HUP INT
ulimit -n "$(ulimit -Hn)"
trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; rm -f supervisor.pid master.pid; exit 0' TERM
echo $$ > supervisor.pid
child=$(cat master.pid 2>/dev/null)
while [ -n "$child" ] && [ "$(cat "/proc/$child/comm" 2>/dev/null)" = haproxy ]; do sleep 0.2; done
pause=0.1
while :; do
  started=$(date +%s)
  last=$(ls | sed -n 's/^requests\\.\\([0-9]*\\)\\.records$/\\1/p' | sort -n | tail -n 1)
  haproxy -W -S unix@master.sock,mode,600 -f current/haproxy.cfg > "requests.$((\${last:-0} + 1)).records" 2>> haproxy.log &
  child=$!
  echo "$child" > master.pid
  wait "$child"
  if [ $(($(date +%s) - started)) -gt 2 ]; then pause=0.1; else pause=0.5; fi
  sleep "$pause"
done
`;

const START_TIMEOUT_MS = 5_000;
const RELOAD_TIMEOUT_MS = 15_000;

export interface HaproxyProcess {
  readonly master: MasterSocket;
  /** False when nothing was started yet, or it was stopped. */
  isStarted(): boolean;
  /** Starts it when it does not run, and waits for its worker. Rejects with what HAProxy said. */
  start(): Promise<void>;
  /** Undefined when HAProxy accepts the file, else what it says. */
  refuse(configFile: string): Promise<string | undefined>;
  /** Brings the current configuration in without dropping a connection. Rejects when HAProxy did not take it; the old one serves on. */
  reload(): Promise<void>;
  workers(): Promise<Worker[]>;
}

/** @param folder absolute; holds `current/haproxy.cfg` */
export function haproxyProcess(folder: string, clock: Clock): HaproxyProcess {
  const master = masterSocket(join(folder, 'master.sock'));
  const workers = async (): Promise<Worker[]> => parseProcesses(await master.send('show proc'));

  const current = async (): Promise<number | undefined> => {
    try {
      return (await workers()).find((worker) => worker.current)?.pid;
    } catch {
      // Between two masters nobody answers.
      return undefined;
    }
  };
  const waitForWorker = async (isNew: (pid: number) => boolean, timeoutMs: number): Promise<boolean> => {
    const deadline = clock.now() + timeoutMs;
    for (let pause = 2; clock.now() < deadline; pause = Math.min(50, pause * 2)) {
      const pid = await current();
      if (pid !== undefined && isNew(pid)) return true;
      await delay(clock, pause);
    }
    return false;
  };

  return {
    master,
    workers,
    isStarted: () => supervisorPid(folder) !== undefined,
    async start() {
      if (supervisorPid(folder) === undefined) {
        const shell = spawn('/bin/sh', ['-c', SUPERVISOR, MARK, folder], { detached: true, stdio: 'ignore' });
        shell.on('error', () => {});
        shell.unref();
      }
      if (!(await waitForWorker(() => true, START_TIMEOUT_MS))) throw new Error(`HAProxy did not start: ${logTail(folder)}`);
    },
    refuse: (configFile) =>
      new Promise((resolve) => {
        execFile('haproxy', ['-c', '-f', configFile], { cwd: folder }, (error, _stdout, stderr) => {
          resolve(error === null ? undefined : stderr.split('\n').filter((line) => line.startsWith('[ALERT]')).join('\n') || error.message);
        });
      }),
    async reload() {
      const before = await current();
      await master.send('reload').catch(() => '');
      if (!(await waitForWorker((pid) => pid !== before, RELOAD_TIMEOUT_MS))) throw new Error(`HAProxy kept its old configuration: ${logTail(folder)}`);
    },
  };
}

/** Ends HAProxy of this folder, its supervisor first, and waits for it. True when one was running. */
export async function stopHaproxy(folder: string, clock: Clock, timeoutMs = 10_000): Promise<boolean> {
  const supervisor = supervisorPid(folder);
  const child = readPid(join(folder, 'master.pid'));
  const orphan = supervisor === undefined && child !== undefined && comm(child) === 'haproxy' ? child : undefined;
  const pid = supervisor ?? orphan;
  if (pid === undefined) return false;
  process.kill(pid, 'SIGTERM');
  const deadline = clock.now() + timeoutMs;
  const alive = (): boolean => (supervisor === undefined ? comm(pid) === 'haproxy' : supervisorPid(folder) !== undefined);
  while (alive() && clock.now() < deadline) await delay(clock, 20);
  rmSync(join(folder, 'master.sock'), { force: true });
  return true;
}

function supervisorPid(folder: string): number | undefined {
  const pid = readPid(join(folder, 'supervisor.pid'));
  if (pid === undefined) return undefined;
  const command = read(`/proc/${pid}/cmdline`).split('\0');
  return command.includes(MARK) && command.includes(folder) ? pid : undefined;
}

function comm(pid: number): string {
  return read(`/proc/${pid}/comm`).trim();
}

function readPid(file: string): number | undefined {
  const pid = Number(read(file).trim());
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

function logTail(folder: string): string {
  return read(join(folder, 'haproxy.log')).trimEnd().split('\n').filter((line) => line.includes('[ALERT]')).slice(-3).join(' ') || 'see haproxy.log';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
