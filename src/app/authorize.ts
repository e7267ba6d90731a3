// May he? Every signed call is asked about here: the policies of its principal, against the actions and resources that the service's
// access table names. Root passes unless the account has a guardrail; an agent's key may do what an agent does.
import { decide, type Bearing, type Decision } from '#core/access/decide.ts';
import { parseDocument } from '#core/access/parse-policy.ts';
import type { NamedPolicy } from '#core/access/policy.ts';
import { deniedError, deniedMessage } from '#api/access-denied.ts';
import { askingOf, contextOf, isRoot, type Asking, type MoreKeys } from '#api/iam/asking.ts';
import type { Policies } from '#api/iam/policies.ts';
import { requestTags } from '#api/request-tags.ts';
import { resourceTag } from '#api/resource-tags.ts';
import { accessKeys } from '#model/account.ts';
import { accountProfiles } from '#model/identity.ts';
import { kmsKeys } from '#model/kms-key.ts';
import { repositories } from '#model/repository.ts';
import { secrets } from '#model/secret.ts';
import type { Reader } from '#store/store.ts';
import type { AwsError } from '#wire/aws-error.ts';
import type { Intent } from '#wire/server.ts';
import type { OperationAccess } from '#wire/service.ts';

export type Authorize = (intent: Intent) => AwsError | undefined;

/** What a host's agent calls, and nothing else. */
const AGENT_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'ecs:Submit*', 'ecs:RegisterContainerInstance', 'ecs:DeregisterContainerInstance', 'ecs:DiscoverPollEndpoint', 'ecs:Poll', 'ecs:StartTelemetrySession',
        'ecs:UpdateContainerInstancesState', 'ecs:ListTagsForResource', 'ecs:TagResource', 'ecs:CreateCluster', 'ecs:PutAttributes',
        'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents',
        'ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage',
      ],
      Resource: '*',
    },
  ],
};

/** A host that joined over a network does less: it makes no clusters and tags nothing. What it may do to its own instance only, the handlers check. */
const NOT_FOR_HOSTS = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: ['ecs:CreateCluster', 'ecs:TagResource', 'ecs:PutAttributes'], Resource: '*' }],
};

/** What bears on an agent's key. */
export function agentBearing(): Bearing {
  return { identity: [{ id: 'agent', policy: parsed(AGENT_POLICY) }] };
}

function hostBearing(): Bearing {
  return { identity: [...agentBearing().identity, { id: 'host', policy: parsed(NOT_FOR_HOSTS) }] };
}

function parsed(document: object): NamedPolicy['policy'] {
  const outcome = parseDocument(document, 'identity');
  if ('malformed' in outcome) throw new Error('the policy of agents does not parse');
  return outcome.policy;
}

/** The `authorize` of the AWS handler. */
export function createAuthorizer(store: Reader, policies: Policies): Authorize {
  const [agent, host] = [agentBearing(), hostBearing()];

  return (intent) => {
    const { service, operation, call } = intent;
    const { caller } = call;
    const access = service.access?.[operation];
    if (access?.action === null) return undefined;
    if (isRoot(caller) && caller.session === undefined && store.get(accountProfiles, caller.account)?.guardrail === undefined) return undefined;
    const key = caller.session === undefined ? store.get(accessKeys, caller.accessKeyId) : undefined;
    if (key?.kind === 'agent') return judge(store, policies, intent, access, { who: { kind: 'user', account: caller.account, arn: caller.arn }, bearing: key.hostId === undefined ? agent : host, identity: undefined });
    if (caller.session !== undefined && caller.session.kind !== 'role' && (service.name === 'iam' || service.name === 'sts')) {
      return deniedError(service.protocol, `User: ${caller.arn} is not authorized to perform: ${service.name}:${operation} with credentials of GetSessionToken that were made without MFA`);
    }
    return judge(store, policies, intent, access, askingOf(store, policies, caller));
  };
}

/** More things in one call than any operation takes: each would be judged before the handler refuses the call. */
const MAX_RESOURCES = 1_000;
/** Longer than any ARN there can be. Patterns cost their length times the text's, so such a text is not looked at: it is the name of nothing. */
const MAX_ARN_LENGTH = 4_096;

