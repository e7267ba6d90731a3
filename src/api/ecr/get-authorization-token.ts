// GetAuthorizationToken: `AWS:<password>` in base64, good for twelve hours at every registry of the account.
import { registryHost, type EcrContext } from './context.ts';
import { validRegistryId } from './find-repository.ts';
import type { GetAuthorizationTokenRequest, GetAuthorizationTokenResponse, Shape } from './shapes.ts';
import { validCount } from './validate.ts';

const TOKEN_LIFETIME_MS = 12 * 3_600_000;

export function getAuthorizationToken(input: Shape<GetAuthorizationTokenRequest>, ctx: EcrContext): Shape<GetAuthorizationTokenResponse> {
  const registryIds = input.registryIds ?? [ctx.account];
  validCount('registryIds', registryIds, 1, 10);
  for (const registryId of registryIds) validRegistryId(ctx, registryId);
  const expiresAt = ctx.now + TOKEN_LIFETIME_MS;
  const password = ctx.issueToken({ account: ctx.account, principalArn: ctx.call.caller.arn, expiresAt, caller: ctx.call.caller });
  const data = {
    authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
    expiresAt: new Date(expiresAt),
    proxyEndpoint: `http://${registryHost(ctx)}`,
  };
  return { authorizationData: registryIds.map(() => data) };
}
