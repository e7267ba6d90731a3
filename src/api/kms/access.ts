// What IAM is asked about KMS operations: the key they name (Decrypt: the key of the ciphertext), whose policy must allow too.
import type { OperationAccess } from '#wire/service.ts';
import { kmsAliasArn } from '#model/kms-key.ts';
import { keyArnOf } from './ciphertext.ts';
import type { VaultContext } from './context.ts';
import { findKey } from './find-key.ts';
import type { KmsOperationName } from './shapes.ts';

type Ask = OperationAccess<VaultContext>;

/** The ARN of a key; what is not there keeps the name it was given, and the handler says that it is not there. */
function named(ctx: VaultContext, id: unknown): string {
  const text = typeof id === 'string' ? id : '';
  try {
    return findKey(ctx.store, ctx, text).arn;
  } catch {
    return text.startsWith('arn:') ? text : `arn:aws:kms:${ctx.region}:${ctx.account}:key/${text}`;
  }
}

/** `kms:EncryptionContext:<name>` of the request. */
function contextKeys(input: any): Record<string, string> {
  const given = input.EncryptionContext ?? {};
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, String(value)]));
}

const onKey: Ask = { resources: (input: any, ctx) => [named(ctx, input.KeyId)], conditions: contextKeys };
const onCiphertext: Ask = {
  resources: (input: any, ctx) => {
    const blob: unknown = input.CiphertextBlob;
    const key = blob instanceof Uint8Array ? keyArnOf(blob) : undefined;
    return [key ?? named(ctx, input.KeyId)];
  },
  conditions: contextKeys,
};
const onAlias = (key: 'TargetKeyId' | undefined): Ask => ({
  resources: (input: any, ctx) => [kmsAliasArn(ctx, String(input.AliasName ?? '')), ...(key === undefined ? [] : [named(ctx, input[key])])],
});

const BY_KEY: readonly KmsOperationName[] = [
  'CancelKeyDeletion', 'DescribeKey', 'DisableKey', 'DisableKeyRotation', 'EnableKey', 'EnableKeyRotation', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext',
  'GetKeyPolicy', 'GetKeyRotationStatus', 'ListKeyPolicies', 'ListResourceTags', 'PutKeyPolicy', 'ScheduleKeyDeletion', 'TagResource', 'UntagResource', 'UpdateKeyDescription',
];

/** Not about one key. */
export const ON_ALL: readonly KmsOperationName[] = ['CreateKey', 'GenerateRandom', 'ListAliases', 'ListKeys'];

export const ACCESS: Partial<Record<KmsOperationName, Ask>> = {
  ...Object.fromEntries(BY_KEY.map((name) => [name, onKey])),
  CreateAlias: onAlias('TargetKeyId'),
  Decrypt: onCiphertext,
  // AWS has no kms:ReEncrypt: the key that it was under must allow one thing, the key that it will be under another.
  ReEncrypt: {
    action: 'kms:ReEncryptFrom',
    resources: (input: any, ctx) => [(input.CiphertextBlob instanceof Uint8Array ? keyArnOf(input.CiphertextBlob) : undefined) ?? named(ctx, input.SourceKeyId)],
    also: (input: any, ctx) => [{ action: 'kms:ReEncryptTo', resource: named(ctx, input.DestinationKeyId) }],
  },
  DeleteAlias: onAlias(undefined),
  UpdateAlias: onAlias('TargetKeyId'),
};
