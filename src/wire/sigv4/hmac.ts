// HMAC-SHA-256 (RFC 2104) over the engine's one-shot hash. node:crypto's Hmac object costs more than the hashing it does, in time and in
// garbage, and every request needs one (docs/adr/wire-codecs.md has the figures); the test holds it equal to node:crypto.
import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const MAX_TEXT = 512;

export interface HmacKey {
  /** The MAC of ASCII text of at most 512 characters, as 64 hex digits. */
  sign(text: string): string;
}

/** A prepared key of at most 64 bytes; its two padded blocks are kept, not the key. */
export function createHmacKey(key: Uint8Array): HmacKey {
  const inner = Buffer.alloc(BLOCK_BYTES + MAX_TEXT, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return {
    sign(text) {
      const length = inner.write(text, BLOCK_BYTES, 'latin1');
      if (length !== text.length) throw new Error('assertion failed: text too long for this HMAC');
      outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + length), 'latin1'), BLOCK_BYTES, 'latin1');
      return hash('sha256', outer, 'hex');
    },
  };
}
