// The value of a version: encrypted by the secret's KMS key, bound to the secret and the version.
import { kmsKeys } from '#model/kms-key.ts';
import type { Secret, SecretVersion } from '#model/secret.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import { decryptBlob, encryptUnder } from '../kms/ciphertext.ts';
import type { VaultContext } from '../kms/context.ts';
import { findOrMakeKey, usable } from '../kms/find-key.ts';
import { checkLimits } from '../limits.ts';
import { invalidParameter } from './errors.ts';

const DEFAULT_KEY = 'alias/aws/secretsmanager';
const MAX_BYTES = 65_536;

export interface GivenValue {
  readonly kind: 'string' | 'binary';
  readonly bytes: Uint8Array;
}

/** The value in a request, or undefined. Throws for both kinds at once and for too long ones. */
export function givenValue(input: { SecretString?: string | undefined; SecretBinary?: Uint8Array | undefined }): GivenValue | undefined {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value in the same secret.");
  }
  if (input.SecretString !== undefined) return checked('string', Buffer.from(input.SecretString), 'secretString');
  if (input.SecretBinary !== undefined) return checked('binary', input.SecretBinary, 'secretBinary');
  return undefined;
}

function checked(kind: GivenValue['kind'], bytes: Uint8Array, path: string): GivenValue {
  checkLimits([bytes, path, { minLength: 1, maxLength: MAX_BYTES }]);
  return { kind, bytes };
}

/** The secret's key, made when it is the account's default and not there yet. Throws EncryptionFailure. */
export function keyArnOf(tx: Transaction, ctx: VaultContext, secret: Pick<Secret, 'kmsKeyId'>): string {
  return withFailure('EncryptionFailure', () => usable(findOrMakeKey(tx, ctx, secret.kmsKeyId ?? DEFAULT_KEY)).arn);
}

export function sealedValue(reader: Reader, ctx: VaultContext, secretArn: string, versionId: string, kmsKeyArn: string, value: GivenValue): Pick<SecretVersion, 'value' | 'fingerprint'> {
  const key = reader.get(kmsKeys, kmsKeyArn);
  if (key === undefined) throw new Error(`no key ${kmsKeyArn}`);
  const sealed = encryptUnder(ctx, key, value.bytes, boundTo(secretArn, versionId)).toString('base64');
  return { value: { kind: value.kind, sealed }, fingerprint: fingerprint(ctx, secretArn, versionId, value) };
}

/** Whether a version holds this very value. */
export function holdsValue(ctx: VaultContext, version: SecretVersion, value: GivenValue): boolean {
  return version.fingerprint === fingerprint(ctx, version.secretArn, version.versionId, value);
}

/** Throws DecryptionFailure. */
export function openValue(reader: Reader, ctx: VaultContext, version: SecretVersion): Uint8Array {
  const { value } = version;
  if (value === undefined) throw new Error(`version ${version.versionId} has no value`);
  return withFailure('DecryptionFailure', () => decryptBlob(reader, ctx, Buffer.from(value.sealed, 'base64'), boundTo(version.secretArn, version.versionId)).plaintext);
}

function fingerprint(ctx: VaultContext, secretArn: string, versionId: string, value: GivenValue): string {
  return ctx.vault.fingerprint(Buffer.concat([Buffer.from(`${secretArn}\n${versionId}\n${value.kind}\n`), value.bytes]));
}

function boundTo(secretArn: string, versionId: string): Record<string, string> {
  return { SecretARN: secretArn, SecretVersionId: versionId };
}

function withFailure<T>(code: 'EncryptionFailure' | 'DecryptionFailure', work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const verb = code === 'EncryptionFailure' ? 'encrypt' : 'decrypt';
    throw new AwsError(code, `Secrets Manager can't ${verb} the protected secret text using the provided KMS key. ${error.message}`);
  }
}
