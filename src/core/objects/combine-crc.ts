// The CRC of bytes put together out of parts whose CRCs are known, without the bytes: multipart uploads with a checksum of the full object.
// A CRC is a remainder of polynomials over GF(2); putting n bytes behind A multiplies A's by x^(8n).

interface Kind {
  readonly bits: number;
  /** Reflected, as the tables use it. */
  readonly polynomial: bigint;
}

const KINDS: Readonly<Record<string, Kind>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** Whether checksums of this algorithm can be those of the full object. */
export function isCombinable(algorithm: string): boolean {
  return Object.hasOwn(KINDS, algorithm);
}

/** @param parts in order. CRCs as unsigned numbers */
export function combineCrcs(algorithm: string, parts: readonly { readonly crc: bigint; readonly sizeBytes: number }[]): bigint {
  const kind = KINDS[algorithm];
  if (kind === undefined) throw new Error(`assertion failed: ${algorithm} is no CRC`);
  return parts.reduce((crc, part) => multiply(kind, crc, power(kind, part.sizeBytes)) ^ part.crc, 0n);
}

/** x^(8 * bytes), reflected: the highest bit is x^0. */
function power(kind: Kind, bytes: number): bigint {
  let result = 1n << BigInt(kind.bits - 1);
  let square = result >> 8n;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(kind, result, square);
    square = multiply(kind, square, square);
  }
  return result;
}

function multiply({ bits, polynomial }: Kind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let mask = 1n << BigInt(bits - 1); mask > 0n; mask >>= 1n) {
    if ((a & mask) !== 0n) product ^= shifted;
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
