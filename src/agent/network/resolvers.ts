// The name servers that containers of this host ask: Docker hands on the host's own, and Google's where the host has none but loopback.
import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';

/** In Docker's order: where systemd-resolved is on loopback, its own list of servers counts. */
const FILES = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'] as const;
const FALLBACK = ['8.8.8.8', '8.8.4.4'] as const;

export function readResolvers(): readonly string[] {
  for (const file of FILES) {
    const found = parseResolvers(read(file));
    if (found.length > 0) return found;
  }
  return FALLBACK;
}

/** IPv4 addresses that are not loopback. */
export function parseResolvers(text: string): string[] {
  return [...new Set([...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].map((match) => match[1]!))].filter((address) => isIPv4(address) && !address.startsWith('127.'));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
