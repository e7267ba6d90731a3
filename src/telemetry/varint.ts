// Variable-length integers for the columns of a log block: unsigned LEB128.
// Values go up to 2^53, so the slow path divides where the fast path shifts.

/** Bytes `value` takes; it must be a non-negative safe integer. */
export function varintSize(value: number): number {
  let size = 1;
  while (value >= 0x80) {
    value = value < 0x80000000 ? value >>> 7 : Math.floor(value / 128);
    size++;
  }
  return size;
}

/** Writes at `at` and returns the position after it. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  while (value >= 0x80) {
    target[at++] = (value % 128) | 0x80;
    value = value < 0x80000000 ? value >>> 7 : Math.floor(value / 128);
  }
  target[at++] = value;
  return at;
}

/** Reads varints one after the other. Throws RangeError when the bytes end in the middle of one. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new RangeError('varint runs past the end');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }
}
