// Who may sign: access keys of the store and sessions of STS behind the wire's authenticator, and the one thing an agent may do that
// others may not: act in the account whose task it runs.
import type { Clock } from '#base/clock.ts';
import type { KeyUse } from '#api/iam/context.ts';
import type { Sessions } from '#api/sts/sessions.ts';
import { checkSerial } from '#core/host/certificate.ts';
import { accessKeys, type AccessKey } from '#model/account.ts';
import { joinedHosts, type JoinedHost } from '#model/joined-host.ts';
import type { Reader } from '#store/store.ts';
import { header } from '#wire/head.ts';
import { authFailure } from '#wire/sigv4/auth-failure.ts';
import { createAuthenticator, type Authenticate, type KeyLookup, type KnownKey } from '#wire/sigv4/authenticator.ts';
import type { AuthMode } from './listen-options.ts';
import type { Peer, Peers } from './peer.ts';

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
  /** Whose certificate a request came with; absent: nobody comes over TLS. */
  readonly peers?: Peers;
}

/** The authenticator over the store's access keys and the sessions issued by STS. An inactive key is as good as unknown. */
export function createIdentity({ store, sessions, clock, mode, peers }: IdentityDeps): Identity {
  const uses = new Map<string, KeyUse>();
  // One caller for each row, not for each request: what others know of a caller they find again by it.
  const known = new WeakMap<AccessKey, KnownKey>();

  const keys: KeyLookup = (accessKeyId, sessionToken) => {
    if (sessionToken !== undefined) return sessions.open(accessKeyId, sessionToken);
    const key = store.get(accessKeys, accessKeyId);
    if (key === undefined || key.inactive === true) return undefined;
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = { secret: key.secretAccessKey, caller: { account: key.account, arn: key.principalArn, userId: key.userId, accessKeyId } }));
    return found;
  };

  const authenticateKey = createAuthenticator({ mode, keys, clock });

  const authenticate: Authenticate = (request) => {
    const outcome = authenticateKey(request);
    if ('failure' in outcome) return outcome;
    const { caller, region } = outcome;
    // Relaxed, keys may be any text: those are not remembered.
    if (mode === 'strict' && caller.session === undefined) uses.set(caller.accessKeyId, { at: clock.now(), service: request.rules.signingNames[0] ?? '', region });
    const key = caller.session === undefined ? store.get(accessKeys, caller.accessKeyId) : undefined;
    if (key?.kind !== 'agent') return outcome;
    const host = key.hostId === undefined ? undefined : store.get(joinedHosts, key.hostId);
    const problem = certificateProblem(key, host, peers?.read(request.head), clock.now());
    if (problem !== undefined) return authFailure('unknown-key', problem);
    const account = header(request.head, ACCOUNT_HEADER);
    // A host of a cluster acts in that cluster's account; those of the pool in every account.
    if (account === undefined || !ACCOUNT.test(account) || host?.pool === 'cluster') return outcome;
    return { ...outcome, caller: { ...caller, account } };
  };

  return { authenticate, lastUse: (accessKeyId) => uses.get(accessKeyId) };
}

/**
 * A host's key alone is worth nothing: it must come with the host's certificate. The key of the local agent, which needs none, is good on
 * this machine only.
 */
function certificateProblem(key: AccessKey, host: JoinedHost | undefined, peer: Peer | undefined, now: number): string | undefined {
  if (key.hostId === undefined) return peer === undefined ? undefined : "The key of the control plane's own agent is good on its machine only.";
  if (host === undefined) return `Host ${key.hostId} is not known here any more.`;
  if (peer?.kind === 'refused') return `The certificate of host ${host.id} is not good: ${peer.reason}.`;
  if (peer?.kind !== 'host') return `The key of host ${host.id} is good with its certificate only.`;
  if (peer.hostId !== host.id) return `The key of host ${host.id} came with the certificate of host ${peer.hostId}.`;
  const problem = checkSerial(host, peer.serial, now);
  return problem === undefined ? undefined : `Host ${host.id}: ${problem}.`;
}
