// Leaves no container behind: every task of a platform stopped through its own API.
import { DescribeTasksCommand, ECSClient, ListClustersCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import type { SdkConfig } from './platform.ts';
import { waitFor } from './wait-for.ts';

/** Resolves when every task is STOPPED, or after 30 s with what could be done. Never rejects: it is clean-up. */
export async function stopEveryTask(sdk: SdkConfig): Promise<void> {
  const ecs = new ECSClient(sdk);
  try {
    const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
    await Promise.all(clusterArns.map((cluster) => stopTasksOf(ecs, cluster)));
  } catch {
    // The platform is in whatever state the test left it in.
  } finally {
    ecs.destroy();
  }
}

async function stopTasksOf(ecs: ECSClient, cluster: string): Promise<void> {
  const running = async (): Promise<string[]> => (await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' }))).taskArns ?? [];
  const stopped: string[] = [];
  for (let tasks = await running(); tasks.length > 0; tasks = await running()) {
    await Promise.all(tasks.map((task) => ecs.send(new StopTaskCommand({ cluster, task, reason: 'test clean-up' }))));
    stopped.push(...tasks);
  }
  for (let at = 0; at < stopped.length; at += 100) {
    const batch = stopped.slice(at, at + 100);
    await waitFor(
      'all tasks to stop',
      async () => (await ecs.send(new DescribeTasksCommand({ cluster, tasks: batch }))).tasks?.every((one) => one.lastStatus === 'STOPPED'),
      { timeoutMs: 30_000, intervalMs: 100 },
    );
  }
}
