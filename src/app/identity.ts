// Who may sign: access keys of the store and sessions of STS behind the wire's authenticator, and the one thing an agent may do that
// others may not: act in the account whose task it runs.
import type { Clock } from '#base/clock.ts';
import type { KeyUse } from '#api/iam/context.ts';
import type { Sessions } from '#api/sts/sessions.ts';
import { accessKeys } from '#model/account.ts';
import type { Reader } from '#store/store.ts';
import { header } from '#wire/head.ts';
import { createAuthenticator, type Authenticate, type KeyLookup } from '#wire/sigv4/authenticator.ts';
import type { AuthMode } from './options.ts';

/** The agent names the account of the task it acts for here; refused from anybody else by being ignored. */
export const ACCOUNT_HEADER = 'x-longshore-account';

const ACCOUNT = /^\d{12}$/;

export interface Identity {
  readonly authenticate: Authenticate;
  /** When a lasting key last signed something, since the process began. */
  readonly lastUse: (accessKeyId: string) => KeyUse | undefined;
}

export interface IdentityDeps {
  readonly store: Reader;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly mode: AuthMode;
}

/** The authenticator over the store's access keys and the sessions issued by STS. An inactive key is as good as unknown. */
export function createIdentity({ store, sessions, clock, mode }: IdentityDeps): Identity {
  const uses = new Map<string, KeyUse>();

  const keys: KeyLookup = (accessKeyId, sessionToken) => {
    if (sessionToken !== undefined) return sessions.open(accessKeyId, sessionToken);
    const key = store.get(accessKeys, accessKeyId);
    if (key === undefined || key.inactive === true) return undefined;
    return {
      secret: key.secretAccessKey,
      caller: { account: key.account, arn: key.principalArn, userId: key.userId, accessKeyId },
    };
  };

  const authenticateKey = createAuthenticator({ mode, keys, clock });

  const authenticate: Authenticate = (request) => {
    const outcome = authenticateKey(request);
    if ('failure' in outcome) return outcome;
    const { caller, region } = outcome;
    // Relaxed, keys may be any text: those are not remembered.
    if (mode === 'strict' && caller.session === undefined) uses.set(caller.accessKeyId, { at: clock.now(), service: request.rules.signingNames[0] ?? '', region });
    const account = header(request.head, ACCOUNT_HEADER);
    if (account === undefined || !ACCOUNT.test(account)) return outcome;
    if (store.get(accessKeys, caller.accessKeyId)?.kind !== 'agent') return outcome;
    return { ...outcome, caller: { ...caller, account } };
  };

  return { authenticate, lastUse: (accessKeyId) => uses.get(accessKeyId) };
}
