// ClientRequestToken: the id of the version that a request makes, and what makes its repetition harmless.
import { uuid } from '#base/ids.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';

/** The token, or a new id for clients that send none. Throws ValidationException. */
export function requestToken(ctx: VaultContext, given: string | undefined): string {
  checkLimits([given, 'clientRequestToken', { minLength: 32, maxLength: 64 }]);
  return given ?? uuid(ctx.random);
}
