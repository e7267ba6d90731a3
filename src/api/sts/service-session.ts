// Credentials of a role for a service that runs something in its name: what a task gets as its task role or execution role.
import { decide } from '#core/access/decide.ts';
import type { Reader } from '#store/store.ts';
import type { Policies } from '../iam/policies.ts';
import { roleOfArn, sessionArn } from './new-session.ts';
import type { SessionCredentials, Sessions } from './sessions.ts';

export interface ServiceSessionDeps {
  readonly store: Reader;
  readonly policies: Policies;
  readonly sessions: Sessions;
}

export interface ServiceSessionRequest {
  readonly roleArn: string;
  /** `ecs-tasks.amazonaws.com`: whom the role's trust policy must allow sts:AssumeRole. */
  readonly service: string;
  /** The task's id, in ECS. */
  readonly sessionName: string;
  readonly seconds: number;
  readonly now: number;
  /** `aws:SourceArn` and `aws:SourceAccount` of the trust policy's conditions: whose sake it is for. */
  readonly sourceArn?: string;
}

/** The role's credentials; undefined when there is no such role or it does not trust the service. */
export function sessionForService({ store, policies, sessions }: ServiceSessionDeps, request: ServiceSessionRequest): SessionCredentials | undefined {
  const role = roleOfArn(store, request.roleArn);
  if (role === undefined) return undefined;
  const values: Readonly<Record<string, string | undefined>> = {
    'aws:sourcearn': request.sourceArn,
    'aws:sourceaccount': role.account,
    'aws:currenttime': new Date(request.now).toISOString(),
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': request.service,
    'sts:rolesessionname': request.sessionName,
  };
  const context = (key: string): readonly string[] | undefined => (values[key] === undefined ? undefined : [values[key]]);
  const policy = { id: role.arn, policy: policies.compiled(role.role, role.role.trust, 'trust') };
  const asked = { action: 'sts:AssumeRole', resource: role.arn, context };
  const who = { kind: 'service', account: '', arn: '', name: request.service } as const;
  if (!decide(who, asked, { identity: [], resource: { account: role.account, policy, required: true } }).allowed) return undefined;
  return sessions.issue({
    account: role.account,
    arn: sessionArn(role, request.sessionName),
    userId: `${role.id}:${request.sessionName}`,
    session: {
      kind: 'role', issuerArn: role.arn, issuerId: role.id, name: request.sessionName, policyArns: [], tags: {}, transitiveTagKeys: [],
      issuedAt: request.now, expiresAt: request.now + request.seconds * 1000,
    },
  });
}
