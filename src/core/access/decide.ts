// All policies that bear on a request, joined into one decision: AWS's evaluation logic.
import { ask, evaluate, evaluateFor, type AccessRequest, type Asked } from './evaluate.ts';
import type { NamedPolicy, Statement } from './policy.ts';
import type { Naming, Principal } from './principal.ts';

export interface Bearing {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Of a session: present even when empty only if it was made with session policies. */
  readonly session?: readonly NamedPolicy[];
  /** Limits set on the principal's whole account; each must allow. */
  readonly guardrails?: readonly NamedPolicy[];
  readonly resource?: {
    readonly policy?: NamedPolicy;
    /** Whose resource it is; absent: the principal's account. */
    readonly account: string;
    /** Trust policies and key policies: without their Allow nothing is allowed. */
    readonly required?: boolean;
  };
}

export type PolicySource = 'guardrail' | 'resource' | 'identity' | 'boundary' | 'session';

export interface Decider {
  readonly source: PolicySource;
  /** ARN or name of the policy. */
  readonly policy: string;
  readonly statement: Statement;
}

export type Decision =
  | { readonly allowed: true; readonly by: Decider | undefined }
  | { readonly allowed: false; readonly explicit: true; readonly source: PolicySource; readonly by: Decider }
  | { readonly allowed: false; readonly explicit: false; readonly source: PolicySource };

/**
 * Whether a principal may do this. A Deny anywhere refuses; then every guardrail must allow; then, in the resource's account, a
 * resource policy that names the principal is enough, else identity policies, boundary and session policies must all allow; from
 * another account both sides must.
 */
export function decide(who: Principal, request: AccessRequest, bearing: Bearing): Decision {
  const asked = ask(request);
  const resource = resourceVerdict(who, asked, bearing);
  const found: Findings = {
    guardrails: (bearing.guardrails ?? []).map((policy) => first('guardrail', [policy], asked)),
    resource,
    identity: first('identity', bearing.identity, asked),
    boundary: bearing.boundary === undefined ? undefined : first('boundary', [bearing.boundary], asked),
    session: bearing.session === undefined ? undefined : first('session', bearing.session, asked),
  };
  return explicitDeny(found) ?? blockedByGuardrail(found) ?? grant(who, found, bearing);
}

interface Finding {
  readonly deny: Decider | undefined;
  readonly allow: Decider | undefined;
}

interface Findings {
  readonly guardrails: readonly Finding[];
  readonly resource: (Finding & { readonly naming: Naming | undefined }) | undefined;
  readonly identity: Finding;
  readonly boundary: Finding | undefined;
  readonly session: Finding | undefined;
}

function first(source: PolicySource, policies: readonly NamedPolicy[], asked: Asked): Finding {
  let allow: Decider | undefined;
  for (const { id, policy } of policies) {
    const { denied, allowed } = evaluate(policy, asked);
    if (denied !== undefined) return { deny: { source, policy: id, statement: denied }, allow };
    if (allow === undefined && allowed !== undefined) allow = { source, policy: id, statement: allowed };
  }
  return { deny: undefined, allow };
}

function resourceVerdict(who: Principal, asked: Asked, bearing: Bearing): Findings['resource'] {
  const named = bearing.resource?.policy;
  if (named === undefined) return undefined;
  const { denied, allowed, naming } = evaluateFor(named.policy, asked, who);
  const decider = (statement: Statement | undefined): Decider | undefined => (statement === undefined ? undefined : { source: 'resource', policy: named.id, statement });
  return { deny: decider(denied), allow: decider(allowed), naming };
}

function explicitDeny(found: Findings): Decision | undefined {
  for (const finding of [...found.guardrails, found.resource, found.identity, found.boundary, found.session]) {
    if (finding?.deny !== undefined) return { allowed: false, explicit: true, source: finding.deny.source, by: finding.deny };
  }
  return undefined;
}

function blockedByGuardrail({ guardrails }: Findings): Decision | undefined {
  return guardrails.some((guardrail) => guardrail.allow === undefined) ? refuse('guardrail') : undefined;
}

function grant(who: Principal, found: Findings, bearing: Bearing): Decision {
  const { resource } = found;
  const bare = who.kind === 'service' || who.kind === 'webIdentity';
  const foreign = !bare && bearing.resource !== undefined && bearing.resource.account !== who.account;
  if (bare || foreign || bearing.resource?.required === true) {
    if (resource?.allow === undefined) return refuse('resource');
    if (bare) return { allowed: true, by: resource.allow };
  }
  if (who.kind === 'root') return foreign ? { allowed: true, by: resource?.allow } : { allowed: true, by: found.identity.allow };
  const limits = limit(found);
  if (!foreign && resource?.allow !== undefined) {
    // AWS's rule: what names a user or a session itself is not held back by what its boundary leaves unsaid; what names the role is.
    if (resource.naming === 'itself') return { allowed: true, by: resource.allow };
    if (resource.naming !== 'account') return limits ?? { allowed: true, by: resource.allow };
  }
  if (found.identity.allow === undefined) return refuse('identity');
  return limits ?? { allowed: true, by: found.identity.allow };
}

function limit({ boundary, session }: Findings): Decision | undefined {
  if (boundary !== undefined && boundary.allow === undefined) return refuse('boundary');
  if (session !== undefined && session.allow === undefined) return refuse('session');
  return undefined;
}

function refuse(source: PolicySource): Decision {
  return { allowed: false, explicit: false, source };
}
