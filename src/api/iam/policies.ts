// Which policies bear on a principal, compiled. Compiled once per stored version: rows never change, so the cache hangs on them.
import type { Bearing } from '#core/access/decide.ts';
import { parsePolicy, type PolicyKind } from '#core/access/parse-policy.ts';
import type { NamedPolicy, Policy } from '#core/access/policy.ts';
import { accountProfiles, identities, identityKey, type Identity, type ManagedPolicy } from '#model/identity.ts';
import type { Reader } from '#store/store.ts';
import { lookPolicy } from './find.ts';

export interface Policies {
  /** A stored policy compiled; `holder` is the row (or part of one) that has the text. A document that does not parse says nothing. */
  compiled(holder: object, document: string, kind: PolicyKind): Policy;
  /** Identity policies and boundary of a user, role or group. */
  of(reader: Reader, identity: Identity): Pick<Bearing, 'identity' | 'boundary'>;
  managed(reader: Reader, account: string, arn: string): NamedPolicy | undefined;
  guardrails(reader: Reader, account: string): readonly NamedPolicy[];
}

/** What does not parse must not let anybody in. */
const SILENT: Policy = { statements: [] };

/** Compiled policies, cached for as long as their rows live. */
export function createPolicies(): Policies {
  const cache = new WeakMap<object, Policy>();

  const compiled = (holder: object, document: string, kind: PolicyKind): Policy => {
    const known = cache.get(holder);
    if (known !== undefined) return known;
    const parsed = parsePolicy(document, kind);
    const policy = 'malformed' in parsed ? SILENT : parsed.policy;
    cache.set(holder, policy);
    return policy;
  };

  const version = (policy: ManagedPolicy): NamedPolicy => {
    const current = policy.versions.find(({ id }) => id === policy.defaultVersion) ?? policy.versions[0]!;
    return { id: policy.arn, policy: compiled(current, current.document, 'identity') };
  };

  const managed = (reader: Reader, account: string, arn: string): NamedPolicy | undefined => {
    const found = lookPolicy(reader, account, arn);
    return found === undefined ? undefined : version(found);
  };

  const own = (reader: Reader, identity: Identity): NamedPolicy[] => [
    ...identity.inline.map((inline) => ({ id: inline.name, policy: compiled(inline, inline.document, 'identity') })),
    ...identity.attached.flatMap((arn) => managed(reader, identity.account, arn) ?? []),
  ];

  return {
    compiled,
    managed,
    of(reader, identity) {
      const groups = identity.groups.flatMap((name) => reader.get(identities, identityKey(identity.account, 'group', name)) ?? []);
      const policies = [identity, ...groups].flatMap((one) => own(reader, one));
      if (identity.boundary === undefined) return { identity: policies };
      // A boundary that is gone bounds everything.
      return { identity: policies, boundary: managed(reader, identity.account, identity.boundary) ?? { id: identity.boundary, policy: SILENT } };
    },
    guardrails(reader, account) {
      const profile = reader.get(accountProfiles, account);
      return profile?.guardrail === undefined ? [] : [{ id: 'guardrail', policy: compiled(profile, profile.guardrail, 'identity') }];
    },
  };
}
