// Constraints of the KMS model that several operations share.
import { validation } from '../limits.ts';

export const KEY_ID_LIMIT = { minLength: 1, maxLength: 2048 };
export const BLOB_LIMIT = { minLength: 1, maxLength: 6144 };
export const ALIAS_LIMIT = { minLength: 1, maxLength: 256, pattern: '[a-zA-Z0-9:/_-]+' };

/** Keys here are symmetric; another algorithm fits none of them. */
export function symmetricOnly(algorithm: string | undefined): void {
  if (algorithm !== undefined && algorithm !== 'SYMMETRIC_DEFAULT') throw validation(`The algorithm ${algorithm} is incompatible with the key spec SYMMETRIC_DEFAULT.`);
}
