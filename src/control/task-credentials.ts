// The role credentials of tasks: issued anew for every order and every connection, never stored. A connection lives half an hour, the
// credentials for hours: so they are always refreshed long before they expire.
import type { IAMRoleCredentialsMessage, RoleCredentials } from '#link/messages.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks, type Task } from '#model/task.ts';
import type { Reader } from '#store/store.ts';

export type RoleType = IAMRoleCredentialsMessage['roleType'];

/** Credentials of a role for a task; undefined when there is no such role in the task's account, or it does not trust ECS tasks. */
export type IssueCredentials = (task: Task, roleType: RoleType, roleArn: string) => RoleCredentials | undefined;

export interface TaskCredentials {
  readonly roleCredentials?: RoleCredentials;
  readonly executionRoleCredentials?: RoleCredentials;
}

/** What a task's order carries: of its task role and its execution role, as far as it has them. */
export function credentialsOf(reader: Reader, issue: IssueCredentials | undefined, task: Task): TaskCredentials {
  if (issue === undefined) return {};
  const definition = reader.get(taskDefinitions, task.taskDefinitionArn);
  const taskRole = task.overrides.taskRoleArn ?? definition?.taskRoleArn;
  const executionRole = task.overrides.executionRoleArn ?? definition?.executionRoleArn;
  const roleCredentials = taskRole === undefined ? undefined : issue(task, 'TaskApplication', taskRole);
  const executionRoleCredentials = executionRole === undefined ? undefined : issue(task, 'TaskExecution', executionRole);
  return { ...(roleCredentials !== undefined && { roleCredentials }), ...(executionRoleCredentials !== undefined && { executionRoleCredentials }) };
}

/** New credentials for everything a host's agent has: those of before may have been lost with it, or are old by now. */
export function refreshedCredentials(reader: Reader, issue: IssueCredentials | undefined, hostArn: string): Omit<IAMRoleCredentialsMessage, 'messageId'>[] {
  if (issue === undefined) return [];
  return [...reader.by(tasks, 'host', hostArn)].flatMap((task) => {
    if (task.lastStatus === 'STOPPED' || task.lastStatus === 'PROVISIONING') return [];
    const { roleCredentials, executionRoleCredentials } = credentialsOf(reader, issue, task);
    const common = { taskArn: task.arn, taskClusterArn: task.clusterArn };
    return [
      ...(roleCredentials === undefined ? [] : [{ ...common, roleType: 'TaskApplication' as const, roleCredentials }]),
      ...(executionRoleCredentials === undefined ? [] : [{ ...common, roleType: 'TaskExecution' as const, roleCredentials: executionRoleCredentials }]),
    ];
  });
}
