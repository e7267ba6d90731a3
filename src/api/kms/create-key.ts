// CreateKey: symmetric keys for encryption. Order of checks: constraints, what we do not have, tags, policy.
import { uuid } from '#base/ids.ts';
import { kmsKeyArn, kmsKeys, type KmsKey } from '#model/kms-key.ts';
import { checkLimits } from '../limits.ts';
import type { VaultContext } from './context.ts';
import { unsupportedHere } from './errors.ts';
import { defaultKeyPolicy, validKeyPolicy } from './key-policy.ts';
import type { CreateKeyRequest, CreateKeyResponse } from './shapes.ts';
import { validTags } from './tags.ts';
import { viewKey } from './view-key.ts';

export function createKey(input: CreateKeyRequest, ctx: VaultContext): CreateKeyResponse {
  checkLimits([input.Description, 'description', { maxLength: 8192 }], [input.Policy, 'policy', { minLength: 1, maxLength: 131_072 }]);
  refuseOtherKinds(input);
  const tags = validTags(input.Tags);
  const policy = input.Policy === undefined ? defaultKeyPolicy(ctx.account) : validKeyPolicy(input.Policy);
  const id = uuid(ctx.random);
  const arn = kmsKeyArn(ctx, id);
  const { account, region } = ctx;
  const key: KmsKey = {
    arn, id, account, region, policy, tags,
    manager: 'CUSTOMER', description: input.Description ?? '', state: 'Enabled', createdAt: ctx.now,
    sealed: ctx.vault.newKey(arn),
  };
  ctx.store.transact((tx) => tx.put(kmsKeys, key));
  return { KeyMetadata: viewKey(key) };
}

function refuseOtherKinds(input: CreateKeyRequest): void {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (spec !== 'SYMMETRIC_DEFAULT') throw unsupportedHere(`Longshore does not have keys of spec ${spec} yet: only SYMMETRIC_DEFAULT.`);
  if ((input.KeyUsage ?? 'ENCRYPT_DECRYPT') !== 'ENCRYPT_DECRYPT') throw unsupportedHere(`Longshore does not have keys for ${input.KeyUsage ?? ''} yet: only ENCRYPT_DECRYPT.`);
  if ((input.Origin ?? 'AWS_KMS') !== 'AWS_KMS') throw unsupportedHere(`Longshore does not have keys of origin ${input.Origin ?? ''} yet: only AWS_KMS.`);
  if (input.MultiRegion === true) throw unsupportedHere('Longshore does not have multi-Region keys yet.');
  if (input.CustomKeyStoreId !== undefined || input.XksKeyId !== undefined) throw unsupportedHere('Longshore does not have custom key stores yet.');
}
