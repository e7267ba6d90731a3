// SimulatePrincipalPolicy, SimulateCustomPolicy and the context keys of policies: what would be allowed, without doing it.
import type { Bearing, Decision, PolicySource } from '#core/access/decide.ts';
import { parsePolicy, type PolicyKind } from '#core/access/parse-policy.ts';
import type { ContextLookup } from '#core/access/pattern.ts';
import type { NamedPolicy } from '#core/access/policy.ts';
import type { Principal } from '#core/access/principal.ts';
import { keysOf, simulate, type Simulated } from '#core/access/simulate.ts';
import { identities, type Identity } from '#model/identity.ts';
import type { IamContext } from './context.ts';
import { invalidInput, malformedMessage, noSuchEntity } from './errors.ts';
import type * as sdk from './shapes.ts';
import { pageOf } from './validate.ts';

export function simulateCustomPolicy(input: sdk.SimulateCustomPolicyRequest, ctx: IamContext): sdk.SimulatePolicyResponse {
  const bearing = {
    identity: inputPolicies('PolicyInputList', input.PolicyInputList, 'identity'),
    ...boundaryOf(input.PermissionsBoundaryPolicyInputList),
    ...resourceOf(input, ctx),
  };
  return results(input, bearing, caller(input.CallerArn, ctx), ctx);
}

export function simulatePrincipalPolicy(input: sdk.SimulatePrincipalPolicyRequest, ctx: IamContext): sdk.SimulatePolicyResponse {
  const source = findSource(ctx, input.PolicySourceArn);
  const own = ctx.policies.of(ctx.store, source);
  const bearing: Bearing = {
    identity: [...own.identity, ...inputPolicies('PolicyInputList', input.PolicyInputList, 'identity')],
    guardrails: ctx.policies.guardrails(ctx.store, ctx.account),
    ...(own.boundary === undefined ? {} : { boundary: own.boundary }),
    ...boundaryOf(input.PermissionsBoundaryPolicyInputList),
    ...resourceOf(input, ctx),
  };
  return results(input, bearing, caller(input.CallerArn ?? source.arn, ctx), ctx);
}

export function getContextKeysForCustomPolicy(input: sdk.GetContextKeysForCustomPolicyRequest, _ctx: IamContext): sdk.GetContextKeysForPolicyResponse {
  return contextKeys(inputPolicies('PolicyInputList', input.PolicyInputList, 'identity'));
}

export function getContextKeysForPrincipalPolicy(input: sdk.GetContextKeysForPrincipalPolicyRequest, ctx: IamContext): sdk.GetContextKeysForPolicyResponse {
  const own = ctx.policies.of(ctx.store, findSource(ctx, input.PolicySourceArn));
  return contextKeys([...own.identity, ...inputPolicies('PolicyInputList', input.PolicyInputList, 'identity')]);
}

function contextKeys(policies: readonly NamedPolicy[]): sdk.GetContextKeysForPolicyResponse {
  return { ContextKeyNames: [...new Set(policies.flatMap(({ policy }) => keysOf(policy)))].sort() };
}

function findSource(ctx: IamContext, arn: string | undefined): Identity {
  for (const identity of ctx.store.by(identities, 'arn', arn ?? '')) if (identity.account === ctx.account) return identity;
  throw noSuchEntity(`The entity with ARN ${arn ?? ''} cannot be found.`);
}

function inputPolicies(member: string, texts: readonly string[] | undefined, kind: PolicyKind): NamedPolicy[] {
  return (texts ?? []).map((text, i) => {
    const parsed = parsePolicy(text, kind);
    if ('malformed' in parsed) throw invalidInput(`Invalid policy in ${member}: ${malformedMessage(parsed.malformed)}`);
    return { id: `${member}.${i + 1}`, policy: parsed.policy };
  });
}

function boundaryOf(texts: readonly string[] | undefined): Pick<Bearing, 'boundary'> {
  const [boundary] = inputPolicies('PermissionsBoundaryPolicyInputList', texts, 'identity');
  return boundary === undefined ? {} : { boundary };
}

