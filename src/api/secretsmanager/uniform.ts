// Uniform whole numbers of a random source, without the bias of a remainder.
import type { Random } from '#base/random.ts';

/** A function that gives a number in [0, n), n at most 65,536. */
export function uniform(random: Random): (n: number) => number {
  return (n) => {
    const limit = 65_536 - (65_536 % n);
    for (;;) {
      const [high = 0, low = 0] = random.bytes(2);
      const drawn = high * 256 + low;
      if (drawn < limit) return drawn % n;
    }
  };
}
