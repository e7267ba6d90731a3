// CreateAlias, UpdateAlias and DeleteAlias.
import { kmsAliasArn, kmsAliases } from '#model/kms-key.ts';
import { AwsError } from '#wire/aws-error.ts';
import { checkLimits, validation } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { invalidState, notFound } from './errors.ts';
import { findKeyById } from './find-key.ts';
import { ALIAS_LIMIT, KEY_ID_LIMIT } from './key-limits.ts';
import type { CreateAliasRequest, DeleteAliasRequest, UpdateAliasRequest } from './shapes.ts';

export function createAlias(input: CreateAliasRequest, ctx: VaultContext): object {
  const { name, arn } = checkedAlias(input, ctx);
  ctx.store.transact((tx) => {
    const key = findKeyById(tx, ctx, input.TargetKeyId ?? '');
    if (key.state === 'PendingDeletion') throw invalidState(`${key.arn} is pending deletion.`);
    if (tx.get(kmsAliases, arn) !== undefined) throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
    tx.put(kmsAliases, { arn, name, account: ctx.account, region: ctx.region, targetKeyArn: key.arn, createdAt: ctx.now, updatedAt: ctx.now });
  });
  return {};
}

export function updateAlias(input: UpdateAliasRequest, ctx: VaultContext): object {
  const { arn } = checkedAlias(input, ctx);
  ctx.store.transact((tx) => {
    const key = findKeyById(tx, ctx, input.TargetKeyId ?? '');
    const alias = tx.get(kmsAliases, arn);
    if (alias === undefined) throw notFound(`Alias ${arn} is not found.`);
    if (key.state === 'PendingDeletion') throw invalidState(`${key.arn} is pending deletion.`);
    tx.put(kmsAliases, { ...alias, targetKeyArn: key.arn, updatedAt: ctx.now });
  });
  return {};
}

export function deleteAlias(input: DeleteAliasRequest, ctx: VaultContext): object {
  const { arn } = checkedAlias(input, ctx);
  ctx.store.transact((tx) => {
    if (tx.get(kmsAliases, arn) === undefined) throw notFound(`Alias ${arn} is not found.`);
    tx.delete(kmsAliases, arn);
  });
  return {};
}

function checkedAlias(input: { AliasName?: string | undefined; TargetKeyId?: string | undefined }, ctx: VaultContext): { name: string; arn: string } {
  const name = input.AliasName ?? '';
  checkLimits([name, 'aliasName', ALIAS_LIMIT], [input.TargetKeyId, 'targetKeyId', KEY_ID_LIMIT]);
  if (!name.startsWith('alias/')) throw validation('Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html');
  if (name === 'alias/' || name.includes(':')) throw new AwsError('InvalidAliasNameException', `${name} is not a valid alias name.`);
  if (name.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', `${name} is reserved: aliases that begin with alias/aws/ belong to AWS.`);
  return { name, arn: kmsAliasArn(ctx, name) };
}
