// Access keys of users: at most two, shown once, switched off and on.
import { accessKeys, type AccessKey } from '#model/account.ts';
import { identities, type Identity } from '#model/identity.ts';
import type { Random } from '#base/random.ts';
import type { Reader } from '#store/store.ts';
import { uniqueId, type IamContext } from './context.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { findIdentity } from './find.ts';
import type * as sdk from './shapes.ts';
import { callingUser, noSuchKey } from './users.ts';
import { pageOf } from './validate.ts';

const MAX_KEYS = 2;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

interface Owner {
  readonly name: string;
  readonly arn: string;
  readonly userId: string;
  readonly kind: 'root' | 'user';
}

function ownerOf(reader: Reader, ctx: IamContext, name: string | undefined): Owner {
  const { arn, userId } = ctx.call.caller;
  if (name === undefined && arn.endsWith(':root')) return { name: '', arn, userId, kind: 'root' };
  const user: Identity = name === undefined ? callingUser(ctx) : findIdentity(reader, ctx, 'user', name);
  return { name: user.name, arn: user.arn, userId: user.id, kind: 'user' };
}

function newSecret(random: Random): string {
  return Array.from(random.bytes(40), (byte) => BASE64[byte % 64]).join('');
}

export function createAccessKey(input: sdk.CreateAccessKeyRequest, ctx: IamContext): sdk.CreateAccessKeyResponse {
  const { key, name } = ctx.store.transact((tx) => {
    const owner = ownerOf(tx, ctx, input.UserName);
    if (tx.count(accessKeys, 'principal', owner.arn) >= MAX_KEYS) throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`);
    const made: AccessKey = {
      accessKeyId: uniqueId(ctx.random, 'AKIA'), secretAccessKey: newSecret(ctx.random), account: ctx.account, principalArn: owner.arn,
      userId: owner.userId, kind: owner.kind, createdAt: ctx.now,
    };
    tx.put(accessKeys, made);
    return { key: made, name: owner.name };
  });
  const CreateDate = new Date(key.createdAt);
  return { AccessKey: { UserName: name, AccessKeyId: key.accessKeyId, Status: 'Active', SecretAccessKey: key.secretAccessKey, CreateDate } };
}

export function listAccessKeys(input: sdk.ListAccessKeysRequest, ctx: IamContext): sdk.ListAccessKeysResponse {
  const owner = ownerOf(ctx.store, ctx, input.UserName);
  const { items, ...more } = pageOf(input, ctx.store.by(accessKeys, 'principal', owner.arn), (key) => key.accessKeyId);
  return { AccessKeyMetadata: items.map((key) => ({ UserName: owner.name, AccessKeyId: key.accessKeyId, Status: statusOf(key), CreateDate: new Date(key.createdAt) })), ...more };
}

function statusOf(key: AccessKey): 'Active' | 'Inactive' {
  return key.inactive === true ? 'Inactive' : 'Active';
}

export function updateAccessKey(input: sdk.UpdateAccessKeyRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => tx.put(accessKeys, { ...ownKey(tx, ctx, input), inactive: input.Status === 'Inactive' }));
}

export function deleteAccessKey(input: sdk.DeleteAccessKeyRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => tx.delete(accessKeys, ownKey(tx, ctx, input).accessKeyId));
}

function ownKey(reader: Reader, ctx: IamContext, input: { AccessKeyId: string | undefined; UserName?: string | undefined }): AccessKey {
  const owner = ownerOf(reader, ctx, input.UserName);
  const key = reader.get(accessKeys, input.AccessKeyId ?? '');
  if (key === undefined || key.principalArn !== owner.arn) throw noSuchKey(input.AccessKeyId);
  return key;
}

export function getAccessKeyLastUsed(input: sdk.GetAccessKeyLastUsedRequest, ctx: IamContext): sdk.GetAccessKeyLastUsedResponse {
  const key = ctx.store.get(accessKeys, input.AccessKeyId ?? '');
  if (key === undefined || key.account !== ctx.account) throw noSuchEntity(`The Access Key with id ${input.AccessKeyId ?? ''} cannot be found`);
  const use = ctx.lastUse(key.accessKeyId);
  const [user] = ctx.store.by(identities, 'arn', key.principalArn);
  return {
    ...(user === undefined ? {} : { UserName: user.name }),
    AccessKeyLastUsed: use === undefined ? { ServiceName: 'N/A', Region: 'N/A', LastUsedDate: undefined } : { LastUsedDate: new Date(use.at), ServiceName: use.service, Region: use.region },
  };
}
