// Identifiers in the shapes AWS uses, from a random source that is handed in.
import type { Random } from './random.ts';

/** `length` lower-case hex digits. */
export function hexId(random: Random, length: number): string {
  return random.bytes(Math.ceil(length / 2)).toHex().slice(0, length);
}

/** A version 4 UUID. */
export function uuid(random: Random): string {
  const hex = hexId(random, 32);
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** An EC2-style id: `eni-` + 17 hex digits. */
export function ec2Id(random: Random, prefix: string): string {
  return `${prefix}-${hexId(random, 17)}`;
}
