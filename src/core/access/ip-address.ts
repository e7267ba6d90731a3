// IP addresses and CIDR blocks, both families, as condition values write them. An IPv4 address inside IPv6 is that IPv4 address.

export interface IpBlock {
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[];
  readonly prefixBits: number;
}

/** `203.0.113.0/24`, `2001:db8::/32` or an address alone; undefined when it is neither. */
export function parseIpBlock(text: string): IpBlock | undefined {
  const slash = text.indexOf('/');
  const bytes = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (bytes === undefined) return undefined;
  if (slash < 0) return { bytes, prefixBits: bytes.length * 8 };
  const bits = text.slice(slash + 1);
  const prefixBits = Number(bits);
  return /^\d{1,3}$/.test(bits) && prefixBits <= bytes.length * 8 ? { bytes, prefixBits } : undefined;
}

/** The bytes of an address; undefined when the text is none. */
export function parseIp(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return parseIp4(text);
  const bytes = parseIp6(text);
  const mapped = bytes !== undefined && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

export function blockContains(block: IpBlock, address: readonly number[]): boolean {
  if (block.bytes.length !== address.length) return false;
  for (let bit = 0; bit < block.prefixBits; bit += 8) {
    const kept = Math.min(8, block.prefixBits - bit);
    const mask = (0xff << (8 - kept)) & 0xff;
    if (((block.bytes[bit >> 3]! ^ address[bit >> 3]!) & mask) !== 0) return false;
  }
  return true;
}

function parseIp4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

function parseIp6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groups);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 16 ? head : undefined;
  const gap = 16 - head.length - tail.length;
  return gap < 2 ? undefined : [...head, ...Array.from({ length: gap }, () => 0), ...tail];
}

function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.') && i === parts.length - 1) {
      const four = parseIp4(part);
      if (four === undefined) return undefined;
      bytes.push(...four);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const group = Number.parseInt(part, 16);
      bytes.push(group >> 8, group & 0xff);
    } else return undefined;
  }
  return bytes;
}
