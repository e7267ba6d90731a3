// Forgets what has had its time: stopped tasks, client tokens, task definitions that are to be deleted.
import type { ForgetAction } from '#core/task/plan-forget.ts';
import { planDeleteDefinition, planForgetTask, planForgetToken } from '#core/task/plan-forget.ts';
import { clientTokens } from '#model/account.ts';
import type { ClientToken } from '#model/account.ts';
import { services, taskSets } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import { reconciler } from '../reconciler.ts';

/** Keys: task ARNs. */
export const forgetStoppedTasks = reconciler<Task, ForgetAction>({
  name: 'forget-stopped-tasks',
  *keysAtStart(reader) {
    for (const task of reader.by(tasks, 'stopped', 'stopped')) yield task.arn;
  },
  *keysOf({ table, before, after }) {
    if (table.name !== tasks.name) return;
    const task = after as Task | undefined;
    if (task?.lastStatus === 'STOPPED' && (before as Task | undefined)?.lastStatus !== 'STOPPED') yield task.arn;
  },
  load: (reader, key) => reader.get(tasks, key),
  plan: planForgetTask,
  apply: (tx, { key }) => tx.delete(tasks, key),
});

/** Keys: token ids. */
export const forgetClientTokens = reconciler<ClientToken, ForgetAction>({
  name: 'forget-client-tokens',
  *keysAtStart(reader) {
    for (const token of reader.by(clientTokens, 'all', 'all')) yield token.id;
  },
  *keysOf({ table, key, after }) {
    if (table.name === clientTokens.name && after !== undefined) yield key;
  },
  load: (reader, key) => reader.get(clientTokens, key),
  plan: planForgetToken,
  apply: (tx, { key }) => tx.delete(clientTokens, key),
});

interface DefinitionUse {
  readonly definition: TaskDefinition;
  readonly users: number;
}

/** Keys: task definition ARNs. */
export const deleteTaskDefinitions = reconciler<DefinitionUse, ForgetAction>({
  name: 'delete-task-definitions',
  *keysAtStart(reader) {
    for (const definition of reader.by(taskDefinitions, 'deleting', 'deleting')) yield definition.arn;
  },
  *keysOf({ table, key, before, after }, reader) {
    if (table.name === taskDefinitions.name) {
      if ((after as TaskDefinition | undefined)?.status === 'DELETE_IN_PROGRESS') yield key;
      return;
    }
    if (table.name !== tasks.name && table.name !== services.name && table.name !== taskSets.name) return;
    for (const row of [before, after]) {
      const arn = usedDefinition(table.name, row);
      if (arn !== undefined && reader.get(taskDefinitions, arn)?.status === 'DELETE_IN_PROGRESS') yield arn;
    }
  },
  load(reader, key) {
    const definition = reader.get(taskDefinitions, key);
    if (definition === undefined) return undefined;
    return { definition, users: reader.count(tasks, 'definition', key) + reader.count(services, 'taskDefinition', key) + reader.count(taskSets, 'taskDefinition', key) };
  },
  plan: ({ definition, users }) => planDeleteDefinition(definition, users),
  apply: (tx, { key }) => tx.delete(taskDefinitions, key),
});

function usedDefinition(table: string, row: unknown): string | undefined {
  if (row === undefined) return undefined;
  return table === tasks.name ? (row as Task).taskDefinitionArn : (row as { spec: { taskDefinitionArn: string } }).spec.taskDefinitionArn;
}
