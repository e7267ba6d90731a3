// Exit code 0 when node_modules holds what package-lock.json asks for, by version and integrity; 1 when it does not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  version?: string;
  integrity?: string;
  optional?: boolean;
  link?: boolean;
}

/** Paths of the packages that are missing or differ. Optional ones may be missing: most are for other platforms. */
export function missingPackages(wanted: Record<string, Entry>, installed: Record<string, Entry>): string[] {
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && !matches(entry, installed[path]))
    .map(([path]) => path);
}

function matches(wanted: Entry, installed: Entry | undefined): boolean {
  if (installed === undefined) return wanted.optional === true || wanted.link === true;
  return installed.version === wanted.version && installed.integrity === wanted.integrity;
}

function packagesOf(file: string): Record<string, Entry> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> }).packages;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../..');
  const hidden = join(root, 'node_modules/.package-lock.json');
  const missing = existsSync(hidden) ? missingPackages(packagesOf(join(root, 'package-lock.json')), packagesOf(hidden)) : ['node_modules'];
  process.exitCode = missing.length === 0 ? 0 : 1;
}
