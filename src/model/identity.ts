// Who may do what in an account: users, groups, roles, the policies they hold, instance profiles and identity providers.
// Identity is global to an account: nothing here knows a region.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export interface InlinePolicy {
  readonly name: string;
  /** JSON text, as it was given. */
  readonly document: string;
}

export type IdentityKind = 'user' | 'group' | 'role';

/** What users, groups and roles have in common, and what each has alone. */
export interface Identity {
  readonly account: string;
  readonly kind: IdentityKind;
  readonly name: string;
  /** `/` or `/team/`. */
  readonly path: string;
  /** AIDA…, AGPA…, AROA…: never used again, unlike a name. */
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly inline: readonly InlinePolicy[];
  /** ARNs of managed policies, in the order they were attached. */
  readonly attached: readonly string[];
  /** ARN of the managed policy that bounds it; users and roles. */
  readonly boundary?: string;
  readonly tags: readonly Tag[];
  /** Names of a user's groups. */
  readonly groups: readonly string[];
  readonly role?: RoleDetails;
}

export interface RoleDetails {
  /** The trust policy, JSON text. */
  readonly trust: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  /** `ecs.amazonaws.com` of a service-linked role: the service alone may change it. */
  readonly linkedService?: string;
}

/** Names differ by more than case. */
export function identityKey(account: string, kind: IdentityKind, name: string): string {
  return `${account}/${kind}/${name.toLowerCase()}`;
}

export const identities = table<Identity>('identities', (i) => identityKey(i.account, i.kind, i.name), {
  /** `<account>/<kind>` */
  kind: (i) => `${i.account}/${i.kind}`,
  arn: (i) => i.arn,
  /** ARN of a managed policy → who has it attached, as `<account>/<ARN>`: AWS's own are in every account. */
  attached: (i) => i.attached.map((policy) => `${i.account}/${policy}`),
  boundary: (i) => (i.boundary === undefined ? undefined : `${i.account}/${i.boundary}`),
  /** Key of a group → its users. */
  group: (i) => i.groups.map((name) => identityKey(i.account, 'group', name)),
});

export interface PolicyVersion {
  /** `v1` */
  readonly id: string;
  readonly document: string;
  readonly createdAt: number;
}

/** A customer's managed policy. AWS's own are not rows. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly description?: string;
  /** Oldest first; never empty. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersion: string;
  /** Number of the last version ever made: numbers are not used again. */
  readonly lastVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: readonly Tag[];
}
export const managedPolicies = table<ManagedPolicy>('managed_policies', (p) => p.arn, { account: (p) => p.account });

export interface InstanceProfile {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  /** At most one. */
  readonly roleName?: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
}
export const instanceProfiles = table<InstanceProfile>('instance_profiles', (p) => `${p.account}/${p.name.toLowerCase()}`, {
  account: (p) => p.account,
  role: (p) => (p.roleName === undefined ? undefined : identityKey(p.account, 'role', p.roleName)),
});

/** An OpenID Connect provider whose tokens may stand for credentials. */
export interface OidcProvider {
  readonly arn: string;
  readonly account: string;
  /** Without scheme: `token.actions.githubusercontent.com`. */
  readonly host: string;
  /** As registered, with scheme. */
  readonly url: string;
  /** Audiences that are accepted. */
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAt: number;
  readonly tags: readonly Tag[];
}
export const oidcProviders = table<OidcProvider>('oidc_providers', (p) => p.arn, { account: (p) => p.account });

/** What an account as a whole has. */
export interface AccountProfile {
  readonly account: string;
  /** The account's readable name, unique on this installation. */
  readonly alias?: string;
  /** A policy that limits everybody in the account, its root included; JSON text. */
  readonly guardrail?: string;
  readonly createdAt: number;
}
export const accountProfiles = table<AccountProfile>('account_profiles', (p) => p.account, { alias: (p) => p.alias });
