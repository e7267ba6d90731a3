// A copy of the repository with a state folder of its own, so that ./longshore can be tried beside a platform of this one.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SdkConfig } from './platform.ts';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = ['longshore', 'package.json', 'package-lock.json', 'src', 'tools', 'examples'];

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RepositoryCopy {
  readonly folder: string;
  /** Runs ./longshore in the copy. */
  longshore(...args: readonly string[]): Ran;
  /** Clients' settings for the platform that is up in the copy. */
  sdk(): SdkConfig;
  /** Ends what runs in it, tasks included, and removes it. */
  remove(): void;
}

/** Node and the npm packages are this repository's own, so that set-up finds them. */
export function copyRepository(): RepositoryCopy {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-copy-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const node = join(ROOT, '.longshore/node');
  if (existsSync(node)) cpSync(node, join(folder, '.longshore/node'), { recursive: true });
  const longshore = (...args: readonly string[]): Ran => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'longshore'), args, { encoding: 'utf8', timeout: 240_000 });
    return { code: status, out: stdout, err: stderr };
  };
  return {
    folder,
    longshore,
    sdk() {
      const text = readFileSync(join(folder, '.longshore/data/credentials.json'), 'utf8');
      const { endpoint, region, accessKeyId, secretAccessKey } = JSON.parse(text) as Record<'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey', string>;
      return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
    },
    remove() {
      longshore('down', '--stop-tasks');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
