// OpenID Connect tokens: RS256 and ES256 signatures under the keys that the provider publishes, and the claims that STS asks for.
import { createPublicKey, verify } from 'node:crypto';
import type { webcrypto } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { OidcProvider } from '#model/identity.ts';

export interface WebClaims {
  readonly subject: string;
  readonly audience: string;
  readonly raw: Readonly<Record<string, unknown>>;
}

export type WebToken =
  | { readonly claims: WebClaims }
  | { readonly refused: 'malformed' | 'algorithm' | 'key' | 'signature' | 'issuer' | 'audience' | 'expired' | 'notYet' | 'unreachable' };

/** Verifies a token against a registered provider. */
export type VerifyWebToken = (token: string, provider: OidcProvider) => Promise<WebToken>;

/** Fetches JSON; rejects when there is none. The implementation bounds time and size and follows no redirects. */
export type FetchJson = (url: string) => Promise<unknown>;

interface Jwk {
  readonly kid: string | undefined;
  readonly key: webcrypto.JsonWebKey;
}

interface KeySet {
  readonly fetchedAt: number;
  readonly keys: readonly Jwk[];
}

const KEEP_MS = 300_000;
/** A key that is not known makes us look again, not more often than this. */
const AGAIN_MS = 10_000;
const SKEW_S = 300;

/** The verifier; key sets are remembered for five minutes. */
export function createWebTokenVerifier(deps: { readonly fetchJson: FetchJson; readonly clock: Clock }): VerifyWebToken {
  const sets = new Map<string, KeySet>();

  const keysOf = async (provider: OidcProvider, kid: string | undefined): Promise<readonly Jwk[]> => {
    const now = deps.clock.now();
    const known = sets.get(provider.url);
    const age = known === undefined ? Infinity : now - known.fetchedAt;
    if (known !== undefined && age < KEEP_MS && (age < AGAIN_MS || known.keys.some((key) => key.kid === kid))) return known.keys;
    const keys = await fetchKeys(deps.fetchJson, provider.url);
    sets.set(provider.url, { fetchedAt: now, keys });
    return keys;
  };

  return async (token, provider) => {
    const parts = parseToken(token);
    if (parts === undefined) return { refused: 'malformed' };
    if (parts.header['alg'] !== 'RS256' && parts.header['alg'] !== 'ES256') return { refused: 'algorithm' };
    const kid = text(parts.header['kid']);
    let keys: readonly Jwk[];
    try {
      keys = await keysOf(provider, kid);
    } catch {
      return { refused: 'unreachable' };
    }
    const fitting = keys.filter((key) => (kid === undefined || key.kid === kid) && key.key.kty === (parts.header['alg'] === 'RS256' ? 'RSA' : 'EC'));
    if (fitting.length === 0) return { refused: 'key' };
    if (!fitting.some((key) => signedBy(parts, key.key))) return { refused: 'signature' };
    return checkClaims(parts.claims, provider, deps.clock.now() / 1000);
  };
}

interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
}

function parseToken(token: string): TokenParts | undefined {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return undefined;
  const [header, claims] = [head, body].map(openPart);
  return header === undefined || claims === undefined ? undefined : { header, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

function openPart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function fetchKeys(fetchJson: FetchJson, url: string): Promise<readonly Jwk[]> {
  const configuration = (await fetchJson(`${url}/.well-known/openid-configuration`)) as { jwks_uri?: unknown };
  const uri = text(configuration?.jwks_uri) ?? '';
  // A provider over HTTPS must not send us elsewhere in the clear.
  if (!URL.canParse(uri) || new URL(uri).protocol !== new URL(url).protocol) throw new Error('jwks_uri is missing or of another scheme');
  const answer = (await fetchJson(uri)) as { keys?: unknown };
  const list: readonly unknown[] = Array.isArray(answer?.keys) ? answer.keys : [];
  return list.flatMap((key) => (typeof key === 'object' && key !== null ? [{ kid: text((key as Record<string, unknown>)['kid']), key: key as webcrypto.JsonWebKey }] : []));
}

function signedBy(parts: TokenParts, jwk: webcrypto.JsonWebKey): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return verify('sha256', Buffer.from(parts.signed), { key, dsaEncoding: 'ieee-p1363' }, parts.signature);
  } catch {
    return false;
  }
}

function checkClaims(claims: TokenParts['claims'], provider: OidcProvider, nowS: number): WebToken {
  const audiences = Array.isArray(claims['aud']) ? claims['aud'].filter((one) => typeof one === 'string') : [text(claims['aud']) ?? ''];
  const audience = text(claims['azp']) ?? audiences.find((one) => provider.clientIds.includes(one)) ?? '';
  const subject = text(claims['sub']);
  if (claims['iss'] !== provider.url) return { refused: 'issuer' };
  if (!provider.clientIds.includes(audience)) return { refused: 'audience' };
  if (subject === undefined || typeof claims['exp'] !== 'number' || typeof claims['iat'] !== 'number') return { refused: 'malformed' };
  if (claims['exp'] <= nowS) return { refused: 'expired' };
  if (claims['iat'] > nowS + SKEW_S || (typeof claims['nbf'] === 'number' && claims['nbf'] > nowS + SKEW_S)) return { refused: 'notYet' };
  return { claims: { subject, audience, raw: claims } };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
