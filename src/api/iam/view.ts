// Rows of IAM as its answers show them. Documents are percent-encoded, as IAM has always done.
import type { Identity, InstanceProfile as ProfileRow, ManagedPolicy, PolicyVersion as VersionRow } from '#model/identity.ts';
import type { Tag } from '#model/tag.ts';
import type { Reader } from '#store/store.ts';
import { identities, identityKey } from '#model/identity.ts';
import type { AttachedPermissionsBoundary, Group, InstanceProfile, Policy, PolicyVersion, Role, Tag as SdkTag, User } from './shapes.ts';

export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function viewTags(tags: readonly Tag[]): SdkTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}

/** Lists of tags are left out when there are none. */
function someTags(tags: readonly Tag[]): { Tags?: SdkTag[] } {
  return tags.length === 0 ? {} : { Tags: viewTags(tags) };
}

export function viewBoundary(identity: Identity): { PermissionsBoundary?: AttachedPermissionsBoundary } {
  if (identity.boundary === undefined) return {};
  return { PermissionsBoundary: { PermissionsBoundaryType: 'Policy' as never, PermissionsBoundaryArn: identity.boundary } };
}

export function viewUser(user: Identity, full = true): User {
  const { path, name, id, arn, createdAt } = user;
  return { Path: path, UserName: name, UserId: id, Arn: arn, CreateDate: new Date(createdAt), ...(full ? { ...viewBoundary(user), ...someTags(user.tags) } : {}) };
}

export function viewGroup(group: Identity): Group {
  const { path, name, id, arn, createdAt } = group;
  return { Path: path, GroupName: name, GroupId: id, Arn: arn, CreateDate: new Date(createdAt) };
}

export function viewRole(role: Identity, full = true): Role {
  const { path, name, id, arn, createdAt, role: details } = role;
  return {
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: arn,
    CreateDate: new Date(createdAt),
    AssumeRolePolicyDocument: encodeDocument(details?.trust ?? ''),
    ...(details?.description === undefined ? {} : { Description: details.description }),
    MaxSessionDuration: details?.maxSessionSeconds ?? 3600,
    ...(full ? { ...viewBoundary(role), ...someTags(role.tags), RoleLastUsed: {} } : {}),
  };
}

export interface PolicyCounts {
  readonly attached: number;
  readonly boundary: number;
}

export function countUses(reader: Reader, account: string, arn: string): PolicyCounts {
  return { attached: reader.count(identities, 'attached', `${account}/${arn}`), boundary: reader.count(identities, 'boundary', `${account}/${arn}`) };
}

export function viewPolicy(policy: ManagedPolicy, counts: PolicyCounts, full = true): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: counts.attached,
    PermissionsBoundaryUsageCount: counts.boundary,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
    ...(full && policy.description !== undefined ? { Description: policy.description } : {}),
    ...(full ? someTags(policy.tags) : {}),
  };
}

export function viewVersion(policy: ManagedPolicy, version: VersionRow, withDocument: boolean): PolicyVersion {
  return {
    ...(withDocument ? { Document: encodeDocument(version.document) } : {}),
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: new Date(version.createdAt),
  };
}

export function viewProfile(reader: Reader, profile: ProfileRow): InstanceProfile {
  const role = profile.roleName === undefined ? undefined : reader.get(identities, identityKey(profile.account, 'role', profile.roleName));
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAt),
    Roles: role === undefined ? [] : [viewRole(role, false)],
    ...someTags(profile.tags),
  };
}
