// Whether a join token lets this host in.
import type { Activation } from '#model/activation.ts';
import type { JoinToken } from '#model/joined-host.ts';

/** Versions of the link (frames, joining) that this side speaks. */
export const LINK_VERSIONS = { oldest: 1, newest: 1 } as const;

/** As much as signatures allow. */
export const MAX_SKEW_MS = 5 * 60_000;

export interface JoinAttempt {
  /** True when the secret is the token's. */
  readonly secretMatches: boolean;
  /** As asked for: a name; undefined: whichever the token names. */
  readonly cluster?: string;
  readonly publicKeyHash: string;
  /** The host's clock, epoch milliseconds. */
  readonly clock: number;
  readonly linkVersion: number;
}

/** Names of refusals are part of the answer: agents and tests go by them. */
export type JoinRefusal =
  | 'InvalidActivation' | 'ActivationExpired' | 'RegistrationLimitReached' | 'InvalidToken' | 'TokenExpired' | 'TokenRevoked' | 'TokenUsed' | 'WrongCluster' | 'ClockSkew' | 'VersionMismatch';

export type JoinDecision =
  | { readonly ok: true; /** Undefined: a new host. */ readonly hostId: string | undefined }
  | { readonly ok: false; readonly refusal: JoinRefusal; readonly message: string };

/** HO1 to HO6. @param token undefined: there is none with that id */
export function decideJoin(token: JoinToken | undefined, attempt: JoinAttempt, now: number): JoinDecision {
  const version = checkLinkVersion(attempt.linkVersion);
  if (version !== undefined) return refuse('VersionMismatch', version);
  if (token === undefined || !attempt.secretMatches) return refuse('InvalidToken', 'this join token is not known here');
  if (token.revokedAt !== undefined) return refuse('TokenRevoked', `join token ${token.id} was revoked`);
  if (now >= token.expiresAt) return refuse('TokenExpired', `join token ${token.id} expired ${seconds(now - token.expiresAt)} ago: make a new one`);
  const skew = checkClock(attempt.clock, now);
  if (skew !== undefined) return refuse('ClockSkew', skew);
  if (attempt.cluster !== undefined && attempt.cluster !== token.clusterName) {
    return refuse('WrongCluster', `join token ${token.id} is for cluster ${token.clusterName}, not ${attempt.cluster}`);
  }
  if (token.used === undefined) return { ok: true, hostId: undefined };
  if (token.used.publicKeyHash === attempt.publicKeyHash) return { ok: true, hostId: token.used.hostId };
  return refuse('TokenUsed', `join token ${token.id} was used ${seconds(now - token.used.at)} ago by host ${token.used.hostId} at ${token.used.address}: a token lets one host in`);
}

/** The same for an activation (HO10), which lets as many hosts in as it says, into any cluster of its account. @param known host of the same key that it let in before */
export function decideActivation(activation: Activation | undefined, attempt: JoinAttempt, known: string | undefined, now: number): JoinDecision {
  const version = checkLinkVersion(attempt.linkVersion);
  if (version !== undefined) return refuse('VersionMismatch', version);
  if (activation === undefined || !attempt.secretMatches) return refuse('InvalidActivation', 'the activation is not known here, or its code is another one');
  if (now >= activation.expiresAt) return refuse('ActivationExpired', `activation ${activation.id} expired ${seconds(now - activation.expiresAt)} ago: make a new one`);
  const skew = checkClock(attempt.clock, now);
  if (skew !== undefined) return refuse('ClockSkew', skew);
  if (known !== undefined) return { ok: true, hostId: known };
  if (activation.registrationsCount >= activation.registrationLimit) return refuse('RegistrationLimitReached', `activation ${activation.id} has let ${activation.registrationsCount} machines in, and no more`);
  return { ok: true, hostId: undefined };
}

function checkClock(clock: number, now: number): string | undefined {
  const skewMs = clock - now;
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return undefined;
  return `the clock of this host is ${seconds(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} the control plane's: set it first (chrony, systemd-timesyncd)`;
}

/** What is wrong with a host's version of the link, or undefined. */
export function checkLinkVersion(version: number): string | undefined {
  const { oldest, newest } = LINK_VERSIONS;
  if (version >= oldest && version <= newest) return undefined;
  const advice = version > newest ? 'upgrade the control plane first' : 'upgrade this agent';
  return `this agent speaks version ${version} of the link, the control plane ${oldest === newest ? newest : `${oldest} to ${newest}`}: ${advice}`;
}

function refuse(refusal: JoinRefusal, message: string): JoinDecision {
  return { ok: false, refusal, message };
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
