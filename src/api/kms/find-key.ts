// From what a request calls a key (id, ARN, alias name, alias ARN) to its row. The keys that AWS manages for its services
// (`alias/aws/ssm`) come to be when they are first used.
import { uuid } from '#base/ids.ts';
import { parseArn } from '#model/arn.ts';
import { kmsAliasArn, kmsAliases, kmsKeyArn, kmsKeys, type KmsKey } from '#model/kms-key.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from './context.ts';
import { disabled, invalidState, keyNotFound, notFound } from './errors.ts';
import { managedKeyPolicy } from './key-policy.ts';

const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** Descriptions of managed keys, in AWS's words. */
const MANAGED: Readonly<Record<string, string>> = {
  'alias/aws/ssm': 'Default key that protects my SSM Parameter Store parameters when no other key is defined',
  'alias/aws/secretsmanager': 'Default key that protects my Secrets Manager data when no other key is defined',
};

/** The key. Throws NotFoundException or InvalidArnException. */
export function findKey(reader: Reader, ctx: VaultContext, keyId: string): KmsKey {
  const name = localName(ctx, keyId);
  if (name.startsWith('alias/')) {
    const aliasArn = kmsAliasArn(ctx, name);
    const alias = reader.get(kmsAliases, aliasArn);
    if (alias === undefined) throw notFound(`Alias ${aliasArn} is not found.`);
    return required(reader, alias.targetKeyArn);
  }
  const id = name.startsWith('key/') ? name.slice('key/'.length) : name;
  if (!KEY_ID.test(id)) throw notFound(`Invalid keyId '${keyId}'`);
  return required(reader, kmsKeyArn(ctx, id));
}

/** The key, for operations that take an id or key ARN alone. */
export function findKeyById(reader: Reader, ctx: VaultContext, keyId: string): KmsKey {
  if (keyId.startsWith('alias/') || /:alias\//.test(keyId)) throw notFound(`Invalid keyId '${keyId}'`);
  return findKey(reader, ctx, keyId);
}

/** The key when it may be used. Throws DisabledException or KMSInvalidStateException. */
export function usable(key: KmsKey): KmsKey {
  if (key.state === 'Disabled') throw disabled(key.arn);
  if (key.state === 'PendingDeletion') throw invalidState(`${key.arn} is pending deletion.`);
  return key;
}

/** As findKey; makes the managed key of that alias when it is not there yet. */
export function findOrMakeKey(tx: Transaction, ctx: VaultContext, keyId: string): KmsKey {
  const name = localName(ctx, keyId);
  const description = Object.hasOwn(MANAGED, name) ? MANAGED[name] : undefined;
  if (description !== undefined && tx.get(kmsAliases, kmsAliasArn(ctx, name)) === undefined) return makeManagedKey(tx, ctx, name, description);
  return findKey(tx, ctx, keyId);
}

function makeManagedKey(tx: Transaction, ctx: VaultContext, alias: string, description: string): KmsKey {
  const { account, region, now } = ctx;
  const id = uuid(ctx.random);
  const arn = kmsKeyArn(ctx, id);
  const service = alias.slice('alias/aws/'.length);
  const key: KmsKey = {
    arn, id, account, region, description,
    manager: 'AWS', state: 'Enabled', createdAt: now, tags: [], rotationPeriodDays: 365, rotationEnabledAt: now,
    policy: managedKeyPolicy(service, account, region),
    sealed: ctx.vault.newKey(arn),
  };
  tx.put(kmsKeys, key);
  tx.put(kmsAliases, { arn: kmsAliasArn(ctx, alias), name: alias, account, region, targetKeyArn: arn, createdAt: now, updatedAt: now });
  return key;
}

/** What is left when the ARN's frame is taken off. Keys of other regions are not here; those of other accounts are nobody's business. */
function localName(ctx: VaultContext, keyId: string): string {
  if (!keyId.startsWith('arn:')) return keyId;
  const arn = parseArn(keyId);
  if (arn?.service !== 'kms' || !/^(key|alias)\/./.test(arn.resource)) throw new AwsError('InvalidArnException', `Invalid arn ${keyId}`);
  if (arn.region !== ctx.region) throw notFound(`Invalid arn ${arn.region}`);
  if (arn.account !== ctx.account) {
    throw new AwsError('AccessDeniedException', `User: ${ctx.call.caller.arn} is not authorized to access the key ${keyId}: keys of other accounts cannot be used.`);
  }
  return arn.resource;
}

function required(reader: Reader, arn: string): KmsKey {
  const key = reader.get(kmsKeys, arn);
  if (key === undefined) throw keyNotFound(arn);
  return key;
}
