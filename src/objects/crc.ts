// The cyclic checksums that S3 knows: CRC32 is node's own; CRC32C and CRC64NVME by tables, a byte at a time.
import { crc32 } from 'node:zlib';

export interface Checksum {
  update(bytes: Uint8Array): void;
  /** Big-endian bytes. */
  digest(): Buffer;
}

/** Reflected CRC32C (Castagnoli). */
const CASTAGNOLI = 0x82f63b78;
/** Reflected CRC-64/NVME: 0x9a6c9329ac4bc9b5. */
const NVME_HIGH = 0x9a6c9329;
const NVME_LOW = 0xac4bc9b5;

let table32: Uint32Array | undefined;
let table64: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

export function createCrc32(): Checksum {
  let value = 0;
  return {
    update: (bytes) => void (value = crc32(bytes, value)),
    digest: () => bigEndian(value),
  };
}

export function createCrc32c(): Checksum {
  const table = (table32 ??= makeTable32());
  let value = 0xffffffff;
  return {
    update(bytes) {
      let crc = value;
      for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
      value = crc;
    },
    digest: () => bigEndian(~value >>> 0),
  };
}

export function createCrc64Nvme(): Checksum {
  const { high, low } = (table64 ??= makeTable64());
  let valueHigh = 0xffffffff;
  let valueLow = 0xffffffff;
  return {
    update(bytes) {
      let [h, l] = [valueHigh, valueLow];
      for (let i = 0; i < bytes.length; i++) {
        const index = (l ^ (bytes[i] as number)) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
        h = (h >>> 8) ^ (high[index] as number);
      }
      [valueHigh, valueLow] = [h, l];
    },
    digest: () => Buffer.concat([bigEndian(~valueHigh >>> 0), bigEndian(~valueLow >>> 0)]),
  };
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function makeTable32(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
    return crc >>> 0;
  });
}

function makeTable64(): { high: Uint32Array; low: Uint32Array } {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let [h, l] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (odd) [h, l] = [h ^ NVME_HIGH, l ^ NVME_LOW];
    }
    high[byte] = h;
    low[byte] = l;
  }
  return { high, low };
}
