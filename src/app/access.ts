// Identity and access of the control plane as one thing: who signs, what sessions there are, who may do what.
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import { createPolicies, type Policies } from '#api/iam/policies.ts';
import { createSessions, type Sessions } from '#api/sts/sessions.ts';
import { createWebTokenVerifier, type VerifyWebToken } from '#api/sts/web-token.ts';
import type { Reader } from '#store/store.ts';
import { createAuthorizer, type Authorize } from './authorize.ts';
import { fetchJson } from './fetch-json.ts';
import { createIdentity, type Identity } from './identity.ts';
import type { AuthMode } from './listen-options.ts';
import type { Peers } from './peer.ts';

export interface Access extends Identity {
  readonly policies: Policies;
  readonly sessions: Sessions;
  readonly verifyWebToken: VerifyWebToken;
  /** Undefined in relaxed mode: everybody may do everything. */
  readonly authorize: Authorize | undefined;
}

export interface AccessDeps {
  readonly store: Reader;
  /** The server's own, 32 bytes. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly mode: AuthMode;
  readonly peers: Peers;
}

export function openAccess(deps: AccessDeps): Access {
  const policies = createPolicies();
  const sessions = createSessions(deps);
  return {
    policies,
    sessions,
    verifyWebToken: createWebTokenVerifier({ fetchJson, clock: deps.clock }),
    authorize: deps.mode === 'relaxed' ? undefined : createAuthorizer(deps.store, policies),
    ...createIdentity({ ...deps, sessions }),
  };
}
