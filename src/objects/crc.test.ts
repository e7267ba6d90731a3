// Check values of the CRC catalogue: the checksum of "123456789".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combineCrcs } from '#core/objects/combine-crc.ts';
import { createCrc32, createCrc32c, createCrc64Nvme, type Checksum } from './crc.ts';

const of = (checksum: Checksum, ...texts: string[]): string => {
  for (const text of texts) checksum.update(Buffer.from(text));
  return checksum.digest().toString('hex');
};

test('the checksums have their catalogue values, in one piece or several', () => {
  for (const texts of [['123456789'], ['12', '', '3456789']]) {
    assert.equal(of(createCrc32(), ...texts), 'cbf43926');
    assert.equal(of(createCrc32c(), ...texts), 'e3069283');
    assert.equal(of(createCrc64Nvme(), ...texts), 'ae8b14860a799888');
  }
});

test('those of parts combine to that of the whole', () => {
  for (const [algorithm, create] of [['CRC32C', createCrc32c], ['CRC64NVME', createCrc64Nvme]] as const) {
    const parts = ['12345', '6789'].map((text) => ({ crc: BigInt(`0x${of(create(), text)}`), sizeBytes: text.length }));
    assert.equal(combineCrcs(algorithm, parts), BigInt(`0x${of(create(), '123456789')}`));
  }
});
