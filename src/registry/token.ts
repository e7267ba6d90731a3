// The registry's own credentials: tokens of GetAuthorizationToken and signed download addresses. Stateless: an HMAC says it all.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Caller } from '#wire/call.ts';

export interface RegistryTokenClaims {
  /** Twelve digits: the registry it opens. */
  readonly account: string;
  /** Who asked for it. */
  readonly principalArn: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** As he was when he asked, his session's limits included: what he may do is decided at each use. */
  readonly caller?: Caller;
}

export type VerifiedToken = { readonly is: 'valid'; readonly claims: RegistryTokenClaims } | { readonly is: 'expired' } | { readonly is: 'invalid' };

/** The password that goes with the user name `AWS`. */
export function issueRegistryToken(secret: Uint8Array, claims: RegistryTokenClaims): string {
  const payload = Buffer.from(JSON.stringify([1, claims.account, claims.principalArn, claims.expiresAt, claims.caller ?? null])).toString('base64url');
  return `${payload}.${mac(secret, 'token', payload)}`;
}

/** What a password says, if we issued it. `now` in epoch milliseconds. */
export function verifyRegistryToken(secret: Uint8Array, token: string, now: number): VerifiedToken {
  const dot = token.indexOf('.');
  const payload = token.slice(0, Math.max(dot, 0));
  if (dot < 0 || !equal(mac(secret, 'token', payload), token.slice(dot + 1))) return { is: 'invalid' };
  const [version, account, principalArn, expiresAt, caller] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [number, string, string, number, Caller?];
  if (version !== 1) return { is: 'invalid' };
  return expiresAt <= now ? { is: 'expired' } : { is: 'valid', claims: { account, principalArn, expiresAt, ...(caller ? { caller } : {}) } };
}

/** Query that opens one blob of one repository until `expiresAt`, for GetDownloadUrlForLayer. */
export function signDownload(secret: Uint8Array, repositoryArn: string, digest: string, expiresAt: number): string {
  const signature = mac(secret, 'download', `${repositoryArn}@${digest}@${expiresAt}`);
  return new URLSearchParams({ 'x-longshore-expires': String(expiresAt), 'x-longshore-signature': signature }).toString();
}

/** Whether the query was made by `signDownload` for this blob and has not expired. */
export function isSignedDownload(secret: Uint8Array, repositoryArn: string, digest: string, query: URLSearchParams, now: number): boolean {
  const expiresAt = Number(query.get('x-longshore-expires'));
  const expected = mac(secret, 'download', `${repositoryArn}@${digest}@${expiresAt}`);
  return expiresAt > now && equal(expected, query.get('x-longshore-signature') ?? '');
}

function mac(secret: Uint8Array, use: string, text: string): string {
  return createHmac('sha256', secret).update(`longshore-registry-${use}\n${text}`).digest('base64url');
}

function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
