// Who sends a request: looks the access key up and verifies the signature, or, relaxed, believes what it is told.
import type { Clock } from '#base/clock.ts';
import type { Caller } from '../call.ts';
import type { RequestHead } from '../head.ts';
import { authFailure, type AuthFailure } from './auth-failure.ts';
import { parseSignature, type Signature } from './signature.ts';
import type { ChunkSigning } from '../payload.ts';
import { createSigningKeys, signingKey } from './signing-keys.ts';
import { verifySignature, type SigningRules } from './verify.ts';

export interface KnownKey {
  readonly secret: string;
  readonly caller: Caller;
  /** Epoch milliseconds after which a temporary key is refused as expired; absent for lasting keys. */
  readonly expiresAtMs?: number;
}

/** A session token comes with temporary keys only; a look-up must not find such a key without its right token. */
export type KeyLookup = (accessKeyId: string, sessionToken: string | undefined) => KnownKey | undefined;

export interface AuthRequest {
  readonly head: RequestHead;
  readonly body: Uint8Array;
  readonly rules: SigningRules;
  /** For a body that is read later: what the request says its hash is. */
  readonly declaredHash?: string | undefined;
}

export interface Authenticated {
  readonly caller: Caller;
  /** Of the credential scope. */
  readonly region: string;
  /** When the body comes in signed pieces. */
  readonly chunkSigning?: ChunkSigning;
}

export type Authenticate = (request: AuthRequest) => Authenticated | AuthFailure;

export interface AuthenticatorOptions {
  /** `relaxed` accepts any key and any signature, even none: for development only. */
  readonly mode: 'strict' | 'relaxed';
  readonly keys: KeyLookup;
  readonly clock: Clock;
  /** Relaxed: the account of a key that is neither known nor twelve digits. Default 000000000000. */
  readonly defaultAccount?: string;
  /** Relaxed and unsigned: the region. Default us-east-1. */
  readonly defaultRegion?: string;
}

const ACCOUNT = /^\d{12}$/;

/** The `authenticate` of a handler. Session tokens reach the look-up; derived signing keys are cached inside. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  return options.mode === 'strict' ? strict(options) : relaxed(options);
}

function strict(options: AuthenticatorOptions): Authenticate {
  const keys = createSigningKeys();
  return ({ head, body, rules, declaredHash }) => {
    const signature = parseSignature(head);
    if (signature === undefined) return authFailure('missing', 'Request is missing Authentication Token');
    if ('failure' in signature) return signature;
    const nowMs = options.clock.now();
    const known = options.keys(signature.accessKeyId, signature.sessionToken);
    if (known === undefined) return authFailure('unknown-key', 'The security token included in the request is invalid.');
    const refused = verifySignature({ head, body, signature, secret: known.secret, nowMs, rules, keys, declaredHash });
    if (refused !== undefined) return refused;
    if (known.expiresAtMs !== undefined && known.expiresAtMs <= nowMs) {
      return authFailure('expired-token', 'The security token included in the request is expired');
    }
    if (declaredHash?.startsWith('STREAMING-AWS4-HMAC-SHA256') !== true) return { caller: known.caller, region: signature.region };
    const { scope, time, signature: seed } = signature;
    return { caller: known.caller, region: signature.region, chunkSigning: { key: signingKey(known.secret, scope), seed, time, scope } };
  };
}

function relaxed(options: AuthenticatorOptions): Authenticate {
  const defaultAccount = options.defaultAccount ?? '000000000000';
  const defaultRegion = options.defaultRegion ?? 'us-east-1';
  return ({ head }) => {
    const parsed = parseSignature(head);
    const signature: Signature | undefined = parsed === undefined || 'failure' in parsed ? undefined : parsed;
    const accessKeyId = signature?.accessKeyId ?? '';
    const region = signature === undefined || signature.region === '' ? defaultRegion : signature.region;
    const known = signature === undefined ? undefined : options.keys(accessKeyId, signature.sessionToken);
    const caller = known?.caller ?? rootCaller(ACCOUNT.test(accessKeyId) ? accessKeyId : defaultAccount, accessKeyId);
    return { caller, region };
  };
}

/** The root of an account, as GetCallerIdentity would show it. */
export function rootCaller(account: string, accessKeyId: string): Caller {
  return { account, arn: `arn:aws:iam::${account}:root`, userId: account, accessKeyId };
}
