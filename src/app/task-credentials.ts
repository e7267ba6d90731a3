// Credentials of task and execution roles: sessions of the role for ecs-tasks.amazonaws.com, in the form the agent protocol carries.
import { createHmac, hkdfSync } from 'node:crypto';
import type { ServiceAssumption } from '#api/cloudtrail/event-record.ts';
import type { Policies } from '#api/iam/policies.ts';
import { sessionForService } from '#api/sts/service-session.ts';
import type { Sessions } from '#api/sts/sessions.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { IssueCredentials } from '#control/task-credentials.ts';
import { lastSegment, parseArn } from '#model/arn.ts';
import type { Reader } from '#store/store.ts';

/** As ECS: six hours. */
const LIFETIME_S = 6 * 3600;

export interface TaskCredentialDeps {
  readonly store: Reader;
  readonly policies: Policies;
  readonly sessions: Sessions;
  /** The server's own: the ids of credentials follow from it, so that they are the same at each refresh. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of every role that is taken. */
  readonly recordAssumption?: (of: ServiceAssumption) => void;
}

/** The `issueCredentials` of control. */
export function createTaskCredentials(deps: TaskCredentialDeps): IssueCredentials {
  const key = Buffer.from(hkdfSync('sha256', deps.secret, '', 'longshore credentials ids', 32));
  const idOf = (text: string): string => {
    const hex = createHmac('sha256', key).update(text).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
  };
  return (task, roleType, roleArn) => {
    // A role of another account is not this account's to give away, whoever was allowed to register the definition.
    const own = parseArn(roleArn)?.account === task.account;
    const request = { roleArn, service: 'ecs-tasks.amazonaws.com', sessionName: lastSegment(task.arn), seconds: LIFETIME_S, now: deps.clock.now(), sourceArn: task.arn };
    const session = own ? sessionForService(deps, request) : undefined;
    if (session === undefined) {
      deps.log.warn('a role of a task cannot be assumed: there is none of this name in the account, or it does not trust ecs-tasks.amazonaws.com', { task: task.arn, roleType, roleArn });
      return undefined;
    }
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = session;
    deps.recordAssumption?.({ ...request, account: task.account, region: task.region, accessKeyId });
    return { credentialsId: idOf(`${task.arn} ${roleType}`), accessKeyId, secretAccessKey, sessionToken, roleArn, expiration: new Date(expiresAt).toISOString() };
  };
}
