// Signing keys, derived once per secret, day, region and service, and kept in a bounded cache.
import { createHmac } from 'node:crypto';
import { createHmacKey, type HmacKey } from './hmac.ts';

interface Entry {
  readonly secret: string;
  readonly key: HmacKey;
}

export interface SigningKeys {
  /** The key for `scope` (`date/region/service/aws4_request`) under this secret; `credential` is the access key id, a slash and the scope. */
  get(credential: string, secret: string, scope: string): HmacKey;
}

/** An LRU cache of at most `limit` derived keys: four HMACs saved per request. */
export function createSigningKeys(limit = 1_000): SigningKeys {
  const entries = new Map<string, Entry>();
  return {
    get(credential, secret, scope) {
      const found = entries.get(credential);
      // A key id whose secret was replaced must not go on with the old one.
      if (found !== undefined && found.secret === secret) {
        if (entries.size > limit >> 1) {
          // Order only matters when something may have to go.
          entries.delete(credential);
          entries.set(credential, found);
        }
        return found.key;
      }
      const key = createHmacKey(signingKey(secret, scope));
      entries.delete(credential);
      if (entries.size >= limit) entries.delete(entries.keys().next().value as string);
      entries.set(credential, { secret, key });
      return key;
    },
  };
}

/** The key itself, 32 bytes. */
export function signingKey(secret: string, scope: string): Buffer {
  let key: Buffer = Buffer.from(`AWS4${secret}`, 'utf8');
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return key;
}
