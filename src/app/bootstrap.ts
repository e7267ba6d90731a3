// What a new data directory begins with: the default account's root key, the local agent's key, and the server's own secret.
// The credentials file tells `./longshore env` and the local agent; the keys themselves live in the store.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '#base/random.ts';
import { accessKeys, type AccessKey } from '#model/account.ts';
import type { Store } from '#store/store.ts';

export const DEFAULT_ACCOUNT = '000000000000';
export const DEFAULT_REGION = 'us-east-1';

export interface CredentialsFile {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly agent: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function randomText(random: Random, alphabet: string, length: number): string {
  return Array.from(random.bytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** A new key in AWS's shapes: `AKIA` + 16 characters, and 40 characters. Both alphabets divide 256: no bias. */
export function newAccessKey(random: Random, owner: Pick<AccessKey, 'account' | 'principalArn' | 'userId' | 'kind'>, now: number): AccessKey {
  return {
    accessKeyId: `AKIA${randomText(random, BASE32, 16)}`,
    secretAccessKey: randomText(random, BASE64, 40),
    createdAt: now,
    ...owner,
  };
}

export interface FirstKeys {
  readonly root: AccessKey;
  readonly agent: AccessKey;
}

/** Makes the first keys in an empty store; afterwards finds them again. */
export function ensureFirstKeys(store: Store, random: Random, now: number): FirstKeys {
  const have = (kind: AccessKey['kind']): AccessKey | undefined => {
    for (const key of store.by(accessKeys, 'account', DEFAULT_ACCOUNT)) if (key.kind === kind) return key;
    return undefined;
  };
  const root =
    have('root') ??
    newAccessKey(random, { account: DEFAULT_ACCOUNT, principalArn: `arn:aws:iam::${DEFAULT_ACCOUNT}:root`, userId: DEFAULT_ACCOUNT, kind: 'root' }, now);
  const agent =
    have('agent') ??
    newAccessKey(
      random,
      { account: DEFAULT_ACCOUNT, principalArn: `arn:aws:iam::${DEFAULT_ACCOUNT}:user/longshore-agent`, userId: `AIDA${randomText(random, BASE32, 16)}`, kind: 'agent' },
      now,
    );
  store.transact((tx) => {
    for (const key of [root, agent]) if (tx.get(accessKeys, key.accessKeyId) === undefined) tx.put(accessKeys, key);
  });
  return { root, agent };
}

/** Writes `credentials.json` (0600), replacing it whole: a reader never sees half a file. */
export function writeCredentials(dataDir: string, credentials: CredentialsFile): void {
  const path = join(dataDir, 'credentials.json');
  const temporary = `${path}.new`;
  writeFileSync(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** What seals texts under the master key. */
export interface TextSealer {
  sealText(text: string, bound: string): string;
  openText(sealed: string, bound: string): string | undefined;
}

const SECRET_BOUND = 'server-secret';

/**
 * The server's own secret (32 bytes, made on first use, its file 0600 and sealed): sessions and registry tokens rest on it. A file in
 * clear, of before there was sealing, is written again. Throws when it was sealed under another master key.
 */
export function loadServerSecret(dataDir: string, random: Random, sealer: TextSealer): Uint8Array {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'server-secret');
  const stored = existsSync(path) ? readFileSync(path) : undefined;
  if (stored !== undefined && stored.length > 32) {
    const text = sealer.openText(stored.toString('utf8').trim(), SECRET_BOUND);
    if (text === undefined) throw new Error(`${path} was sealed under another master key: put that key back, or remove the file, which ends all sessions`);
    return Buffer.from(text, 'base64');
  }
  const secret = stored?.length === 32 ? stored : random.bytes(32);
  writeFileSync(`${path}.new`, `${sealer.sealText(Buffer.from(secret).toString('base64'), SECRET_BOUND)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secret;
}
