// GetCallerIdentity: who signed this request. Every tool's first call; needs no permission and cannot fail.
import type { ApiContext } from '../context.ts';
import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from './shapes.ts';

export function getCallerIdentity(_input: GetCallerIdentityRequest, ctx: ApiContext): GetCallerIdentityResponse {
  const { userId, account, arn } = ctx.call.caller;
  return { UserId: userId, Account: account, Arn: arn };
}
