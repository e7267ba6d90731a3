// Who this host is to its control plane: `identity.json` in the agent's data folder, readable by root alone. It is replaced whole and
// flushed, so that a power loss leaves the old or the new one.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JoinAnswer } from '#link/join.ts';

/** Everything a joined host needs to go on without a token. */
export interface HostIdentity extends JoinAnswer {
  /** `https://10.0.0.5:4567` */
  readonly server: string;
  /** PKCS 8 PEM; never leaves this file. */
  readonly key: string;
}

/** A private key made for a token or activation whose answer has not come yet: with it, the same one may be tried again. */
export interface PendingJoin {
  readonly entryId: string;
  readonly key: string;
}

/** Undefined when this host has not joined. Throws when the file is there and cannot be read: it is not to be overwritten. */
export function loadIdentity(dataDir: string): HostIdentity | undefined {
  return load<HostIdentity>(fileOf(dataDir));
}

export function saveIdentity(dataDir: string, identity: HostIdentity): void {
  save(fileOf(dataDir), identity);
  rmSync(pendingOf(dataDir), { force: true });
}

export function loadPending(dataDir: string): PendingJoin | undefined {
  return load<PendingJoin>(pendingOf(dataDir));
}

export function savePending(dataDir: string, pending: PendingJoin): void {
  save(pendingOf(dataDir), pending);
}

export function removeIdentity(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'identity.json');
}

function pendingOf(dataDir: string): string {
  return join(dataDir, 'joining.json');
}

function load<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new Error(`cannot read ${file}`, { cause: error });
  }
}

function save(file: string, value: unknown): void {
  const opened = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(opened, `${JSON.stringify(value, null, 2)}\n`);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
  renameSync(`${file}.new`, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
