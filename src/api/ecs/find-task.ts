// Which task of a cluster a request means: its id or its ARN.
import type { Cluster } from '#model/cluster.ts';
import { type Task, tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import { taskArn } from '#core/task/task-arns.ts';
import type { Scope } from './arns.ts';
import { invalidParameter } from './errors.ts';
import { idInCluster } from './identifier.ts';

/** Ids of 36 characters are those of before 2018: they are well formed and never found. */
const ID_LENGTHS = [32, 36];

/** The ARN that a task identifier stands for in this cluster. Throws InvalidParameterException for a malformed or foreign one. */
export function taskArnOf(scope: Scope, cluster: Cluster, ref: string): string {
  const prefix = taskArn(scope, cluster.name, '');
  const id = ref.startsWith(prefix) ? ref.slice(prefix.length) : idInCluster(scope, 'task', cluster.name, ref);
  if (!ID_LENGTHS.includes(id.length)) throw invalidParameter(`taskId length should be one of [${ID_LENGTHS.join(',')}]`);
  return prefix + id;
}

export function findTask(reader: Reader, scope: Scope, cluster: Cluster, ref: string): Task | undefined {
  return reader.get(tasks, taskArnOf(scope, cluster, ref));
}
