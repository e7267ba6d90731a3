// `down`: ends the processes that `up` started. Containers of tasks go on running unless asked otherwise.
import { DescribeTasksCommand, ECSClient, paginateListClusters, paginateListTasks, StopTaskCommand } from '@aws-sdk/client-ecs';
import { delay } from '#base/clock.ts';
import { systemClock } from '#base/system/clock.ts';
import { clientConfig, loadCredentials } from './credentials.ts';
import { stopProcess } from './local-platform.ts';
import { loadRecord, removeRecord } from './process-record.ts';
import type { PlatformRecord } from './process-record.ts';

export interface DownOptions {
  readonly runDir: string;
  readonly stopTasks: boolean;
  readonly say: (line: string) => void;
}

/** Idempotent: nothing running is a success too. */
export async function down(options: DownOptions): Promise<void> {
  const { runDir, say } = options;
  const platform = loadRecord<PlatformRecord>(runDir, 'platform');
  if (options.stopTasks && platform !== undefined) await stopTasks(platform, say);
  const agent = await stopProcess(runDir, 'agent');
  if (agent) say('agent stopped');
  const server = await stopProcess(runDir, 'server');
  if (server) say('control plane stopped');
  removeRecord(runDir, 'platform');
  if (!agent && !server) say('nothing was running');
}

async function stopTasks(platform: PlatformRecord, say: (line: string) => void): Promise<void> {
  const credentials = loadCredentials(platform.dataDir);
  if (credentials === undefined) return;
  const ecs = new ECSClient(clientConfig(credentials));
  try {
    for await (const page of paginateListClusters({ client: ecs }, {})) {
      for (const cluster of page.clusterArns ?? []) await stopTasksOf(ecs, cluster, say);
    }
  } catch (error) {
    say(`could not stop the tasks: ${error instanceof Error ? error.message : error}`);
  } finally {
    ecs.destroy();
  }
}

async function stopTasksOf(ecs: ECSClient, cluster: string, say: (line: string) => void): Promise<void> {
  const tasks: string[] = [];
  for await (const page of paginateListTasks({ client: ecs }, { cluster })) tasks.push(...(page.taskArns ?? []));
  if (tasks.length === 0) return;
  say(`stopping ${tasks.length} task${tasks.length === 1 ? '' : 's'} of ${cluster.split('/').pop()}`);
  await Promise.all(tasks.map((task) => ecs.send(new StopTaskCommand({ cluster, task, reason: 'longshore down --stop-tasks' }))));
  const deadline = systemClock.now() + 60_000;
  for (let left = tasks; left.length > 0 && systemClock.now() < deadline; await delay(systemClock, 200)) {
    const { tasks: seen = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: left.slice(0, 100) }));
    const stopped = new Set(seen.filter((one) => one.lastStatus === 'STOPPED').map((one) => one.taskArn));
    left = left.filter((task) => !stopped.has(task));
  }
}
