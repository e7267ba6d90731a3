// AssumeRoleWithWebIdentity: a token of a registered OpenID Connect provider in place of a signature.
import { decide } from '#core/access/decide.ts';
import type { Principal } from '#core/access/principal.ts';
import { oidcProviders, type OidcProvider } from '#model/identity.ts';
import type { AwsError } from '#wire/aws-error.ts';
import type { Role } from '../iam/find.ts';
import type { StsContext } from './context.ts';
import { accessDenied, expiredToken, idpCommunication, invalidIdentityToken } from './errors.ts';
import { issueRoleSession, roleOfArn, validDuration, validLimits, validRoleArn, validSessionName } from './new-session.ts';
import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from './shapes.ts';
import type { WebClaims, WebToken } from './web-token.ts';

export async function assumeRoleWithWebIdentity(input: AssumeRoleWithWebIdentityRequest, ctx: StsContext): Promise<AssumeRoleWithWebIdentityResponse> {
  const roleArn = validRoleArn(input.RoleArn);
  const name = validSessionName(input.RoleSessionName);
  const token = input.WebIdentityToken ?? '';
  const account = roleArn.split(':')[4] ?? '';
  const provider = providerOf(ctx, account, token);
  const verified = await ctx.verifyWebToken(token, provider);
  if ('refused' in verified) throw refusal(verified.refused);
  // Read after the wait: the role may have changed meanwhile.
  const role = roleOfArn(ctx.store, roleArn);
  if (role === undefined || !trusts(ctx, role, provider, verified.claims, name)) throw accessDenied('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const seconds = validDuration(input.DurationSeconds, role.role.maxSessionSeconds);
  const limits = validLimits(ctx, role.account, input);
  const issued = issueRoleSession(ctx, { role, name, seconds, limits, tags: {}, transitiveTagKeys: [] });
  return { ...issued, SubjectFromWebIdentityToken: verified.claims.subject, Provider: provider.arn, Audience: verified.claims.audience };
}

/** The provider that the token says it is from, if the role's account has registered it. */
function providerOf(ctx: StsContext, account: string, token: string): OidcProvider {
  let issuer: unknown;
  try {
    issuer = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))?.iss;
  } catch {
    throw refusal('malformed');
  }
  for (const provider of ctx.store.by(oidcProviders, 'account', account)) if (provider.url === issuer) return provider;
  throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${String(issuer)}`);
}

function trusts(ctx: StsContext, role: Role, provider: OidcProvider, claims: WebClaims, sessionName: string): boolean {
  const who: Principal = { kind: 'webIdentity', account: '', arn: '', name: provider.arn };
  const values = new Map<string, readonly string[]>([
    ['aws:federatedprovider', [provider.arn]],
    ['aws:currenttime', [new Date(ctx.now).toISOString()]],
    ['aws:sourceip', [ctx.call.sourceIp]],
    ['sts:rolesessionname', [sessionName]],
    [`${provider.host}:aud`.toLowerCase(), [claims.audience]],
  ]);
  for (const name of ['sub', 'email', 'amr', 'oaud', 'azp']) {
    const value = claims.raw[name];
    const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    if (list.length > 0) values.set(`${provider.host}:${name}`.toLowerCase(), list.map(String));
  }
  const policy = { id: role.arn, policy: ctx.policies.compiled(role.role, role.role.trust, 'trust') };
  const bearing = { identity: [], resource: { account: role.account, policy, required: true } };
  const request = { action: 'sts:AssumeRoleWithWebIdentity', resource: role.arn, context: (key: string) => values.get(key) };
  return decide(who, request, bearing).allowed;
}

type Refused = Extract<WebToken, { refused: unknown }>['refused'];

function refusal(refused: Refused): AwsError {
  if (refused === 'expired') return expiredToken('Token expired: current date/time must be before the expiration date/time');
  if (refused === 'unreachable') return idpCommunication("Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements");
  return invalidIdentityToken(MESSAGES[refused]);
}

const MESSAGES: Readonly<Record<Exclude<Refused, 'expired' | 'unreachable'>, string>> = {
  malformed: 'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  algorithm: 'The ID Token is signed with an algorithm that is not supported; RS256 and ES256 are.',
  key: "Couldn't find the key that signed the ID Token among those of your identity provider",
  signature: 'The ID Token signature is not valid',
  issuer: 'The issuer of the ID Token is not the registered provider',
  audience: 'Incorrect token audience',
  notYet: 'The ID Token is not valid yet',
};
