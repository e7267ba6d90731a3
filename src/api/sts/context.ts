// What STS handlers get beside their input.
import type { AwsCall } from '#wire/call.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import type { Policies } from '../iam/policies.ts';
import type { VerifyWebToken } from './web-token.ts';
import type { Sessions } from './sessions.ts';

export interface StsDeps extends ApiDeps {
  readonly policies: Policies;
  readonly sessions: Sessions;
  readonly verifyWebToken: VerifyWebToken;
}

export interface StsContext extends ApiContext {
  readonly policies: Policies;
  readonly sessions: Sessions;
  readonly verifyWebToken: VerifyWebToken;
}

/** The context of one call. */
export function stsContext(deps: StsDeps, call: AwsCall): StsContext {
  const { policies, sessions, verifyWebToken } = deps;
  return { ...apiContext(deps, call), policies, sessions, verifyWebToken };
}
