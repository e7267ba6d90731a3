// The tasks of the demo's service while a deployment goes on: a line each time one of them changes its state.
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { Task } from '@aws-sdk/client-ecs';
import { systemClock } from '#base/system/clock.ts';
import { SERVICE } from './balanced-service.ts';
import { CLUSTER, type Clients } from './steps.ts';
import { taskId } from './tasks.ts';

/** A function to be called again and again: it says what has changed since the last call. Tasks that had stopped before the first one are passed over. */
export function watchServiceTasks(clients: Clients, detail: (line: string) => void): () => Promise<void> {
  const started = systemClock.now();
  const seen = new Map<string, string>();
  let first = true;
  return async () => {
    for (const task of await tasksOfService(clients)) {
      const state = stateOf(task);
      if (seen.get(task.taskArn!) === state) continue;
      seen.set(task.taskArn!, state);
      if (!(first && task.lastStatus === 'STOPPED')) detail(`task ${taskId(task).slice(0, 8)}  revision ${revisionOf(task)}  ${state.padEnd(16)} ${((systemClock.now() - started) / 1000).toFixed(1)} s`);
    }
    first = false;
  };
}

async function tasksOfService({ ecs }: Clients): Promise<readonly Task[]> {
  const of = { cluster: CLUSTER, serviceName: SERVICE };
  const lists = await Promise.all([ecs.send(new ListTasksCommand(of)), ecs.send(new ListTasksCommand({ ...of, desiredStatus: 'STOPPED' }))]);
  const arns = lists.flatMap((list) => list.taskArns ?? []);
  if (arns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: arns.slice(0, 100) }));
  return tasks.toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
}

/** A task that is to stop takes no new requests and finishes those it has: that is worth a word of its own. */
function stateOf(task: Task): string {
  return task.desiredStatus === 'STOPPED' && task.lastStatus === 'RUNNING' ? 'draining' : (task.lastStatus ?? '?');
}

function revisionOf(task: Task): string {
  return task.taskDefinitionArn?.split(':').pop() ?? '?';
}
