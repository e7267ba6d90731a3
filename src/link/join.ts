// Joining and renewing as both ends see it: `POST /_join` with a token, `POST /_join/renew` with the certificate in force.

export const JOIN_PATH = '/_join';
export const RENEW_PATH = '/_join/renew';
export const LEAVE_PATH = '/_join/leave';

/** What this agent speaks; the control plane's range is in core/host. */
export const LINK_VERSION = 1;

export interface JoinRequest {
  /** Id and secret of the join token, or id and code of the activation. */
  readonly entryId: string;
  readonly secret: string;
  /** The entry is an activation of ECS Anywhere. */
  readonly activation: boolean;
  /** Certificate request, PEM. */
  readonly request: string;
  /** Name of a cluster; absent: whichever the token names. */
  readonly cluster?: string;
  readonly hostName: string;
  /** Hash of what tells machines apart. */
  readonly machine: string;
  readonly agentVersion: string;
  readonly linkVersion: number;
  /** This host's clock, epoch milliseconds. */
  readonly clock: number;
  /** Who this host was before, with a signature of `rejoinProof` by its last private key, base64. */
  readonly previous?: { readonly hostId: string; readonly signature: string };
}

/** What a host that joins again signs with the key it had. */
export function rejoinProof(entryId: string, hostId: string, request: string): string {
  return `longshore rejoin\n${entryId}\n${hostId}\n${request}`;
}

export interface HostCertificate {
  /** PEM */
  readonly certificate: string;
  /** The authorities to believe the control plane by, PEM. */
  readonly authority: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface JoinAnswer extends HostCertificate {
  readonly hostId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly pool: 'cluster' | 'fargate';
  /** `mi-…` of a host that an activation let in. */
  readonly managedInstanceId?: string;
  /** `localhost:4566`: how image names of the registry begin. */
  readonly registryHost: string;
}

/** The body of a refusal. */
export interface JoinRefused {
  /** `TokenUsed`, `ClockSkew`… */
  readonly refusal: string;
  readonly message: string;
}
