// What a well-formed document is let through, what is not is refused, and nothing runs on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { checkCbor } from './cbor-limits.ts';
import { UnreadableInput } from './unreadable-input.ts';

const check = (...bytes: number[]): void => checkCbor(Buffer.from(bytes));

test('whatever the SDK writes is let through', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => checkCbor(Buffer.from(cbor.serialize(value)))));
});

test('endless arrays, maps and texts end with their break', () => {
  check(0x9f, 0x01, 0x02, 0xff);
  check(0xbf, 0x61, 0x61, 0x01, 0xff);
  check(0x7f, 0x61, 0x61, 0x61, 0x62, 0xff);
  check(0xc1, 0x1a, 0, 0, 0, 1);
  check(0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0);
});

test('what ends too early, is too large, too deep or no CBOR is refused', () => {
  const bad: number[][] = [[], [0x9f, 0x01], [0x82, 0x01], [0x63, 0x61], [0xff], [0x81, 0xff], [0x1c], [0x7b, 0x7f, 255, 255, 255, 255, 255, 255, 255], [0x1b, 0xff, 0, 0, 0, 0, 0, 0, 0], new Array<number>(5_000).fill(0x81)];
  for (const bytes of bad) assert.throws(() => check(...bytes), UnreadableInput, bytes.slice(0, 5).join());
});

test('any bytes are let through or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        checkCbor(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof UnreadableInput);
      }
    }),
    { numRuns: 2_000 },
  );
});