function resourceOf(input: { ResourcePolicy?: string | undefined; ResourceOwner?: string | undefined }, ctx: IamContext): Pick<Bearing, 'resource'> {
  if (input.ResourcePolicy === undefined) return {};
  const [policy] = inputPolicies('ResourcePolicy', [input.ResourcePolicy], 'resource');
  const owner = /\d{12}/.exec(input.ResourceOwner ?? '')?.[0] ?? ctx.account;
  return { resource: { account: owner, ...(policy === undefined ? {} : { policy }) } };
}

// A simulated principal is never root: what is simulated are policies.
function caller(arn: string | undefined, ctx: IamContext): Principal {
  const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn ?? '')?.[1] ?? ctx.account;
  return { kind: 'user', account, arn: arn ?? `arn:aws:iam::${account}:user/simulated` };
}

interface Input {
  readonly ActionNames: readonly string[] | undefined;
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ContextEntries?: readonly sdk.ContextEntry[] | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

const MAX_RESOURCE_LENGTH = 2_048;
const MAX_DECISIONS = 10_000;
/** A simulation is as much work as its caller likes, and everybody else waits meanwhile. */
const MAX_TIME_MS = 2_000;

function results(input: Input, bearing: Bearing, who: Principal, ctx: IamContext): sdk.SimulatePolicyResponse {
  const actions = input.ActionNames ?? [];
  const odd = actions.find((action) => !/^[\w-]+:\w+$/.test(action));
  if (odd !== undefined) throw invalidInput(`Invalid action name: ${odd}`);
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  if (actions.length * resources.length > MAX_DECISIONS) throw invalidInput(`No more than ${MAX_DECISIONS} decisions can be simulated at once.`);
  if (resources.some((resource) => resource.length > MAX_RESOURCE_LENGTH)) throw invalidInput(`A resource has at most ${MAX_RESOURCE_LENGTH} characters.`);
  // Only what is on the page is decided.
  const pairs = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
  const order = new Map(pairs.map((pair, i) => [pair, String(i).padStart(6, '0')]));
  const { items, ...more } = pageOf(input, pairs, (pair) => order.get(pair) ?? '');
  const context = entries(input.ContextEntries ?? []);
  const startedAt = ctx.clock.now();
  const EvaluationResults = items.flatMap(({ action, resource }) => {
    if (ctx.clock.now() - startedAt > MAX_TIME_MS) throw invalidInput('The simulation takes too long: simulate fewer actions, resources or policies at once.');
    return simulate({ who, bearing, actions: [action], resources: [resource], context }).map((one) => viewResult(one, bearing));
  });
  return { EvaluationResults, ...more };
}

function entries(given: readonly sdk.ContextEntry[]): ContextLookup {
  const map = new Map(given.map((entry) => [entry.ContextKeyName?.toLowerCase() ?? '', entry.ContextKeyValues ?? []]));
  return (key) => map.get(key);
}

const SOURCE_TYPES: Readonly<Record<PolicySource, string>> = {
  identity: 'IAM Policy', boundary: 'IAM Policy', session: 'IAM Policy', guardrail: 'IAM Policy', resource: 'Resource Policy',
};

function viewResult({ action, resource, decision, matched, missingKeys }: Simulated, bearing: Bearing): sdk.EvaluationResult {
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: verdict(decision) as sdk.PolicyEvaluationDecisionType,
    MatchedStatements: matched.map(({ id }) => ({ SourcePolicyId: id, SourcePolicyType: SOURCE_TYPES[decision.allowed ? (decision.by?.source ?? 'identity') : decision.source] as sdk.PolicySourceType })),
    MissingContextValues: [...missingKeys],
    ...(bearing.boundary === undefined ? {} : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: decision.allowed || decision.source !== 'boundary' } }),
  };
}

function verdict(decision: Decision): string {
  if (decision.allowed) return 'allowed';
  return decision.explicit ? 'explicitDeny' : 'implicitDeny';
}
