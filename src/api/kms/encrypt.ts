// Encrypt, Decrypt and ReEncrypt with symmetric keys.
import { AwsError } from '#wire/aws-error.ts';
import { checkLimits } from '../limits.ts';
import { decryptBlob, encryptUnder } from './ciphertext.ts';
import type { VaultContext } from './context.ts';
import { findKey, usable } from './find-key.ts';
import { BLOB_LIMIT, KEY_ID_LIMIT, symmetricOnly } from './key-limits.ts';
import type { DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, ReEncryptRequest, ReEncryptResponse } from './shapes.ts';

const ALGORITHM = 'SYMMETRIC_DEFAULT';

export function encrypt(input: EncryptRequest, ctx: VaultContext): EncryptResponse {
  const plaintext = input.Plaintext ?? new Uint8Array();
  checkLimits([input.KeyId, 'keyId', KEY_ID_LIMIT], [plaintext, 'plaintext', { minLength: 1, maxLength: 4096 }]);
  symmetricOnly(input.EncryptionAlgorithm);
  const key = usable(findKey(ctx.store, ctx, input.KeyId ?? ''));
  refuseDryRun(input.DryRun);
  return { CiphertextBlob: encryptUnder(ctx, key, plaintext, input.EncryptionContext), KeyId: key.arn, EncryptionAlgorithm: ALGORITHM };
}

export function decrypt(input: DecryptRequest, ctx: VaultContext): DecryptResponse {
  checkLimits([input.CiphertextBlob, 'ciphertextBlob', BLOB_LIMIT], [input.KeyId, 'keyId', KEY_ID_LIMIT]);
  symmetricOnly(input.EncryptionAlgorithm);
  const expected = input.KeyId === undefined ? undefined : usable(findKey(ctx.store, ctx, input.KeyId));
  const { plaintext, key } = decryptBlob(ctx.store, ctx, input.CiphertextBlob ?? new Uint8Array(), input.EncryptionContext);
  expectKey(expected?.arn, key.arn);
  refuseDryRun(input.DryRun);
  return { KeyId: key.arn, Plaintext: plaintext, EncryptionAlgorithm: ALGORITHM };
}

export function reEncrypt(input: ReEncryptRequest, ctx: VaultContext): ReEncryptResponse {
  checkLimits([input.CiphertextBlob, 'ciphertextBlob', BLOB_LIMIT], [input.SourceKeyId, 'sourceKeyId', KEY_ID_LIMIT], [input.DestinationKeyId, 'destinationKeyId', KEY_ID_LIMIT]);
  symmetricOnly(input.SourceEncryptionAlgorithm);
  symmetricOnly(input.DestinationEncryptionAlgorithm);
  const expected = input.SourceKeyId === undefined ? undefined : usable(findKey(ctx.store, ctx, input.SourceKeyId));
  const source = decryptBlob(ctx.store, ctx, input.CiphertextBlob ?? new Uint8Array(), input.SourceEncryptionContext);
  expectKey(expected?.arn, source.key.arn);
  const key = usable(findKey(ctx.store, ctx, input.DestinationKeyId ?? ''));
  refuseDryRun(input.DryRun);
  return {
    CiphertextBlob: encryptUnder(ctx, key, source.plaintext, input.DestinationEncryptionContext),
    SourceKeyId: source.key.arn,
    KeyId: key.arn,
    SourceEncryptionAlgorithm: ALGORITHM,
    DestinationEncryptionAlgorithm: ALGORITHM,
  };
}

function expectKey(expected: string | undefined, actual: string): void {
  if (expected !== undefined && expected !== actual) {
    throw new AwsError('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
  }
}

/** Everything was checked, nothing is told. */
export function refuseDryRun(dryRun: boolean | undefined): void {
  if (dryRun === true) throw new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.', { httpStatus: 412 });
}
