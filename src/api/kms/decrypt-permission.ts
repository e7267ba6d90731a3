// What a caller needs of KMS for a value that a service decrypts in his name. Source: the developer guides of Parameter Store and Secrets
// Manager on AWS KMS permissions: kms:Decrypt of a customer's key; AWS managed keys let every principal of the account through the service.
import { kmsKeys } from '#model/kms-key.ts';
import type { Permission } from '#wire/service.ts';
import { keyArnOf, type EncryptionContext } from './ciphertext.ts';
import type { VaultContext } from './context.ts';

/** Empty when the key is AWS's own, or the handler will say what is wrong with it. @param via the service: `ssm` @param refusal what the service tells a refused caller */
export function decryptPermission(ctx: VaultContext, blob: Uint8Array, via: string, context: EncryptionContext, refusal: string): readonly Permission[] {
  const arn = keyArnOf(blob);
  const key = arn === undefined ? undefined : ctx.store.get(kmsKeys, arn);
  if (key === undefined || key.manager === 'AWS') return [];
  const pairs = Object.entries(context).map(([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, value]);
  const conditions = { ...Object.fromEntries(pairs), 'kms:viaservice': `${via}.${ctx.region}.amazonaws.com`, 'kms:calleraccount': ctx.account };
  return [{ action: 'kms:Decrypt', resource: key.arn, conditions, refusal }];
}
