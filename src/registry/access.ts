// Who may do what under /v2/: basic credentials to a principal, and a principal's reach.
import type { Caller } from '#wire/call.ts';
import { OciError } from './oci-error.ts';
import { verifyRegistryToken } from './token.ts';

/** Who is calling. Without an account (relaxed mode): anybody, and may reach everything. */
export interface RegistryPrincipal {
  readonly account?: string;
  readonly arn?: string;
  /** Of a token: whose policies are asked. */
  readonly caller?: Caller;
}

/** What the policies of a caller say: why he may not, in AWS's words, or undefined. Filled in by app/. */
export type Judge = (caller: Caller, action: string, repositoryArn: string, sourceIp: string) => string | undefined;

/** Throws OciError UNAUTHORIZED or DENIED. `authorization` is the header's value. */
export type Authorize = (authorization: string | undefined) => RegistryPrincipal;

export interface AuthorizerOptions {
  readonly tokenSecret: Uint8Array;
  /** Accept any credentials and none. */
  readonly relaxed: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The authorizer of tokens from GetAuthorizationToken. */
export function tokenAuthorizer({ tokenSecret, relaxed, now }: AuthorizerOptions): Authorize {
  if (relaxed) return () => ({});
  return (authorization) => {
    const password = basicPassword(authorization);
    if (password === undefined) throw unauthorized('no basic auth credentials');
    const verified = verifyRegistryToken(tokenSecret, password, now());
    if (verified.is === 'expired') throw new OciError('DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
    if (verified.is === 'invalid') throw unauthorized('Not Authorized');
    const { account, principalArn, caller } = verified.claims;
    return { account, arn: principalArn, ...(caller === undefined ? {} : { caller }) };
  };
}

/** Throws DENIED, as ECR does, when the principal's token belongs to another account. */
export function requireAccount(principal: RegistryPrincipal, owner: string, repositoryArn: string, action: string): void {
  if (principal.account === undefined || principal.account === owner) return;
  throw new OciError(
    'DENIED',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${repositoryArn} because no resource-based policy allows the ${action} action`,
  );
}

/** Throws DENIED when the policies of the token's holder do not allow this. */
export function requireAllowed(judge: Judge | undefined, { caller }: RegistryPrincipal, repositoryArn: string, action: string, sourceIp: string): void {
  const refusal = caller === undefined ? undefined : judge?.(caller, action, repositoryArn, sourceIp);
  if (refusal !== undefined) throw new OciError('DENIED', refusal);
}

function unauthorized(message: string): OciError {
  return new OciError('UNAUTHORIZED', message, {
    headers: { 'WWW-Authenticate': 'Basic realm="Longshore",service="ecr.amazonaws.com"' },
  });
}

function basicPassword(authorization: string | undefined): string | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString();
  return decoded.startsWith('AWS:') ? decoded.slice('AWS:'.length) : undefined;
}
