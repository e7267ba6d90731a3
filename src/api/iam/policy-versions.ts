// Versions of managed policies: at most five, one of them in force.
import { managedPolicies, type ManagedPolicy, type PolicyVersion } from '#model/identity.ts';
import type { IamContext } from './context.ts';
import { deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { findPolicy } from './find.ts';
import { findOwnPolicy, MANAGED_LIMIT } from './managed-policies.ts';
import type * as sdk from './shapes.ts';
import { pageOf, validDocument } from './validate.ts';
import { viewVersion } from './view.ts';

const MAX_VERSIONS = 5;

export function createPolicyVersion(input: sdk.CreatePolicyVersionRequest, ctx: IamContext): sdk.CreatePolicyVersionResponse {
  const document = validDocument(input.PolicyDocument, 'identity', MANAGED_LIMIT);
  const row = ctx.store.transact((tx) => {
    const policy = findOwnPolicy(tx, ctx, input.PolicyArn);
    if (policy.versions.length >= MAX_VERSIONS) {
      throw limitExceeded('A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.');
    }
    const version = { id: `v${policy.lastVersion + 1}`, document, createdAt: ctx.now };
    const defaultVersion = input.SetAsDefault === true ? version.id : policy.defaultVersion;
    const next: ManagedPolicy = { ...policy, versions: [...policy.versions, version], lastVersion: policy.lastVersion + 1, defaultVersion, updatedAt: ctx.now };
    tx.put(managedPolicies, next);
    return { next, version };
  });
  return { PolicyVersion: viewVersion(row.next, row.version, false) };
}

export function getPolicyVersion(input: sdk.GetPolicyVersionRequest, ctx: IamContext): sdk.GetPolicyVersionResponse {
  const policy = findPolicy(ctx.store, ctx, input.PolicyArn);
  return { PolicyVersion: viewVersion(policy, findVersion(policy, input.VersionId), true) };
}

export function listPolicyVersions(input: sdk.ListPolicyVersionsRequest, ctx: IamContext): sdk.ListPolicyVersionsResponse {
  const policy = findPolicy(ctx.store, ctx, input.PolicyArn);
  const order = new Map(policy.versions.map((version, i) => [version, String(9999 - i)]));
  const { items, ...more } = pageOf(input, policy.versions, (version) => order.get(version) ?? '');
  return { Versions: items.map((version) => viewVersion(policy, version, false)), ...more };
}

export function setDefaultPolicyVersion(input: sdk.SetDefaultPolicyVersionRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const policy = findOwnPolicy(tx, ctx, input.PolicyArn);
    tx.put(managedPolicies, { ...policy, defaultVersion: findVersion(policy, input.VersionId).id, updatedAt: ctx.now });
  });
}

export function deletePolicyVersion(input: sdk.DeletePolicyVersionRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const policy = findOwnPolicy(tx, ctx, input.PolicyArn);
    const version = findVersion(policy, input.VersionId);
    if (version.id === policy.defaultVersion) throw deleteConflict('Cannot delete the default version of a policy.');
    tx.put(managedPolicies, { ...policy, versions: policy.versions.filter((one) => one !== version), updatedAt: ctx.now });
  });
}

function findVersion(policy: ManagedPolicy, id: string | undefined): PolicyVersion {
  const found = policy.versions.find((version) => version.id === id);
  if (found === undefined) throw noSuchEntity(`Policy ${policy.arn} version ${id ?? ''} does not exist or is not attachable.`);
  return found;
}
