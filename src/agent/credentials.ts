// The role credentials of the tasks here, in memory only: they came with the order, are refreshed by the control plane, and are given to
// whoever may have them. The state file holds orders without them; after a restart the control plane sends them again.
import type { PayloadTask, RoleCredentials } from '#link/messages.ts';

export type RoleType = 'TaskApplication' | 'TaskExecution';

export interface Credentials {
  /** The newest known; undefined when none came, or not again yet after a restart. */
  of(taskArn: string, roleType: RoleType): RoleCredentials | undefined;
  /** The task whose role these are, when they came; an id is the same for the life of a task. */
  taskOf(credentialsId: string): string | undefined;
  take(taskArn: string, roleType: RoleType, credentials: RoleCredentials): void;
  /** What came with an order. */
  takeFrom(payload: PayloadTask): void;
  forget(taskArn: string): void;
}

export function openCredentials(): Credentials {
  const held = new Map<string, Partial<Record<RoleType, RoleCredentials>>>();
  const tasks = new Map<string, string>();
  const take = (taskArn: string, roleType: RoleType, credentials: RoleCredentials): void => {
    // Of an order read from the state file only the id is left.
    if (credentials.secretAccessKey === '') return;
    held.set(taskArn, { ...held.get(taskArn), [roleType]: credentials });
    if (roleType === 'TaskApplication') tasks.set(credentials.credentialsId, taskArn);
  };
  return {
    of: (taskArn, roleType) => held.get(taskArn)?.[roleType],
    taskOf: (credentialsId) => tasks.get(credentialsId),
    take,
    takeFrom({ arn, roleCredentials, executionRoleCredentials }) {
      if (roleCredentials !== undefined) take(arn, 'TaskApplication', roleCredentials);
      if (executionRoleCredentials !== undefined) take(arn, 'TaskExecution', executionRoleCredentials);
    },
    forget(taskArn) {
      const id = held.get(taskArn)?.TaskApplication?.credentialsId;
      if (id !== undefined) tasks.delete(id);
      held.delete(taskArn);
    },
  };
}

/** The order as it may be written to disk: that there are roles, but nothing that signs. */
export function withoutCredentials(payload: PayloadTask): PayloadTask {
  const bare = (credentials: RoleCredentials): RoleCredentials => ({ ...credentials, accessKeyId: '', secretAccessKey: '', sessionToken: '', expiration: '' });
  return {
    ...payload,
    ...(payload.roleCredentials !== undefined && { roleCredentials: bare(payload.roleCredentials) }),
    ...(payload.executionRoleCredentials !== undefined && { executionRoleCredentials: bare(payload.executionRoleCredentials) }),
  };
}
