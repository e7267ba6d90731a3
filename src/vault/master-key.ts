// Where the master key comes from: a file beside the journal (0600, made at the first start), or a command that prints it, so that
// it can live in a key manager. A data directory knows its master key: with another one nothing opens, and the start says so.
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '#base/random.ts';
import { vaultChecks } from '#model/kms-key.ts';
import type { Store } from '#store/store.ts';
import { KEY_BYTES } from './aead.ts';
import { openVault, type Vault } from './vault.ts';

/** Its message says what is wrong and what to do; it never holds key material. */
export class MasterKeyError extends Error {}

export interface MasterKeyOptions {
  readonly dataDir: string;
  /** Printed to standard output: 64 hexadecimal digits, or base64 of 32 bytes. Run by `/bin/sh -c`. */
  readonly command?: string;
}

const COMMAND_TIMEOUT_MS = 30_000;

/** The master key, if there is one yet: rows are opened with it before there is a store. Throws MasterKeyError. */
export function findMasterKey(options: MasterKeyOptions): Uint8Array | undefined {
  if (options.command !== undefined) return commandKey(options.command);
  const path = join(options.dataDir, 'master-key');
  if (!existsSync(path)) return undefined;
  if ((statSync(path).mode & 0o077) !== 0) throw new MasterKeyError(`${path} can be read by others than its owner: chmod 600 ${path}`);
  return parseKey(readFileSync(path, 'utf8'), path);
}

/** What a missing key, or another one, means for what was sealed. */
export function wrongMasterKey(options: MasterKeyOptions, found: boolean): MasterKeyError {
  const path = join(options.dataDir, 'master-key');
  return new MasterKeyError(
    found
      ? `the master key is not the one that ${options.dataDir} was made with: give that one back, or secrets cannot be read`
      : `${path} is missing, and secrets were sealed under it: put it back, or give --master-key-command`,
  );
}

/** The vault of a data directory, with a new master key in a new one. @param found what `findMasterKey` found. Throws MasterKeyError. */
export function openDirectoryVault(options: MasterKeyOptions, store: Store, random: Random, found: Uint8Array | undefined = findMasterKey(options)): Vault {
  const known = store.get(vaultChecks, 'master');
  if (found === undefined && known !== undefined) throw wrongMasterKey(options, false);
  const vault = openVault(found ?? makeFile(join(options.dataDir, 'master-key'), random), random);
  if (known === undefined) store.transact((tx) => tx.put(vaultChecks, { id: 'master', check: vault.check }));
  else if (known.check !== vault.check) throw wrongMasterKey(options, true);
  return vault;
}

/** On disk for certain before anything is sealed under it: a lost key is lost secrets. */
function makeFile(path: string, random: Random): Uint8Array {
  const key = random.bytes(KEY_BYTES);
  const file = openSync(path, 'wx', 0o600);
  try {
    chmodSync(path, 0o600);
    writeSync(file, `${Buffer.from(key).toString('hex')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return key;
}

function commandKey(command: string): Uint8Array {
  let printed: string;
  try {
    printed = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', timeout: COMMAND_TIMEOUT_MS, stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    // Not the error itself: it carries what the command printed.
    const { status, signal } = error as { status?: number | null; signal?: string | null };
    throw new MasterKeyError(`--master-key-command failed (${signal ?? `exit code ${status ?? 'unknown'}`})`);
  }
  return parseKey(printed, '--master-key-command');
}

function parseKey(text: string, from: string): Uint8Array {
  const trimmed = text.trim();
  const key = /^[0-9a-fA-F]{64}$/.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length !== KEY_BYTES) throw new MasterKeyError(`${from} does not give a key: 64 hexadecimal digits, or base64 of 32 bytes, are expected`);
  return key;
}
