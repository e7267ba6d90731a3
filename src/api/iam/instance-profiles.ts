// Instance profiles: the name under which a host gets a role.
import { identities, identityKey, instanceProfiles, type InstanceProfile } from '#model/identity.ts';
import { uniqueId, type IamContext } from './context.ts';
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { findInstanceProfile, findRole } from './find.ts';
import type * as sdk from './shapes.ts';
import { pageOf, underPath, validName, validPath, validTags } from './validate.ts';
import { viewProfile } from './view.ts';

export function createInstanceProfile(input: sdk.CreateInstanceProfileRequest, ctx: IamContext): sdk.CreateInstanceProfileResponse {
  const name = validName('instanceProfileName', input.InstanceProfileName, 128);
  const path = validPath(input.Path);
  const made: InstanceProfile = {
    account: ctx.account, name, path, id: uniqueId(ctx.random, 'AIPA'), arn: `arn:aws:iam::${ctx.account}:instance-profile${path}${name}`,
    createdAt: ctx.now, tags: validTags(input.Tags),
  };
  ctx.store.transact((tx) => {
    if (tx.get(instanceProfiles, instanceProfiles.key(made))) throw alreadyExists(`Instance Profile ${name} already exists.`);
    tx.put(instanceProfiles, made);
  });
  return { InstanceProfile: viewProfile(ctx.store, made) };
}

export function getInstanceProfile(input: sdk.GetInstanceProfileRequest, ctx: IamContext): sdk.GetInstanceProfileResponse {
  return { InstanceProfile: viewProfile(ctx.store, findInstanceProfile(ctx.store, ctx, input.InstanceProfileName)) };
}

export function listInstanceProfiles(input: sdk.ListInstanceProfilesRequest, ctx: IamContext): sdk.ListInstanceProfilesResponse {
  const all = [...ctx.store.by(instanceProfiles, 'account', ctx.account)].filter(underPath(input.PathPrefix));
  const { items, ...more } = pageOf(input, all, (profile) => profile.name);
  return { InstanceProfiles: items.map((profile) => viewProfile(ctx.store, profile)), ...more };
}

export function listInstanceProfilesForRole(input: sdk.ListInstanceProfilesForRoleRequest, ctx: IamContext): sdk.ListInstanceProfilesForRoleResponse {
  const role = findRole(ctx.store, ctx, input.RoleName);
  const { items, ...more } = pageOf(input, ctx.store.by(instanceProfiles, 'role', identities.key(role)), (profile) => profile.name);
  return { InstanceProfiles: items.map((profile) => viewProfile(ctx.store, profile)), ...more };
}

export function addRoleToInstanceProfile(input: sdk.AddRoleToInstanceProfileRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const profile = findInstanceProfile(tx, ctx, input.InstanceProfileName);
    const role = findRole(tx, ctx, input.RoleName);
    if (profile.roleName !== undefined) throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    tx.put(instanceProfiles, { ...profile, roleName: role.name });
  });
}

export function removeRoleFromInstanceProfile(input: sdk.RemoveRoleFromInstanceProfileRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const { roleName, ...profile } = findInstanceProfile(tx, ctx, input.InstanceProfileName);
    const asked = identityKey(ctx.account, 'role', input.RoleName ?? '');
    if (roleName === undefined || identityKey(ctx.account, 'role', roleName) !== asked) throw noSuchEntity(`The role with name ${input.RoleName ?? ''} cannot be found.`);
    tx.put(instanceProfiles, profile);
  });
}

export function deleteInstanceProfile(input: sdk.DeleteInstanceProfileRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const profile = findInstanceProfile(tx, ctx, input.InstanceProfileName);
    if (profile.roleName !== undefined) throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    tx.delete(instanceProfiles, instanceProfiles.key(profile));
  });
}
