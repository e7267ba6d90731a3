// IPv4 blocks and addresses as numbers. Pure arithmetic.

export interface Cidr {
  /** First address as an unsigned 32-bit number. */
  readonly base: number;
  /** 0–32 */
  readonly prefix: number;
  /** How many addresses it holds. */
  readonly size: number;
}

/** The address as an unsigned number, or undefined when it is not dotted-quad IPv4. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const octet = Number(match[i]);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

/** Dotted quad. */
export function renderIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** The block, or undefined when the text is not `a.b.c.d/n`. Host bits are cleared, as EC2 does (`10.0.0.5/16` → `10.0.0.0/16`). */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const prefixText = slash < 0 ? '' : text.slice(slash + 1);
  if (!/^\d{1,2}$/.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  const address = parseIpv4(text.slice(0, slash));
  if (address === undefined || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(address / size) * size, prefix, size };
}

export function renderCidr(cidr: Cidr): string {
  return `${renderIpv4(cidr.base)}/${cidr.prefix}`;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.base < b.base + b.size && b.base < a.base + a.size;
}

/** True when every address of `inner` is in `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.base >= outer.base && inner.base + inner.size <= outer.base + outer.size;
}

/** `172.31.0.0/16` → `172.31.0.1`: a VPC's router, as in AWS. */
export function firstAddress(cidrBlock: string): string {
  return renderIpv4((parseCidr(cidrBlock)?.base ?? 0) + 1);
}

/** The fourth address of a block, which AWS keeps for future use in each subnet. */
export function lastReserved(cidrBlock: string): string {
  return renderIpv4((parseCidr(cidrBlock)?.base ?? 0) + 3);
}
