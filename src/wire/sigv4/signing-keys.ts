// Signing keys, derived once per secret, day, region and service, and kept in a bounded cache.
import { createHmac } from 'node:crypto';
import { createHmacKey, type HmacKey } from './hmac.ts';

interface Entry {
  readonly secret: string;
  readonly key: HmacKey;
}

export interface SigningKeys {
  /** The key for `date/region/service/aws4_request` under this secret. */
  get(accessKeyId: string, secret: string, scope: string): HmacKey;
}

/** An LRU cache of at most `limit` derived keys: four HMACs saved per request. */
export function createSigningKeys(limit = 1_000): SigningKeys {
  const entries = new Map<string, Entry>();
  return {
    get(accessKeyId, secret, scope) {
      const name = `${accessKeyId}/${scope}`;
      const found = entries.get(name);
      // A key id whose secret was replaced must not go on with the old one.
      if (found !== undefined && found.secret === secret) {
        if (entries.size > limit >> 1) {
          // Order only matters when something may have to go.
          entries.delete(name);
          entries.set(name, found);
        }
        return found.key;
      }
      const key = deriveKey(secret, scope);
      entries.delete(name);
      if (entries.size >= limit) entries.delete(entries.keys().next().value as string);
      entries.set(name, { secret, key });
      return key;
    },
  };
}

function deriveKey(secret: string, scope: string): HmacKey {
  let key: Buffer = Buffer.from(`AWS4${secret}`, 'utf8');
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createHmacKey(key);
}
