// The users, groups, roles and policies that requests name. Names know no case; what is not there is NoSuchEntity.
import { identities, identityKey, instanceProfiles, managedPolicies, type Identity, type IdentityKind, type InstanceProfile, type ManagedPolicy, type RoleDetails } from '#model/identity.ts';
import type { Reader } from '#store/store.ts';
import { AWS_MANAGED_POLICIES } from './aws-managed-policies.ts';
import type { IamContext } from './context.ts';
import { noSuchEntity, unmodifiable } from './errors.ts';

export function findIdentity(reader: Reader, ctx: { readonly account: string }, kind: IdentityKind, name: string | undefined): Identity {
  const found = reader.get(identities, identityKey(ctx.account, kind, name ?? ''));
  if (found === undefined) throw noSuchEntity(`The ${kind} with name ${name ?? ''} cannot be found.`);
  return found;
}

export type Role = Identity & { readonly role: RoleDetails };

export function findRole(reader: Reader, ctx: { readonly account: string }, name: string | undefined): Role {
  const found = findIdentity(reader, ctx, 'role', name);
  if (found.role === undefined) throw noSuchEntity(`The role with name ${name ?? ''} cannot be found.`);
  return { ...found, role: found.role };
}

/** A role that its owner may change: not one that is linked to a service. */
export function findOwnRole(reader: Reader, ctx: { readonly account: string }, name: string | undefined): Role {
  const found = findRole(reader, ctx, name);
  if (found.role.linkedService !== undefined) {
    throw unmodifiable(`Cannot perform the operation on the protected role '${found.name}' - this role is only modifiable by AWS`);
  }
  return found;
}

/** A policy for reading: the account's own, or one of AWS's. Throws NoSuchEntity. */
export function findPolicy(reader: Reader, ctx: IamContext, arn: string | undefined): ManagedPolicy {
  const found = lookPolicy(reader, ctx.account, arn ?? '');
  if (found === undefined) throw noSuchEntity(`Policy ${arn ?? ''} was not found.`);
  return found;
}

export function lookPolicy(reader: Reader, account: string, arn: string): ManagedPolicy | undefined {
  const aws = AWS_MANAGED_POLICIES.get(arn);
  if (aws !== undefined) return aws;
  const own = reader.get(managedPolicies, arn);
  return own?.account === account ? own : undefined;
}

/** A policy for attaching. Throws NoSuchEntity. */
export function findAttachable(reader: Reader, ctx: IamContext, arn: string | undefined): ManagedPolicy {
  const found = lookPolicy(reader, ctx.account, arn ?? '');
  if (found === undefined) throw noSuchEntity(`Policy ${arn ?? ''} does not exist or is not attachable.`);
  return found;
}

export function findInstanceProfile(reader: Reader, ctx: IamContext, name: string | undefined): InstanceProfile {
  const found = reader.get(instanceProfiles, `${ctx.account}/${(name ?? '').toLowerCase()}`);
  if (found === undefined) throw noSuchEntity(`Instance Profile ${name ?? ''} cannot be found.`);
  return found;
}
