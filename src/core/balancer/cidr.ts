// Blocks of IPv4 and IPv6 addresses, as far as source-ip conditions need them.

interface Block {
  readonly bits: 32 | 128;
  readonly base: bigint;
  readonly prefix: number;
}

/** Undefined when the text is no CIDR block. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  if (rest.length > 0 || prefixText === undefined || !isPlain(prefixText)) return undefined;
  const parsed = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (parsed === undefined) return undefined;
  const bits = address.includes(':') ? 128 : 32;
  const prefix = Number(prefixText);
  return prefix > bits ? undefined : { bits, base: parsed, prefix };
}

/** True when every address of `inner` is in `outer`; false when either is no block. */
export function cidrContains(outer: string, inner: string): boolean {
  const [a, b] = [parseBlock(outer), parseBlock(inner)];
  if (a === undefined || b === undefined || a.bits !== b.bits || a.prefix > b.prefix) return false;
  const shift = BigInt(a.bits - a.prefix);
  return a.base >> shift === b.base >> shift;
}

export function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || octets.some((octet) => !isPlain(octet) || Number(octet) > 255)) return undefined;
  return octets.reduce((value, octet) => value * 256n + BigInt(octet), 0n);
}

/** Zeros in front mean octal to some, and nothing to HAProxy. */
function isPlain(number: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(number);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail];
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}
