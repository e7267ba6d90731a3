// `status`: what runs on this machine, and what the platform says about itself through its own API.
import { DescribeClustersCommand, DescribeTasksCommand, ECSClient, ListTasksCommand, paginateListClusters } from '@aws-sdk/client-ecs';
import type { Cluster, Task } from '@aws-sdk/client-ecs';
import { clientConfig, loadCredentials } from './credentials.ts';
import { logFile, readHealth, runningProcess } from './local-platform.ts';
import { loadRecord, residentBytes } from './process-record.ts';
import type { PlatformRecord, ProcessName } from './process-record.ts';

/** Exit codes as the Linux Standard Base has them for `status`. */
export const STATUS_RUNNING = 0;
export const STATUS_PARTLY = 1;
export const STATUS_STOPPED = 3;

const TASKS_SHOWN = 10;

/** Prints through `say` and returns the exit code. */
export async function status(runDir: string, now: number, say: (line: string) => void): Promise<number> {
  const platform = loadRecord<PlatformRecord>(runDir, 'platform');
  const alive = (['server', 'agent'] as const).filter((name) => runningProcess(runDir, name) !== undefined);
  if (platform === undefined || alive.length === 0) {
    say('not running     start it with: ./longshore up');
    return STATUS_STOPPED;
  }
  const health = await readHealth(platform.endpoint);
  const healthy = health?.status === 'ok';
  say(`platform   ${platform.endpoint}   ${healthy ? 'answers' : 'DOES NOT ANSWER'}   auth ${platform.auth}   up ${renderDuration(now - platform.startedAtMs)}`);
  if (health?.tls !== undefined) say(`hosts      join at ${health.tls.url}   authority SHA-256 ${health.tls.fingerprint}`);
  for (const name of ['server', 'agent'] as const) say(processLine(runDir, name));
  say(`data       ${platform.dataDir}`);
  if (healthy) await describeClusters(platform, say);
  return healthy && alive.length === 2 ? STATUS_RUNNING : STATUS_PARTLY;
}

/** `3 min`, `2 h 5 min`, `4 d 1 h`. */
export function renderDuration(durationMs: number): string {
  const minutes = Math.floor(durationMs / 60_000);
  if (minutes < 1) return `${Math.floor(durationMs / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** One line about a task: short id, definition, status, address, reason. */
export function renderTask(task: Task): string {
  const id = task.taskArn?.split('/').pop()?.slice(0, 12) ?? '?';
  const definition = task.taskDefinitionArn?.split('/').pop() ?? '?';
  const address = task.attachments
    ?.flatMap((attachment) => attachment.details ?? [])
    .find((detail) => detail.name === 'privateIPv4Address')?.value;
  return [id, definition, task.lastStatus, address, task.stoppedReason].filter(Boolean).join('  ');
}

function processLine(runDir: string, name: ProcessName): string {
  const record = runningProcess(runDir, name);
  const what = record === undefined ? 'NOT RUNNING   ./longshore up starts it again' : `pid ${record.pid}, ${Math.round(residentBytes(record.pid) / 1e6)} MB`;
  return `${name.padEnd(10)} ${what}   log ${logFile(runDir, name)}`;
}

async function describeClusters(platform: PlatformRecord, say: (line: string) => void): Promise<void> {
  const credentials = loadCredentials(platform.dataDir);
  if (credentials === undefined) return;
  const ecs = new ECSClient(clientConfig(credentials));
  try {
    for await (const page of paginateListClusters({ client: ecs }, {})) {
      if (!page.clusterArns?.length) continue;
      const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: page.clusterArns }));
      for (const cluster of clusters) await describeCluster(ecs, cluster, say);
    }
  } catch (error) {
    say(`the API answered: ${error instanceof Error ? error.message : error}`);
  } finally {
    ecs.destroy();
  }
}

async function describeCluster(ecs: ECSClient, cluster: Cluster, say: (line: string) => void): Promise<void> {
  const running = cluster.runningTasksCount ?? 0;
  const pending = cluster.pendingTasksCount ?? 0;
  say(`cluster    ${cluster.clusterName}: ${running} running, ${pending} pending tasks, ${cluster.activeServicesCount ?? 0} services`);
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: cluster.clusterArn!, maxResults: TASKS_SHOWN }));
  if (taskArns.length === 0) return;
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: cluster.clusterArn!, tasks: taskArns }));
  for (const task of tasks) say(`           ${renderTask(task)}`);
  const more = running + pending - tasks.length;
  if (more > 0) say(`           and ${more} more: ./longshore aws ecs list-tasks --cluster ${cluster.clusterName}`);
}
