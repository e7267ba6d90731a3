// The userIdentity element of an event record: Root, IAMUser, AssumedRole, or, for calls without a signature, WebIdentityUser.
// Source: "CloudTrail userIdentity element" in the CloudTrail user guide.
import type { Caller, CallerSession } from '#wire/call.ts';

/** JSON text. */
export function renderUserIdentity(caller: Caller): string {
  return JSON.stringify(userIdentity(caller));
}

function userIdentity(caller: Caller): object {
  const { account, arn, userId, accessKeyId, session } = caller;
  const common = { principalId: userId, arn, accountId: account, accessKeyId };
  if (session?.kind === 'role') return { type: 'AssumedRole', ...common, sessionContext: { sessionIssuer: issuer(session, account), ...attributes(session) } };
  const user = arn.endsWith(':root') ? { type: 'Root', ...common } : { type: 'IAMUser', ...common, userName: nameOf(arn) };
  return session === undefined ? user : { ...user, sessionContext: attributes(session) };
}

function issuer({ issuerArn, issuerId }: CallerSession, account: string): object {
  return { type: 'Role', principalId: issuerId, arn: issuerArn, accountId: issuerArn.split(':')[4] ?? account, userName: nameOf(issuerArn) };
}

function attributes(session: CallerSession): object {
  return { attributes: { creationDate: `${new Date(session.issuedAt).toISOString().slice(0, 19)}Z`, mfaAuthenticated: 'false' } };
}

/** Who came with a token of an identity provider; the answer says who that was. */
export function renderWebIdentity(answer: { readonly Provider?: string; readonly Audience?: string; readonly SubjectFromWebIdentityToken?: string }): string {
  const { Provider: provider = '', Audience: audience = '', SubjectFromWebIdentityToken: subject = '' } = answer;
  return JSON.stringify({ type: 'WebIdentityUser', principalId: `${provider}:${audience}:${subject}`, userName: subject, identityProvider: provider });
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
