// Users: CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser.
import { accessKeys } from '#model/account.ts';
import { identities, identityKey, type Identity } from '#model/identity.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { uniqueId, type IamContext } from './context.ts';
import { alreadyExists, deleteConflict, noSuchEntity, validationError } from './errors.ts';
import { findAttachable, findIdentity } from './find.ts';
import type * as sdk from './shapes.ts';
import { pageOf, underPath, validName, validPath, validTags } from './validate.ts';
import { viewUser } from './view.ts';

const MAX_NAME = 64;

export function createUser(input: sdk.CreateUserRequest, ctx: IamContext): sdk.CreateUserResponse {
  const name = validName('userName', input.UserName, MAX_NAME);
  const path = validPath(input.Path);
  const tags = validTags(input.Tags);
  const user = ctx.store.transact((tx) => {
    if (tx.get(identities, identityKey(ctx.account, 'user', name))) throw alreadyExists(`User with name ${name} already exists.`);
    mustBeFree(tx, ctx, path, name);
    const boundary = input.PermissionsBoundary === undefined ? {} : { boundary: findAttachable(tx, ctx, input.PermissionsBoundary).arn };
    const made: Identity = {
      account: ctx.account, kind: 'user', name, path, id: uniqueId(ctx.random, 'AIDA'), arn: `arn:aws:iam::${ctx.account}:user${path}${name}`,
      createdAt: ctx.now, inline: [], attached: [], tags, groups: [], ...boundary,
    };
    tx.put(identities, made);
    return made;
  });
  return { User: viewUser(user) };
}

// The agents' key has the ARN of a user without a row: whoever took that name could change or delete the key.
function mustBeFree(reader: Reader, ctx: IamContext, path: string, name: string): void {
  if (reader.count(accessKeys, 'principal', `arn:aws:iam::${ctx.account}:user${path}${name}`) > 0) throw alreadyExists(`User with name ${name} already exists.`);
}

/** Without a name: the caller. */
export function getUser(input: sdk.GetUserRequest, ctx: IamContext): sdk.GetUserResponse {
  if (input.UserName !== undefined) return { User: viewUser(findIdentity(ctx.store, ctx, 'user', input.UserName)) };
  const { arn, userId } = ctx.call.caller;
  if (arn.endsWith(':root')) return { User: { Path: '/', UserName: 'root', UserId: userId, Arn: arn, CreateDate: new Date(0) } };
  return { User: viewUser(callingUser(ctx)) };
}

/** The user who signed. Throws ValidationError for sessions of roles. */
export function callingUser(ctx: IamContext): Identity {
  const { arn, session } = ctx.call.caller;
  for (const user of ctx.store.by(identities, 'arn', session?.issuerArn ?? arn)) if (user.kind === 'user') return user;
  throw validationError('Must specify userName when calling with non-User credentials');
}

export function listUsers(input: sdk.ListUsersRequest, ctx: IamContext): sdk.ListUsersResponse {
  const users = [...ctx.store.by(identities, 'kind', `${ctx.account}/user`)].filter(underPath(input.PathPrefix));
  const { items, ...more } = pageOf(input, users, (user) => user.name);
  return { Users: items.map((user) => viewUser(user, false)), ...more };
}

export function updateUser(input: sdk.UpdateUserRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const user = findIdentity(tx, ctx, 'user', input.UserName);
    const name = input.NewUserName === undefined ? user.name : validName('newUserName', input.NewUserName, MAX_NAME);
    const path = input.NewPath === undefined ? user.path : validPath(input.NewPath);
    if (name !== user.name || path !== user.path) mustBeFree(tx, ctx, path, name);
    rename(tx, user, name, path, `User with name ${name} already exists.`);
    const arn = `arn:aws:iam::${ctx.account}:user${path}${name}`;
    for (const key of [...tx.by(accessKeys, 'principal', user.arn)]) tx.put(accessKeys, { ...key, principalArn: arn });
  });
}

/** Puts an identity under its new name and path. Throws EntityAlreadyExists. */
export function rename(tx: Transaction, identity: Identity, name: string, path: string, taken: string): Identity {
  const renamed = { ...identity, name, path, arn: `arn:aws:iam::${identity.account}:${identity.kind}${path}${name}` };
  const [from, to] = [identities.key(identity), identities.key(renamed)];
  if (from !== to) {
    if (tx.get(identities, to)) throw alreadyExists(taken);
    tx.delete(identities, from);
  }
  tx.put(identities, renamed);
  return renamed;
}

/** Order of checks: keys, attached policies, inline policies, groups. */
export function deleteUser(input: sdk.DeleteUserRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const user = findIdentity(tx, ctx, 'user', input.UserName);
    if (tx.count(accessKeys, 'principal', user.arn) > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.');
    mustBeBare(user);
    if (user.groups.length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.');
    tx.delete(identities, identities.key(user));
  });
}

/** Throws DeleteConflict while the identity holds policies. */
export function mustBeBare(identity: Identity): void {
  if (identity.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (identity.inline.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
}

/** Throws NoSuchEntity when the key is not one of the user's. */
export function noSuchKey(id: string | undefined): Error {
  return noSuchEntity(`The Access Key with id ${id ?? ''} cannot be found.`);
}
