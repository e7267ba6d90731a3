// Several digests of the same bytes at once, as S3 wants them: MD5 for the ETag, SHA-256 for the signature, one more for the client.
import { createHash, type Hash } from 'node:crypto';
import { createCrc32, createCrc32c, createCrc64Nvme, type Checksum } from './crc.ts';

export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface Digests {
  update(bytes: Uint8Array): void;
  /** Base64, by algorithm. */
  finish(): Readonly<Partial<Record<Algorithm, string>>>;
}

export function createDigests(wanted: readonly Algorithm[]): Digests {
  const running = [...new Set(wanted)].map((algorithm) => [algorithm, start(algorithm)] as const);
  return {
    update(bytes) {
      for (const [, checksum] of running) checksum.update(bytes);
    },
    finish: () => Object.fromEntries(running.map(([algorithm, checksum]) => [algorithm, checksum.digest().toString('base64')])),
  };
}

function start(algorithm: Algorithm): Checksum | Hash {
  switch (algorithm) {
    case 'CRC32':
      return createCrc32();
    case 'CRC32C':
      return createCrc32c();
    case 'CRC64NVME':
      return createCrc64Nvme();
    default:
      return createHash(algorithm.toLowerCase());
  }
}
