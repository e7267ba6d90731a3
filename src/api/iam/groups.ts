// Groups and who is in them.
import { identities, identityKey, type Identity } from '#model/identity.ts';
import type { Transaction } from '#store/store.ts';
import { uniqueId, type IamContext } from './context.ts';
import { alreadyExists, deleteConflict } from './errors.ts';
import { findIdentity } from './find.ts';
import type * as sdk from './shapes.ts';
import { mustBeBare, rename } from './users.ts';
import { pageOf, underPath, validName, validPath } from './validate.ts';
import { viewGroup, viewUser } from './view.ts';

const MAX_NAME = 128;

export function createGroup(input: sdk.CreateGroupRequest, ctx: IamContext): sdk.CreateGroupResponse {
  const name = validName('groupName', input.GroupName, MAX_NAME);
  const path = validPath(input.Path);
  const group = ctx.store.transact((tx) => {
    if (tx.get(identities, identityKey(ctx.account, 'group', name))) throw alreadyExists(`Group with name ${name} already exists.`);
    const made: Identity = {
      account: ctx.account, kind: 'group', name, path, id: uniqueId(ctx.random, 'AGPA'), arn: `arn:aws:iam::${ctx.account}:group${path}${name}`,
      createdAt: ctx.now, inline: [], attached: [], tags: [], groups: [],
    };
    tx.put(identities, made);
    return made;
  });
  return { Group: viewGroup(group) };
}

export function getGroup(input: sdk.GetGroupRequest, ctx: IamContext): sdk.GetGroupResponse {
  const group = findIdentity(ctx.store, ctx, 'group', input.GroupName);
  const { items, ...more } = pageOf(input, ctx.store.by(identities, 'group', identities.key(group)), (user) => user.name);
  return { Group: viewGroup(group), Users: items.map((user) => viewUser(user, false)), ...more };
}

export function listGroups(input: sdk.ListGroupsRequest, ctx: IamContext): sdk.ListGroupsResponse {
  const groups = [...ctx.store.by(identities, 'kind', `${ctx.account}/group`)].filter(underPath(input.PathPrefix));
  const { items, ...more } = pageOf(input, groups, (group) => group.name);
  return { Groups: items.map(viewGroup), ...more };
}

export function listGroupsForUser(input: sdk.ListGroupsForUserRequest, ctx: IamContext): sdk.ListGroupsForUserResponse {
  const user = findIdentity(ctx.store, ctx, 'user', input.UserName);
  const groups = user.groups.flatMap((name) => ctx.store.get(identities, identityKey(ctx.account, 'group', name)) ?? []);
  const { items, ...more } = pageOf(input, groups, (group) => group.name);
  return { Groups: items.map(viewGroup), ...more };
}

export function updateGroup(input: sdk.UpdateGroupRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const group = findIdentity(tx, ctx, 'group', input.GroupName);
    const name = input.NewGroupName === undefined ? group.name : validName('newGroupName', input.NewGroupName, MAX_NAME);
    const path = input.NewPath === undefined ? group.path : validPath(input.NewPath);
    const members = [...tx.by(identities, 'group', identities.key(group))];
    rename(tx, group, name, path, `Group with name ${name} already exists.`);
    for (const user of members) tx.put(identities, { ...user, groups: user.groups.map((one) => (one === group.name ? name : one)) });
  });
}

export function deleteGroup(input: sdk.DeleteGroupRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const group = findIdentity(tx, ctx, 'group', input.GroupName);
    if (tx.count(identities, 'group', identities.key(group)) > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.');
    mustBeBare(group);
    tx.delete(identities, identities.key(group));
  });
}

export function addUserToGroup(input: sdk.AddUserToGroupRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const { user, group } = members(tx, ctx, input);
    if (!user.groups.includes(group.name)) tx.put(identities, { ...user, groups: [...user.groups, group.name] });
  });
}

export function removeUserFromGroup(input: sdk.RemoveUserFromGroupRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const { user, group } = members(tx, ctx, input);
    tx.put(identities, { ...user, groups: user.groups.filter((name) => name !== group.name) });
  });
}

function members(tx: Transaction, ctx: IamContext, input: { GroupName: string | undefined; UserName: string | undefined }): { user: Identity; group: Identity } {
  const group = findIdentity(tx, ctx, 'group', input.GroupName);
  return { group, user: findIdentity(tx, ctx, 'user', input.UserName) };
}
