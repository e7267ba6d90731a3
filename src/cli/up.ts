// `up`: starts what is not running yet, in the background or under a service manager.
import { once } from 'node:events';
import { join } from 'node:path';
import { systemClock } from '#base/system/clock.ts';
import { credentialsFile, loadCredentials } from './credentials.ts';
import { isHealthy, OperatorError, portTaken, runningProcess, startProcess, stopProcess, waitWhileRunning } from './local-platform.ts';
import { loadRecord, saveRecord } from './process-record.ts';
import type { PlatformRecord } from './process-record.ts';

export interface UpOptions {
  readonly runDir: string;
  readonly dataDir: string;
  readonly port: number;
  /** More arguments of the server, as given. */
  readonly more: readonly string[];
  readonly auth: string;
  /** The Fargate pool offers this many times the machine's CPU and memory: most tasks on a laptop are idle. */
  readonly overcommit: number;
  /** `aws`, `off` or a factor; absent: the server's default. */
  readonly rateLimits?: string;
  readonly foreground: boolean;
  readonly say: (line: string) => void;
}

/** Returns the platform's record and whether anything had to be started. Throws OperatorError when it does not come up. */
export async function up(options: UpOptions): Promise<{ platform: PlatformRecord; started: boolean }> {
  const { runDir, say } = options;
  const platform: PlatformRecord = {
    endpoint: `http://${plainAddress(options.more)}:${options.port}`,
    auth: options.auth,
    dataDir: options.dataDir,
    more: options.more.join(' '),
    startedAtMs: systemClock.now(),
  };
  const server = runningProcess(runDir, 'server');
  if (server !== undefined) refuseOtherOptions(platform, loadRecord<PlatformRecord>(runDir, 'platform'));
  const agent = runningProcess(runDir, 'agent');
  if (server !== undefined && agent !== undefined) {
    return { platform: loadRecord<PlatformRecord>(runDir, 'platform') ?? platform, started: false };
  }
  if (server === undefined) await startServer(options, platform);
  if (agent === undefined) await startAgent(options, platform);
  if (options.auth === 'relaxed') say('NB  --auth=relaxed: any access key is accepted and no signature is checked. For development only.');
  return { platform, started: true };
}

/** Stays until a signal or until one of the processes ends; ends both. Returns the exit code. */
export async function stayInForeground(runDir: string, say: (line: string) => void): Promise<number> {
  const signal = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name).then(() => 'signal' as const)));
  const ended = whenOneEnds(runDir);
  const why = await Promise.race([signal, ended.promise]);
  ended.cancel();
  if (why !== 'signal') say(`the ${why} ended by itself; stopping`);
  await stopProcess(runDir, 'agent');
  await stopProcess(runDir, 'server');
  return why === 'signal' ? 0 : 1;
}

async function startServer(options: UpOptions, platform: PlatformRecord): Promise<void> {
  const { runDir, dataDir, port, more, auth } = options;
  if (await portTaken(new URL(platform.endpoint).hostname, port)) {
    throw new OperatorError(`port ${port} is in use by another program\n  do this:  stop it, or ./longshore up --port ${port + 1}`);
  }
  options.say('starting the control plane');
  saveRecord(runDir, 'platform', platform);
  const args = ['--data-dir', dataDir, '--port', String(port), '--auth', auth, ...more];
  if (options.rateLimits !== undefined) args.push('--rate-limits', options.rateLimits);
  startProcess('server', args, { runDir, inherit: options.foreground });
  const ready = async (): Promise<boolean> => loadCredentials(dataDir) !== undefined && (await isHealthy(platform.endpoint));
  await waitWhileRunning(runDir, 'server', ready, 60_000);
}

async function startAgent(options: UpOptions, platform: PlatformRecord): Promise<void> {
  const { runDir, dataDir } = options;
  options.say('starting the agent of this machine');
  const where = ['--server', platform.endpoint, '--data-dir', join(dataDir, 'agent'), '--credentials', credentialsFile(dataDir)];
  const args = [...where, '--pool', 'fargate', '--overcommit', String(options.overcommit)];
  startProcess('agent', args, { runDir, inherit: options.foreground });
  // The agent has no port of its own to ask: what a wrong start looks like is that it ends.
  const bornAt = systemClock.now();
  await waitWhileRunning(runDir, 'agent', () => systemClock.now() - bornAt > 400, 5_000);
}

/** The last loopback address without a port that was given; see app/listen-options.ts. */
function plainAddress(more: readonly string[]): string {
  const given = more.filter((one, index) => more[index - 1] === '--listen' && (one === 'localhost' || /^127(\.\d+){3}$/.test(one)));
  return given.at(-1) ?? '127.0.0.1';
}

function refuseOtherOptions(asked: PlatformRecord, running: PlatformRecord | undefined): void {
  if (running === undefined) return;
  // A record of an older version says nothing of `more`.
  const differs = (['endpoint', 'auth', 'dataDir', 'more'] as const).filter((key) => (asked[key] ?? '') !== (running[key] ?? ''));
  if (differs.length === 0) return;
  const list = differs.map((key) => `${key} ${running[key]} (asked: ${asked[key]})`).join(', ');
  throw new OperatorError(`already running with other options: ${list}\n  do this:  ./longshore down, then up again`);
}

function whenOneEnds(runDir: string): { promise: Promise<'server' | 'agent'>; cancel: () => void } {
  let timer = systemClock.after(0, () => {});
  const promise = new Promise<'server' | 'agent'>((resolve) => {
    const look = (): void => {
      for (const name of ['server', 'agent'] as const) if (runningProcess(runDir, name) === undefined) return resolve(name);
      timer = systemClock.after(250, look);
    };
    look();
  });
  return { promise, cancel: () => timer.cancel() };
}
