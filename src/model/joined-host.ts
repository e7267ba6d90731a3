// Hosts that join over a network: the tokens that let them in once, and what is kept of each afterwards.
import type { HostPool } from './container-instance.ts';
import { table } from './table.ts';

/** Where a joining host belongs. */
export interface HostPlace {
  readonly account: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  /** `fargate`: it runs FARGATE tasks of every account. */
  readonly pool: HostPool;
}

/** Lets one host in, once. Written by the join-token commands and by the join that uses it up. */
export interface JoinToken extends HostPlace {
  /** 12 hex digits; no secret. */
  readonly id: string;
  /** SHA-256 of the secret, hex: the secret itself is shown once and kept nowhere. */
  readonly secretHash: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt?: number;
  /** The EC2 instance it was made for: the host that comes with it is that instance. */
  readonly instanceId?: string;
  readonly used?: {
    readonly at: number;
    readonly hostId: string;
    /** SHA-256 of the public key, hex: the same host may ask again when the answer was lost. */
    readonly publicKeyHash: string;
    readonly address: string;
  };
}
export const joinTokens = table<JoinToken>('join_tokens', (token) => token.id, { account: (token) => token.account });

/** A host that holds a client certificate of ours. Written by joining, renewing and evicting. */
export interface JoinedHost extends HostPlace {
  /** 16 hex digits: the certificate's common name. */
  readonly id: string;
  readonly hostName: string;
  /** Hash of what tells machines apart; a copied data folder on another machine is known by it. */
  readonly machine: string;
  /** The one key that this host signs with. */
  readonly accessKeyId: string;
  /** SPKI, base64: who proves to hold its private key may join again under this id. */
  readonly publicKey: string;
  /** Serial of the certificate in force, upper-case hex. */
  readonly serial: string;
  /** The one before stays good until `previousUntil`: the answer with the new one may be lost. */
  readonly previousSerial?: string;
  readonly previousUntil?: number;
  readonly certificateExpiresAt: number;
  readonly joinedAt: number;
  readonly joinedFrom: string;
  readonly agentVersion: string;
  /** Of a host that is an EC2 instance of an instance driver. */
  readonly instanceId?: string;
  /** Of a host that an activation let in (ECS Anywhere). */
  readonly activationId?: string;
  readonly managedInstanceId?: string;
}
export const joinedHosts = table<JoinedHost>('joined_hosts', (host) => host.id, { account: (host) => host.account });
