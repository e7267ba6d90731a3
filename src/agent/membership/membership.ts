// This host's membership while the agent runs: the certificate in force, renewed when two thirds of its life are over.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { renewAt } from '#core/host/certificate.ts';
import { LEAVE_PATH, LINK_VERSION, RENEW_PATH, type HostCertificate } from '#link/join.ts';
import { postJson, type CurrentTls, type TlsIdentity } from '#link/tls-client.ts';
import { removeIdentity, saveIdentity, type HostIdentity } from './identity-file.ts';
import { JoinRefusedError, readAnswer } from './join.ts';

export interface Membership {
  readonly identity: HostIdentity;
  readonly tls: CurrentTls;
  /** Gives the identity up at the control plane and here. */
  leave(): Promise<void>;
  close(): void;
}

export interface MembershipOptions {
  readonly identity: HostIdentity;
  readonly dataDir: string;
  readonly machine: string;
  readonly agentVersion: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY_MS = 60_000;
/** A renewal that was refused is not going to be granted a minute later. */
const REFUSED_RETRY_MS = 3_600_000;
/** Timers of Node hold 24 days at most; a clock that was set is noticed within this time. */
const LOOK_MS = 6 * 3_600_000;

/** Starts at once; a certificate that is due is renewed in the background. */
export function openMembership({ identity: first, dataDir, machine, agentVersion, clock, log }: MembershipOptions): Membership {
  let identity = first;
  let timer: Timer | undefined;
  let closed = false;
  const tls = (): TlsIdentity => ({ ca: identity.authority, cert: identity.certificate, key: identity.key });

  const later = (delayMs: number): void => {
    if (!closed) timer = clock.after(Math.min(Math.max(delayMs, 0), LOOK_MS), look);
  };
  const look = (): void => {
    if (clock.now() < renewAt(identity)) return later(renewAt(identity) - clock.now());
    renew().then(
      () => later(0),
      (error: unknown) => {
        const refused = error instanceof JoinRefusedError;
        log.error('certificate not renewed', { until: new Date(identity.notAfter).toISOString(), ...(refused && { refusal: error.refusal }), error: String(error) });
        later(refused ? REFUSED_RETRY_MS : RETRY_MS);
      },
    );
  };
  const renew = async (): Promise<void> => {
    const { makePrivateKey, makeRequest } = await import('#link/x509.ts');
    const key = await makePrivateKey();
    const body = JSON.stringify({ request: await makeRequest(key, identity.hostId), machine, agentVersion, linkVersion: LINK_VERSION });
    const { status, text } = await postJson(new URL(identity.server), RENEW_PATH, body, {}, tls());
    const answer = readAnswer<HostCertificate>(status, text);
    identity = { ...identity, ...answer, key };
    saveIdentity(dataDir, identity);
    log.info('certificate renewed', { host: identity.hostId, until: new Date(identity.notAfter).toISOString() });
  };

  later(0);
  return {
    get identity() {
      return identity;
    },
    tls,
    async leave() {
      const { status, text } = await postJson(new URL(identity.server), LEAVE_PATH, '{}', {}, tls());
      readAnswer(status, text);
      removeIdentity(dataDir);
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
