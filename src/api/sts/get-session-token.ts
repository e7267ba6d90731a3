// GetSessionToken: temporary credentials of the user (or root) who asks. They may do what he may, except IAM and most of STS.
import { isRoot } from '../iam/asking.ts';
import type { StsContext } from './context.ts';
import { accessDenied, validationError } from './errors.ts';
import { viewCredentials } from './new-session.ts';
import type { GetSessionTokenRequest, GetSessionTokenResponse } from './shapes.ts';

const DEFAULT_S = 43_200;
const LEAST_S = 900;
const MOST_S = 129_600;
const ROOT_MOST_S = 3600;

export function getSessionToken(input: GetSessionTokenRequest, ctx: StsContext): GetSessionTokenResponse {
  const { caller } = ctx.call;
  if (caller.session !== undefined) throw accessDenied('Cannot call GetSessionToken with session credentials');
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw accessDenied('MultiFactorAuthentication failed: Longshore has no MFA devices.');
  const asked = input.DurationSeconds ?? DEFAULT_S;
  if (asked < LEAST_S || asked > MOST_S) {
    const bound = asked < LEAST_S ? `greater than or equal to ${LEAST_S}` : `less than or equal to ${MOST_S}`;
    throw validationError(`1 validation error detected: Value '${asked}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`);
  }
  const root = isRoot(caller);
  const seconds = root ? Math.min(asked, ROOT_MOST_S) : asked;
  const { account, arn, userId } = caller;
  const credentials = ctx.sessions.issue({
    account,
    arn,
    userId,
    session: {
      kind: root ? 'root' : 'user', issuerArn: arn, issuerId: userId, name: '', policyArns: [], tags: {}, transitiveTagKeys: [],
      issuedAt: ctx.now, expiresAt: ctx.now + seconds * 1000,
    },
  });
  return { Credentials: viewCredentials(credentials) };
}
