// Roles: made with a trust policy, changed, deleted.
import { parsePolicy } from '#core/access/parse-policy.ts';
import { identities, identityKey, instanceProfiles, type Identity } from '#model/identity.ts';
import type { Reader } from '#store/store.ts';
import { uniqueId, type IamContext } from './context.ts';
import { alreadyExists, deleteConflict, malformedPolicy, validationError } from './errors.ts';
import { findAttachable, findOwnRole, findRole } from './find.ts';
import type * as sdk from './shapes.ts';
import { mustBeBare } from './users.ts';
import { pageOf, POLICY_MAX, underPath, validDocument, validName, validPath, validTags } from './validate.ts';
import { viewRole } from './view.ts';

const MAX_NAME = 64;
const HOUR_S = 3600;

/** Order of checks: name, path, session duration, tags, trust policy, name taken, boundary. */
export function createRole(input: sdk.CreateRoleRequest, ctx: IamContext): sdk.CreateRoleResponse {
  const name = validName('roleName', input.RoleName, MAX_NAME);
  const path = validPath(input.Path);
  const maxSessionSeconds = validDuration(input.MaxSessionDuration);
  const tags = validTags(input.Tags);
  const role = ctx.store.transact((tx) => {
    const trust = validTrust(tx, input.AssumeRolePolicyDocument);
    if (tx.get(identities, identityKey(ctx.account, 'role', name))) throw alreadyExists(`Role with name ${name} already exists.`);
    const boundary = input.PermissionsBoundary === undefined ? {} : { boundary: findAttachable(tx, ctx, input.PermissionsBoundary).arn };
    const made = newRole(ctx, { name, path, tags, trust, maxSessionSeconds, description: input.Description });
    tx.put(identities, { ...made, ...boundary });
    return { ...made, ...boundary };
  });
  return { Role: viewRole(role) };
}

export interface NewRole {
  readonly name: string;
  readonly path: string;
  readonly trust: string;
  readonly maxSessionSeconds: number;
  readonly description: string | undefined;
  readonly tags?: Identity['tags'];
  readonly linkedService?: string;
}

/** The row of a role that holds nothing yet. */
export function newRole(ctx: IamContext, { name, path, trust, maxSessionSeconds, description, tags = [], linkedService }: NewRole): Identity {
  return {
    account: ctx.account, kind: 'role', name, path, id: uniqueId(ctx.random, 'AROA'), arn: `arn:aws:iam::${ctx.account}:role${path}${name}`,
    createdAt: ctx.now, inline: [], attached: [], tags, groups: [],
    role: { trust, maxSessionSeconds, ...(description === undefined ? {} : { description }), ...(linkedService === undefined ? {} : { linkedService }) },
  };
}

function validDuration(seconds: number | undefined): number {
  const given = seconds ?? HOUR_S;
  if (given < HOUR_S || given > 12 * HOUR_S) {
    const bound = given < HOUR_S ? `greater than or equal to ${HOUR_S}` : `less than or equal to ${12 * HOUR_S}`;
    throw validationError(`1 validation error detected: Value '${given}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value ${bound}`);
  }
  return given;
}

const IDENTITY_ARN = /^arn:aws:iam::\d{12}:(?:user|role)\//;

/** A trust policy whose users and roles exist. Throws MalformedPolicyDocument, LimitExceeded. */
function validTrust(reader: Reader, text: string | undefined): string {
  const trust = validDocument(text, 'trust', { chars: POLICY_MAX.trust, quota: 'ACLSizePerRole' });
  const parsed = parsePolicy(trust, 'trust');
  if ('malformed' in parsed) throw malformedPolicy(parsed.malformed);
  for (const { principal, notPrincipal } of parsed.policy.statements) {
    for (const value of [...(principal?.aws ?? []), ...(notPrincipal?.aws ?? [])]) {
      if (IDENTITY_ARN.test(value) && reader.count(identities, 'arn', value) === 0) throw malformedPolicy({ is: 'principalInvalid', kind: 'AWS', value });
    }
  }
  return trust;
}

export function getRole(input: sdk.GetRoleRequest, ctx: IamContext): sdk.GetRoleResponse {
  return { Role: viewRole(findRole(ctx.store, ctx, input.RoleName)) };
}

export function listRoles(input: sdk.ListRolesRequest, ctx: IamContext): sdk.ListRolesResponse {
  const roles = [...ctx.store.by(identities, 'kind', `${ctx.account}/role`)].filter(underPath(input.PathPrefix));
  const { items, ...more } = pageOf(input, roles, (role) => role.name);
  return { Roles: items.map((role) => viewRole(role, false)), ...more };
}

export function updateRole(input: sdk.UpdateRoleRequest, ctx: IamContext): sdk.UpdateRoleResponse {
  ctx.store.transact((tx) => {
    const role = findOwnRole(tx, ctx, input.RoleName);
    const maxSessionSeconds = input.MaxSessionDuration === undefined ? role.role.maxSessionSeconds : validDuration(input.MaxSessionDuration);
    const description = input.Description === undefined ? {} : { description: input.Description };
    tx.put(identities, { ...role, role: { ...role.role, maxSessionSeconds, ...description } });
  });
  return {};
}

export function updateRoleDescription(input: sdk.UpdateRoleDescriptionRequest, ctx: IamContext): sdk.UpdateRoleDescriptionResponse {
  updateRole(input, ctx);
  return { Role: viewRole(findRole(ctx.store, ctx, input.RoleName)) };
}

export function updateAssumeRolePolicy(input: sdk.UpdateAssumeRolePolicyRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const role = findOwnRole(tx, ctx, input.RoleName);
    tx.put(identities, { ...role, role: { ...role.role, trust: validTrust(tx, input.PolicyDocument) } });
  });
}

/** Order of checks: instance profiles, attached policies, inline policies. */
export function deleteRole(input: sdk.DeleteRoleRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const role = findOwnRole(tx, ctx, input.RoleName);
    if (tx.count(instanceProfiles, 'role', identities.key(role)) > 0) throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    mustBeBare(role);
    tx.delete(identities, identities.key(role));
  });
}
