// Who may sign: access keys of the store behind the wire's authenticator, and the one thing an agent may do that
// others may not: act in the account whose task it runs.
import type { Clock } from '#base/clock.ts';
import { accessKeys } from '#model/account.ts';
import type { Reader } from '#store/store.ts';
import { header } from '#wire/head.ts';
import { createAuthenticator, type Authenticate, type KeyLookup } from '#wire/sigv4/authenticator.ts';
import type { AuthMode } from './options.ts';

/** The agent names the account of the task it acts for here; refused from anybody else by being ignored. */
export const ACCOUNT_HEADER = 'x-longshore-account';

const ACCOUNT = /^\d{12}$/;

/** The authenticator over the store's access keys. */
export function createIdentity(store: Reader, clock: Clock, mode: AuthMode): Authenticate {
  const keys: KeyLookup = (accessKeyId) => {
    const key = store.get(accessKeys, accessKeyId);
    if (key === undefined) return undefined;
    return {
      secret: key.secretAccessKey,
      caller: { account: key.account, arn: key.principalArn, userId: key.userId, accessKeyId },
    };
  };
  const authenticate = createAuthenticator({ mode, keys, clock });
  return (request) => {
    const outcome = authenticate(request);
    if ('failure' in outcome) return outcome;
    const account = header(request.head, ACCOUNT_HEADER);
    if (account === undefined || !ACCOUNT.test(account)) return outcome;
    if (store.get(accessKeys, outcome.caller.accessKeyId)?.kind !== 'agent') return outcome;
    return { ...outcome, caller: { ...outcome.caller, account } };
  };
}
