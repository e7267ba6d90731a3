// Temporary credentials without rows: the session token is what they were issued with, sealed under the server's secret; the secret
// key follows from the key's id. Whoever holds the server's secret can tell both; nobody else can make or change one.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { Caller, CallerSession } from '#wire/call.ts';
import { uniqueId } from '../iam/context.ts';

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
}

export interface SessionGrant {
  readonly account: string;
  /** As GetCallerIdentity is to report it. */
  readonly arn: string;
  readonly userId: string;
  readonly session: CallerSession;
}

export interface OpenedSession {
  readonly secret: string;
  readonly caller: Caller;
  readonly expiresAtMs: number;
}

export interface Sessions {
  issue(grant: SessionGrant): SessionCredentials;
  /** The session of a key and its token; undefined when they are not ours or not each other's. Expired ones are opened too. */
  open(accessKeyId: string, sessionToken: string): OpenedSession | undefined;
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Opened tokens that are remembered; then all are forgotten at once. */
const CACHE_MAX = 10_000;

/** @param deps.secret the server's own, 32 bytes */
export function createSessions(deps: { readonly secret: Uint8Array; readonly random: Random; readonly clock: Clock }): Sessions {
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', deps.secret, '', `longshore ${purpose}`, 32));
  const tokenKey = derive('session tokens');
  const secretKey = derive('session secrets');
  const opened = new Map<string, OpenedSession>();

  const secretOf = (accessKeyId: string): string => createHmac('sha256', secretKey).update(accessKeyId).digest('base64').slice(0, 40);

  const unseal = (accessKeyId: string, token: string): OpenedSession | undefined => {
    const grant = openToken(tokenKey, accessKeyId, token);
    if (grant === undefined) return undefined;
    const { session, ...rest } = grant;
    return { secret: secretOf(accessKeyId), caller: { ...rest, accessKeyId, session }, expiresAtMs: session.expiresAt };
  };

  return {
    issue(grant) {
      const accessKeyId = uniqueId(deps.random, 'ASIA');
      const sessionToken = sealToken(tokenKey, deps.random.bytes(IV_BYTES), accessKeyId, grant);
      return { accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken, expiresAt: grant.session.expiresAt };
    },
    open(accessKeyId, sessionToken) {
      const known = opened.get(sessionToken);
      if (known !== undefined) return known.caller.accessKeyId === accessKeyId ? known : undefined;
      const found = unseal(accessKeyId, sessionToken);
      if (found === undefined) return undefined;
      if (opened.size >= CACHE_MAX) opened.clear();
      opened.set(sessionToken, found);
      return found;
    },
  };
}

function sealToken(key: Buffer, iv: Uint8Array, accessKeyId: string, grant: SessionGrant): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(accessKeyId));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(grant), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), sealed]).toString('base64');
}

function openToken(key: Buffer, accessKeyId: string, token: string): SessionGrant | undefined {
  const bytes = Buffer.from(token, 'base64');
  const start = 1 + IV_BYTES + TAG_BYTES;
  // One token has one spelling.
  if (bytes.length <= start || bytes[0] !== VERSION || bytes.toString('base64') !== token) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(accessKeyId));
    decipher.setAuthTag(bytes.subarray(1 + IV_BYTES, start));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]).toString('utf8')) as SessionGrant;
  } catch {
    return undefined;
  }
}
