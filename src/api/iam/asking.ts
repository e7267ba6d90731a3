// The principal behind a verified call, with the policies that bear on him and what conditions may ask about the call.
import type { Bearing } from '#core/access/decide.ts';
import type { ContextLookup } from '#core/access/pattern.ts';
import type { NamedPolicy } from '#core/access/policy.ts';
import type { Principal } from '#core/access/principal.ts';
import { identities, type Identity } from '#model/identity.ts';
import type { Reader } from '#store/store.ts';
import type { AwsCall, Caller, CallerSession } from '#wire/call.ts';
import type { Policies } from './policies.ts';

export interface Asking {
  readonly who: Principal;
  /** Without a resource's policy. */
  readonly bearing: Bearing;
  /** The row of the user or role; undefined for root, and for what has been deleted since. */
  readonly identity: Identity | undefined;
}

/** Looks the caller up. A user or role that is gone, or is another under the same name, holds no policies. */
export function askingOf(reader: Reader, policies: Policies, caller: Caller): Asking {
  const { account, arn, session } = caller;
  const guardrails = policies.guardrails(reader, account);
  if (isRoot(caller)) return { who: { kind: 'root', account, arn: `arn:aws:iam::${account}:root` }, bearing: { identity: [], guardrails }, identity: undefined };
  const identity = identityOf(reader, caller);
  const own = identity === undefined ? { identity: [] } : policies.of(reader, identity);
  const who: Principal = session?.kind === 'role' ? { kind: 'roleSession', account, arn, issuerArn: session.issuerArn } : { kind: 'user', account, arn };
  return { who, identity, bearing: { ...own, guardrails, ...(session === undefined ? {} : sessionPolicies(reader, policies, account, session)) } };
}

export function isRoot(caller: Caller): boolean {
  return caller.session === undefined ? caller.arn === `arn:aws:iam::${caller.account}:root` : caller.session.kind === 'root';
}

function identityOf(reader: Reader, { arn, userId, session }: Caller): Identity | undefined {
  const id = session?.issuerId ?? userId;
  for (const identity of reader.by(identities, 'arn', session?.issuerArn ?? arn)) if (identity.id === id) return identity;
  return undefined;
}

function sessionPolicies(reader: Reader, policies: Policies, account: string, session: CallerSession): Pick<Bearing, 'session'> {
  if (session.policy === undefined && session.policyArns.length === 0) return {};
  const inline: NamedPolicy[] = session.policy === undefined ? [] : [{ id: 'session policy', policy: policies.compiled(session, session.policy, 'identity') }];
  return { session: [...inline, ...session.policyArns.flatMap((arn) => policies.managed(reader, account, arn) ?? [])] };
}

/** Condition values that an operation or resource adds, by lower-case key. */
export type MoreKeys = (key: string) => string | readonly string[] | undefined;

/** What conditions see of a call. */
export type CallFacts = Pick<AwsCall, 'caller' | 'sourceIp' | 'region' | 'now' | 'userAgent' | 'baseUrl'>;

const TAG = 'aws:principaltag/';

/** The global condition keys of a call; nothing is computed before a policy asks. */
export function contextOf(call: CallFacts, { who, identity }: Asking, more: MoreKeys): ContextLookup {
  return (key) => {
    const value = more(key) ?? (key.startsWith(TAG) ? principalTag(call.caller, identity, key.slice(TAG.length)) : globalKey(key, call, who, identity));
    return typeof value === 'string' ? [value] : value;
  };
}

// Tags of the session replace those of the role.
function principalTag({ session }: Caller, identity: Identity | undefined, key: string): string | undefined {
  for (const [name, value] of Object.entries(session?.tags ?? {})) if (name.toLowerCase() === key) return value;
  return identity?.tags.find((tag) => tag.key.toLowerCase() === key)?.value;
}

const PRINCIPAL_TYPES: Readonly<Record<Principal['kind'], string>> = {
  root: 'Account', user: 'User', roleSession: 'AssumedRole', federatedUser: 'FederatedUser', service: 'Service', webIdentity: 'Anonymous',
};

function globalKey(key: string, call: CallFacts, who: Principal, identity: Identity | undefined): string | undefined {
  const { caller } = call;
  switch (key) {
    case 'aws:principalarn':
      return who.issuerArn ?? who.arn;
    case 'aws:principalaccount':
      return who.account;
    case 'aws:principaltype':
      return PRINCIPAL_TYPES[who.kind];
    case 'aws:userid':
      return caller.userId;
    case 'aws:username':
      return identity?.kind === 'user' ? identity.name : undefined;
    case 'aws:sourceip':
      return call.sourceIp;
    case 'aws:requestedregion':
      return call.region;
    case 'aws:securetransport':
      return String(call.baseUrl.startsWith('https:'));
    case 'aws:currenttime':
      return new Date(call.now).toISOString();
    case 'aws:epochtime':
      return String(Math.floor(call.now / 1000));
    case 'aws:useragent':
      return call.userAgent;
    case 'aws:principalisawsservice':
    case 'aws:viaawsservice':
      return 'false';
    // Absent for lasting keys, as in AWS; there is no MFA here.
    case 'aws:multifactorauthpresent':
      return caller.session === undefined ? undefined : 'false';
    case 'aws:tokenissuetime':
      return caller.session === undefined ? undefined : new Date(caller.session.issuedAt).toISOString();
    default:
      return undefined;
  }
}
