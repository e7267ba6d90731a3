// The value of a SecureString: encrypted by a KMS key, bound to the parameter's ARN, as AWS does it. Whoever may use the key can
// decrypt what GetParameter gives without decryption, with `kms decrypt` and the same encryption context.
import type { ParameterVersion } from '#model/parameter.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import { decryptBlob, encryptUnder } from '../kms/ciphertext.ts';
import type { VaultContext } from '../kms/context.ts';
import { findOrMakeKey, usable } from '../kms/find-key.ts';
import { invalidKeyId } from './errors.ts';

export const DEFAULT_KEY = 'alias/aws/ssm';

/** The ciphertext in base64. Throws InvalidKeyId when the key is not there or not usable. */
export function sealValue(tx: Transaction, ctx: VaultContext, keyId: string, arn: string, value: string): string {
  return asKeyError(() => {
    const key = usable(findOrMakeKey(tx, ctx, keyId));
    return encryptUnder(ctx, key, Buffer.from(value), { PARAMETER_ARN: arn }).toString('base64');
  });
}

/** What a reader gets: in clear when it is no secret, or when decryption was asked for. */
export function shownValue(reader: Reader, ctx: VaultContext, version: ParameterVersion, arn: string, decrypt: boolean): string {
  if (version.type !== 'SecureString' || !decrypt) return version.value;
  return asKeyError(() => Buffer.from(decryptBlob(reader, ctx, Buffer.from(version.value, 'base64'), { PARAMETER_ARN: arn }).plaintext).toString());
}

/** SSM gives KMS's refusals as its own InvalidKeyId, naming them. */
function asKeyError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidKeyId(`${error.message} (Service: AWSKMS; Status Code: ${error.httpStatus}; Error Code: ${error.code}; Proxy: null)`);
  }
}
