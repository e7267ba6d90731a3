// `down`: ends the processes that `up` started. Tasks and their load balancer go on unless asked otherwise.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ENTRY, OperatorError, stopProcess } from './local-platform.ts';
import { loadRecord, removeRecord } from './process-record.ts';
import type { PlatformRecord } from './process-record.ts';

export interface DownOptions {
  readonly runDir: string;
  /** Used when nothing runs that tells its own. */
  readonly dataDir: string;
  /** Ends the containers of tasks and the load balancer, too. */
  readonly stopTasks: boolean;
  readonly say: (line: string) => void;
}

/** Idempotent: nothing running is a success too. */
export async function down(options: DownOptions): Promise<void> {
  const { runDir, say } = options;
  const platform = loadRecord<PlatformRecord>(runDir, 'platform');
  const agent = await stopProcess(runDir, 'agent');
  if (agent) say('agent stopped');
  const server = await stopProcess(runDir, 'server');
  if (server) say('control plane stopped');
  if (options.stopTasks) await stopHost(platform?.dataDir ?? options.dataDir, say);
  removeRecord(runDir, 'platform');
  if (!agent && !server && !options.stopTasks) say('nothing was running');
}

/** In a process of its own: the command line knows no container runtime. */
function stopHost(dataDir: string, say: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, 'stop-host', '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on('data', (text: string) => text.trimEnd().split('\n').forEach(say));
  return once(child, 'close').then(([code]) => {
    if (code !== 0) throw new OperatorError('the tasks could not be ended; see the message above');
  });
}
