// The vault: envelope encryption in three steps. The master key, which no journal holds, seals the material of each KMS key; a KMS
// key seals a data key made for one value; the data key seals the value. Key material in clear never leaves this file.
import { createHmac, hkdfSync } from 'node:crypto';
import type { Random } from '#base/random.ts';
import { KEY_BYTES, openBox, sealBox } from './aead.ts';

export interface Vault {
  /** New key material, sealed (base64). It opens only under the same `name` (the key's ARN). */
  newKey(name: string): string;
  /** An envelope under the key. `bound` must be given again to open it. Throws when the sealed key is not of this master key. */
  encrypt(sealedKey: string, name: string, plaintext: Uint8Array, bound: Uint8Array): Uint8Array;
  /** Undefined when the envelope is not of this key, these bound data, or was changed. */
  decrypt(sealedKey: string, name: string, envelope: Uint8Array, bound: Uint8Array): Uint8Array | undefined;
  /** A keyed hash (hex): equal texts have equal fingerprints, and nobody without the master key learns or guesses a text from one. */
  fingerprint(text: Uint8Array): string;
  /** A short text under the master key itself, for fields of rows. @param bound what it belongs to */
  sealText(text: string, bound: string): string;
  /** Undefined when it was sealed under another master key, for something else, or was changed. */
  openText(sealed: string, bound: string): string | undefined;
  /** Tells one master key from another without telling anything of it. */
  readonly check: string;
}

const WRAPPED_KEY_BYTES = 12 + 16 + KEY_BYTES;

/** @param masterKey 32 bytes */
export function openVault(masterKey: Uint8Array, random: Random): Vault {
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', masterKey, '', `longshore vault ${purpose}`, KEY_BYTES));
  const sealingKey = derive('seal');
  const hashKey = derive('fingerprint');
  const textKey = derive('text');
  const material = (sealedKey: string, name: string): Buffer => {
    const key = openBox(sealingKey, Buffer.from(sealedKey, 'base64'), Buffer.from(name));
    if (key === undefined) throw new Error(`the key ${name} was not sealed under this master key`);
    return key;
  };
  return {
    check: createHmac('sha256', derive('check')).update('master').digest('hex'),
    newKey: (name) => sealBox(random, sealingKey, random.bytes(KEY_BYTES), Buffer.from(name)).toString('base64'),
    encrypt(sealedKey, name, plaintext, bound) {
      const dataKey = random.bytes(KEY_BYTES);
      const wrapped = sealBox(random, material(sealedKey, name), dataKey, bound);
      return Buffer.concat([wrapped, sealBox(random, dataKey, plaintext, bound)]);
    },
    decrypt(sealedKey, name, envelope, bound) {
      const dataKey = openBox(material(sealedKey, name), envelope.subarray(0, WRAPPED_KEY_BYTES), bound);
      return dataKey && openBox(dataKey, envelope.subarray(WRAPPED_KEY_BYTES), bound);
    },
    sealText: (text, bound) => sealBox(random, textKey, Buffer.from(text), Buffer.from(bound)).toString('base64'),
    openText: (sealed, bound) => openBox(textKey, Buffer.from(sealed, 'base64'), Buffer.from(bound))?.toString('utf8'),
    fingerprint: (text) => createHmac('sha256', hashKey).update(text).digest('hex'),
  };
}
