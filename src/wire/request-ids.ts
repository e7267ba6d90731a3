// Request ids: version 4 UUIDs, cut from a block of random bytes because every request needs one.
import type { Random } from '#base/random.ts';

const BLOCK = 256;

/** A source of UUIDs. */
export function createRequestIds(random: Random): () => string {
  let hex = '';
  let at = 0;
  return () => {
    if (at === hex.length) {
      const bytes = random.bytes(16 * BLOCK);
      for (let i = 0; i < bytes.length; i += 16) {
        bytes[i + 6] = ((bytes[i + 6] as number) & 0x0f) | 0x40;
        bytes[i + 8] = ((bytes[i + 8] as number) & 0x3f) | 0x80;
      }
      hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
      at = 0;
    }
    const start = at;
    at += 32;
    return `${hex.slice(start, start + 8)}-${hex.slice(start + 8, start + 12)}-${hex.slice(start + 12, start + 16)}-${hex.slice(start + 16, start + 20)}-${hex.slice(start + 20, at)}`;
  };
}
