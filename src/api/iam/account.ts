// The account as a whole: its alias, its numbers, and everything in it at once.
import { accessKeys } from '#model/account.ts';
import { accountProfiles, identities, instanceProfiles, managedPolicies, oidcProviders, type Identity, type ManagedPolicy } from '#model/identity.ts';
import { AWS_MANAGED_POLICIES } from './aws-managed-policies.ts';
import type { IamContext } from './context.ts';
import { alreadyExists, noSuchEntity, validationError } from './errors.ts';
import { lookPolicy } from './find.ts';
import type * as sdk from './shapes.ts';
import { pageOf, POLICY_MAX } from './validate.ts';
import { countUses, encodeDocument, viewBoundary, viewGroup, viewPolicy, viewProfile, viewRole, viewTags, viewUser, viewVersion } from './view.ts';

export function listAccountAliases(_input: sdk.ListAccountAliasesRequest, ctx: IamContext): sdk.ListAccountAliasesResponse {
  const alias = ctx.store.get(accountProfiles, ctx.account)?.alias;
  return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
}

export function createAccountAlias(input: sdk.CreateAccountAliasRequest, ctx: IamContext): void {
  const alias = input.AccountAlias ?? '';
  if (!/^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/.test(alias)) {
    throw validationError(`1 validation error detected: Value '${alias}' at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`);
  }
  ctx.store.transact((tx) => {
    for (const other of tx.by(accountProfiles, 'alias', alias)) if (other.account !== ctx.account) throw alreadyExists(`The account alias ${alias} already exists.`);
    tx.put(accountProfiles, { ...(tx.get(accountProfiles, ctx.account) ?? { account: ctx.account, createdAt: ctx.now }), alias });
  });
}

export function deleteAccountAlias(input: sdk.DeleteAccountAliasRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const profile = tx.get(accountProfiles, ctx.account);
    if (profile?.alias === undefined || profile.alias !== input.AccountAlias) throw noSuchEntity(`The account alias ${input.AccountAlias ?? ''} does not exist.`);
    const { alias: _gone, ...rest } = profile;
    tx.put(accountProfiles, rest);
  });
}

export function getAccountSummary(_input: object, ctx: IamContext): sdk.GetAccountSummaryResponse {
  const { store, account } = ctx;
  const count = (kind: string): number => store.count(identities, 'kind', `${account}/${kind}`);
  const policies = [...store.by(managedPolicies, 'account', account)];
  const rootKeys = store.count(accessKeys, 'principal', `arn:aws:iam::${account}:root`);
  return {
    SummaryMap: {
      Users: count('user'), UsersQuota: 5000, Groups: count('group'), GroupsQuota: 300, Roles: count('role'), RolesQuota: 1000,
      Policies: policies.length, PoliciesQuota: 1500, PolicyVersionsInUse: policies.reduce((sum, one) => sum + one.versions.length, 0), PolicyVersionsInUseQuota: 10_000,
      VersionsPerPolicyQuota: 5, InstanceProfiles: store.count(instanceProfiles, 'account', account), InstanceProfilesQuota: 1000,
      Providers: store.count(oidcProviders, 'account', account), AccessKeysPerUserQuota: 2, AttachedPoliciesPerUserQuota: 10, AttachedPoliciesPerGroupQuota: 10,
      AttachedPoliciesPerRoleQuota: 10, GroupsPerUserQuota: 10, UserPolicySizeQuota: POLICY_MAX.user, GroupPolicySizeQuota: POLICY_MAX.group, RolePolicySizeQuota: POLICY_MAX.role,
      PolicySizeQuota: POLICY_MAX.managed, AssumeRolePolicySizeQuota: POLICY_MAX.trust, AccountAccessKeysPresent: rootKeys > 0 ? 1 : 0, AccountMFAEnabled: 0, MFADevices: 0, MFADevicesInUse: 0,
      ServerCertificates: 0, ServerCertificatesQuota: 20, AccountSigningCertificatesPresent: 0, AccountPasswordPresent: 0,
    },
  };
}

type Item = { readonly at: string } & ({ readonly identity: Identity } | { readonly policy: ManagedPolicy });

export function getAccountAuthorizationDetails(input: sdk.GetAccountAuthorizationDetailsRequest, ctx: IamContext): sdk.GetAccountAuthorizationDetailsResponse {
  const wanted = new Set<string>(input.Filter ?? ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy']);
  const items: Item[] = [];
  for (const [filter, kind] of [['User', 'user'], ['Group', 'group'], ['Role', 'role']] as const) {
    if (wanted.has(filter)) for (const identity of ctx.store.by(identities, 'kind', `${ctx.account}/${kind}`)) items.push({ at: `${kind}/${identity.name}`, identity });
  }
  if (wanted.has('LocalManagedPolicy')) for (const policy of ctx.store.by(managedPolicies, 'account', ctx.account)) items.push({ at: `z/${policy.arn}`, policy });
  if (wanted.has('AWSManagedPolicy')) for (const policy of AWS_MANAGED_POLICIES.values()) if (countUses(ctx.store, ctx.account, policy.arn).attached > 0) items.push({ at: `z/${policy.arn}`, policy });
  const { items: shown, ...more } = pageOf(input, items, ({ at }) => at);
  const shownOf = (kind: string): Identity[] => shown.flatMap((item) => ('identity' in item && item.identity.kind === kind ? [item.identity] : []));
  return {
    UserDetailList: shownOf('user').map((user) => userDetail(ctx, user)),
    GroupDetailList: shownOf('group').map((group) => ({ ...viewGroup(group), GroupPolicyList: inlineOf(group), AttachedManagedPolicies: attachedOf(ctx, group) })),
    RoleDetailList: shownOf('role').map((role) => roleDetail(ctx, role)),
    Policies: shown.flatMap((item) => ('policy' in item ? [policyDetail(ctx, item.policy)] : [])),
    ...more,
  };
}

function inlineOf(identity: Identity): sdk.PolicyDetail[] {
  return identity.inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) }));
}

function attachedOf(ctx: IamContext, identity: Identity): sdk.AttachedPolicy[] {
  return identity.attached.flatMap((arn) => lookPolicy(ctx.store, ctx.account, arn) ?? []).map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn }));
}

function userDetail(ctx: IamContext, user: Identity): sdk.UserDetail {
  return { ...viewUser(user, false), UserPolicyList: inlineOf(user), GroupList: [...user.groups], AttachedManagedPolicies: attachedOf(ctx, user), ...viewBoundary(user), Tags: viewTags(user.tags) };
}

function roleDetail(ctx: IamContext, role: Identity): sdk.RoleDetail {
  const profiles = [...ctx.store.by(instanceProfiles, 'role', identities.key(role))].map((profile) => viewProfile(ctx.store, profile));
  const { Description: _text, MaxSessionDuration: _seconds, ...view } = viewRole(role, false);
  return { ...view, InstanceProfileList: profiles, RolePolicyList: inlineOf(role), AttachedManagedPolicies: attachedOf(ctx, role), ...viewBoundary(role), Tags: viewTags(role.tags), RoleLastUsed: {} };
}

function policyDetail(ctx: IamContext, policy: ManagedPolicy): sdk.ManagedPolicyDetail {
  const { Tags: _tags, ...view } = viewPolicy(policy, countUses(ctx.store, ctx.account, policy.arn));
  return { ...view, PolicyVersionList: policy.versions.map((version) => viewVersion(policy, version, true)) };
}