function judge(store: Reader, policies: Policies, intent: Intent, access: OperationAccess | undefined, asking: Asking): AwsError | undefined {
  const { service, operation, input, call, context } = intent;
  const action = access?.action ?? `${service.signingNames[0] ?? service.name}:${operation}`;
  const named = access?.resources?.(input, context) ?? [];
  const conditions = access?.conditions?.(input, context);
  if (named.length > MAX_RESOURCES) return deniedError(service.protocol, `User: ${call.caller.arn} is not authorized to perform: ${action} on more than ${MAX_RESOURCES} resources at once`);
  const ask = (asked: string, given: string, more: MoreKeys): AwsError | undefined => {
    const resource = given.length > MAX_ARN_LENGTH ? '*' : given;
    const bearing = resourceBearing(store, policies, asking, resource);
    const decision: Decision = decide(asking.who, { action: asked, resource, context: contextOf(call, asking, more) }, bearing);
    return decision.allowed ? undefined : deniedError(service.protocol, deniedMessage(call.caller.arn, asked, resource, decision));
  };
  for (const resource of named.length === 0 ? ['*'] : named) {
    const refusal = ask(action, resource, (key) => conditions?.[key] ?? tagKeys(store, input, resource, key));
    if (refusal !== undefined) return refusal;
  }
  for (const more of access?.also?.(input, context) ?? []) {
    const refusal = ask(more.action, more.resource, (key) => more.conditions?.[key] ?? tagKeys(store, input, more.resource, key));
    if (refusal !== undefined) return more.refusal === undefined ? refusal : deniedError(service.protocol, more.refusal);
  }
  const passed = access?.passes?.(input, context);
  for (const role of passed?.roles ?? []) {
    const refusal = ask('iam:PassRole', role, (key) => (key === 'iam:passedtoservice' ? passed?.to : key.startsWith('aws:resourcetag/') ? resourceTag(store, role, key.slice(16)) : undefined));
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function tagKeys(store: Reader, input: unknown, resource: string, key: string): string | readonly string[] | undefined {
  if (key.startsWith('aws:requesttag/')) return requestTags(input).find((tag) => tag.key.toLowerCase() === key.slice(15))?.value;
  if (key === 'aws:tagkeys') {
    const keys = requestTags(input).map((tag) => tag.key);
    return keys.length === 0 ? undefined : keys;
  }
  if (key.startsWith('aws:resourcetag/')) return resourceTag(store, resource, key.slice(16));
  const [service = '', tag = ''] = key.split(':resourcetag/');
  return tag !== '' && service !== '' ? resourceTag(store, resource, tag) : undefined;
}

/** Policies that hang on the resource itself speak along; other accounts are turned away by the handlers. */
export function resourceBearing(store: Reader, policies: Policies, { who, bearing }: Asking, resource: string): Bearing {
  const own = resourcePolicy(store, resource);
  if (own === undefined || own.row.account !== who.account) return bearing;
  const policy: NamedPolicy = { id: resource, policy: policies.compiled(own.row, own.text, 'resource') };
  return { ...bearing, resource: { account: own.row.account, policy, required: own.required } };
}

interface ResourcePolicy {
  readonly row: { readonly account: string };
  readonly text: string;
  /** A key's policy must allow, whatever else does. */
  readonly required: boolean;
}

function resourcePolicy(store: Reader, resource: string): ResourcePolicy | undefined {
  if (resource.startsWith('arn:aws:ecr:')) return optional(store.get(repositories, resource), (row) => row.policyText);
  if (resource.startsWith('arn:aws:secretsmanager:')) return optional(store.get(secrets, resource), (row) => row.policy);
  if (!resource.startsWith('arn:aws:kms:')) return undefined;
  const key = store.get(kmsKeys, resource);
  return key === undefined ? undefined : { row: key, text: key.policy, required: true };
}

function optional<Row extends { readonly account: string }>(row: Row | undefined, textOf: (row: Row) => string | undefined): ResourcePolicy | undefined {
  const text = row === undefined ? undefined : textOf(row);
  return row === undefined || text === undefined ? undefined : { row, text, required: false };
}
