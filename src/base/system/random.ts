// The machine's cryptographic random source. A call of it costs microseconds whatever its size, so bytes are taken by the
// thousand and handed out in small pieces, each once.
import { randomBytes } from 'node:crypto';
import type { Random } from '../random.ts';

const POOL_BYTES = 8_192;
const LARGEST_PIECE = 256;

/** A source with a pool of its own. */
export function openSystemRandom(): Random {
  let pool = randomBytes(0);
  let used = 0;
  const bytes = (length: number): Uint8Array => {
    if (length > LARGEST_PIECE) return randomBytes(length);
    if (used + length > pool.length) [pool, used] = [randomBytes(POOL_BYTES), 0];
    const piece = Uint8Array.prototype.slice.call(pool, used, used + length);
    // What was handed out stays nowhere else: it may become a key.
    pool.fill(0, used, used + length);
    used += length;
    return piece;
  };
  return {
    next: () => Buffer.from(bytes(6)).readUIntBE(0, 6) / 2 ** 48,
    bytes,
  };
}

export const systemRandom: Random = openSystemRandom();
