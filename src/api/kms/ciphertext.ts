// Ciphertexts of KMS keys: they carry their key's ARN, so that Decrypt needs no KeyId, and are bound to it and to the encryption context.
// Layout: version (1), length of the ARN (2, big endian), ARN, envelope of the vault.
import { kmsKeys, type KmsKey } from '#model/kms-key.ts';
import { parseArn } from '#model/arn.ts';
import type { Reader } from '#store/store.ts';
import type { VaultContext } from './context.ts';
import { foreignCiphertext, invalidCiphertext } from './errors.ts';
import { usable } from './find-key.ts';

export type EncryptionContext = Readonly<Record<string, string>>;

const VERSION = 1;
const HEAD_BYTES = 3;

/** @throws what the vault throws; the key must be usable */
export function encryptUnder(ctx: VaultContext, key: KmsKey, plaintext: Uint8Array, context: EncryptionContext | undefined): Buffer {
  const head = renderHead(key.arn);
  return Buffer.concat([head, ctx.vault.encrypt(key.sealed, key.arn, plaintext, bound(head, context))]);
}

/**
 * What `blob` holds and the key it is of. Throws InvalidCiphertextException for anything that was changed or has another
 * context, AccessDeniedException for keys that are not of this account and region.
 */
export function decryptBlob(reader: Reader, ctx: VaultContext, blob: Uint8Array, context: EncryptionContext | undefined): { plaintext: Uint8Array; key: KmsKey } {
  const arn = keyArnOf(blob);
  const parts = arn === undefined ? undefined : parseArn(arn);
  if (arn === undefined || parts === undefined) throw invalidCiphertext();
  const own = parts.account === ctx.account && parts.region === ctx.region;
  const key = own ? reader.get(kmsKeys, arn) : undefined;
  if (key === undefined) throw foreignCiphertext();
  usable(key);
  const head = blob.subarray(0, HEAD_BYTES + Buffer.byteLength(arn));
  const plaintext = ctx.vault.decrypt(key.sealed, key.arn, blob.subarray(head.length), bound(head, context));
  if (plaintext === undefined) throw invalidCiphertext();
  return { plaintext, key };
}

export function keyArnOf(blob: Uint8Array): string | undefined {
  if (blob.length < HEAD_BYTES || blob[0] !== VERSION) return undefined;
  const length = (blob[1]! << 8) | blob[2]!;
  if (blob.length < HEAD_BYTES + length) return undefined;
  return Buffer.from(blob.subarray(HEAD_BYTES, HEAD_BYTES + length)).toString('latin1');
}

function renderHead(arn: string): Buffer {
  const name = Buffer.from(arn, 'latin1');
  return Buffer.concat([Buffer.from([VERSION, name.length >> 8, name.length & 0xff]), name]);
}

/** Head and context, the context in an order of its own: two maps of the same pairs are the same context. */
function bound(head: Uint8Array, context: EncryptionContext | undefined): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Buffer.concat([head, Buffer.from(JSON.stringify(pairs))]);
}
