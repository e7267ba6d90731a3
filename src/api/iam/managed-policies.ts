// Managed policies: made, read, listed, tagged elsewhere, deleted once nobody has them.
import { identities, managedPolicies, type ManagedPolicy } from '#model/identity.ts';
import { AWS_MANAGED_POLICIES } from './aws-managed-policies.ts';
import { uniqueId, type IamContext } from './context.ts';
import { alreadyExists, deleteConflict, invalidInput } from './errors.ts';
import { findPolicy } from './find.ts';
import type * as sdk from './shapes.ts';
import { pageOf, POLICY_MAX, underPath, validDocument, validName, validPath, validTags } from './validate.ts';
import { countUses, viewPolicy } from './view.ts';

export const MANAGED_LIMIT = { chars: POLICY_MAX.managed, quota: 'PolicySize' } as const;

export function createPolicy(input: sdk.CreatePolicyRequest, ctx: IamContext): sdk.CreatePolicyResponse {
  const name = validName('policyName', input.PolicyName, 128);
  const path = validPath(input.Path);
  const tags = validTags(input.Tags);
  const document = validDocument(input.PolicyDocument, 'identity', MANAGED_LIMIT);
  const arn = `arn:aws:iam::${ctx.account}:policy${path}${name}`;
  const policy = ctx.store.transact((tx) => {
    const taken = [...tx.by(managedPolicies, 'account', ctx.account)].some((one) => one.name.toLowerCase() === name.toLowerCase());
    if (taken) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    const made: ManagedPolicy = {
      arn, account: ctx.account, name, path, id: uniqueId(ctx.random, 'ANPA'), ...(input.Description === undefined ? {} : { description: input.Description }),
      versions: [{ id: 'v1', document, createdAt: ctx.now }], defaultVersion: 'v1', lastVersion: 1, createdAt: ctx.now, updatedAt: ctx.now, tags,
    };
    tx.put(managedPolicies, made);
    return made;
  });
  return { Policy: viewPolicy(policy, { attached: 0, boundary: 0 }) };
}

/** A policy of the account's own, for changing it. Throws NoSuchEntity, InvalidInput for AWS's. */
export function findOwnPolicy(reader: Parameters<typeof findPolicy>[0], ctx: IamContext, arn: string | undefined): ManagedPolicy {
  const policy = findPolicy(reader, ctx, arn);
  if (policy.account !== ctx.account) throw invalidInput(`Cannot perform the operation on the policy ${policy.arn}: it is managed by AWS.`);
  return policy;
}

export function getPolicy(input: sdk.GetPolicyRequest, ctx: IamContext): sdk.GetPolicyResponse {
  const policy = findPolicy(ctx.store, ctx, input.PolicyArn);
  return { Policy: viewPolicy(policy, countUses(ctx.store, ctx.account, policy.arn)) };
}

export function listPolicies(input: sdk.ListPoliciesRequest, ctx: IamContext): sdk.ListPoliciesResponse {
  const own = [...ctx.store.by(managedPolicies, 'account', ctx.account)];
  const aws = [...AWS_MANAGED_POLICIES.values()];
  const inScope = input.Scope === 'Local' ? own : input.Scope === 'AWS' ? aws : [...own, ...aws];
  const counted = inScope.filter(underPath(input.PathPrefix)).map((policy) => ({ policy, counts: countUses(ctx.store, ctx.account, policy.arn) }));
  const used = (uses: { attached: number; boundary: number }): boolean => (input.PolicyUsageFilter === 'PermissionsBoundary' ? uses.boundary > 0 : uses.attached > 0 || uses.boundary > 0);
  const filtered = input.OnlyAttached === true || input.PolicyUsageFilter === 'PermissionsBoundary' ? counted.filter(({ counts }) => used(counts)) : counted;
  const { items, ...more } = pageOf(input, filtered, ({ policy }) => `${policy.name} ${policy.arn}`);
  return { Policies: items.map(({ policy, counts }) => viewPolicy(policy, counts, false)), ...more };
}

/** Order of checks: attachments and boundaries, versions. */
export function deletePolicy(input: sdk.DeletePolicyRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const policy = findOwnPolicy(tx, ctx, input.PolicyArn);
    const { attached, boundary } = countUses(tx, ctx.account, policy.arn);
    if (attached + boundary > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
    if (policy.versions.length > 1) {
      throw deleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.");
    }
    tx.delete(managedPolicies, policy.arn);
  });
}

export function listEntitiesForPolicy(input: sdk.ListEntitiesForPolicyRequest, ctx: IamContext): sdk.ListEntitiesForPolicyResponse {
  const policy = findPolicy(ctx.store, ctx, input.PolicyArn);
  const index = input.PolicyUsageFilter === 'PermissionsBoundary' ? 'boundary' : 'attached';
  const kind = input.EntityFilter?.toLowerCase();
  const holders = [...ctx.store.by(identities, index, `${ctx.account}/${policy.arn}`)]
    .filter((one) => kind === undefined || one.kind === kind)
    .filter(underPath(input.PathPrefix));
  const { items, ...more } = pageOf(input, holders, (one) => `${one.kind}/${one.name}`);
  return {
    PolicyGroups: items.filter(({ kind }) => kind === 'group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: items.filter(({ kind }) => kind === 'user').map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: items.filter(({ kind }) => kind === 'role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...more,
  };
}
