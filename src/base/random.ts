// Randomness as a value that is handed in: real in base/system/random.ts, seeded here for simulation.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** `length` random bytes. Unpredictable only for the system's source. */
  bytes(length: number): Uint8Array;
}

/** A reproducible source (splitmix32): the same seed gives the same sequence on every machine. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next32 = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return {
    next: () => next32() / 0x100000000,
    bytes(length) {
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i++) out[i] = next32() & 0xff;
      return out;
    },
  };
}
