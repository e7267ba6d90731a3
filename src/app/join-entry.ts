// What lets a host in: a join token, or an activation of ECS Anywhere; and what using it up means.
import { hash, timingSafeEqual, verify } from 'node:crypto';
import { hexId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { decideActivation, decideJoin, type JoinAttempt, type JoinDecision, type JoinRefusal } from '#core/host/join.ts';
import { rejoinProof, type JoinRequest } from '#link/join.ts';
import { activations, managedInstances } from '#model/activation.ts';
import { arn } from '#model/arn.ts';
import { clusters } from '#model/cluster.ts';
import { joinedHosts, joinTokens, type HostPlace, type JoinedHost } from '#model/joined-host.ts';
import type { Reader, Transaction } from '#store/store.ts';

/** Refused, in words that both logs show. */
export class Refused extends Error {
  readonly refusal: JoinRefusal | 'InvalidRequest' | 'NotJoined' | 'CertificateRefused' | 'TlsRequired' | 'OtherMachine';
  constructor(refusal: Refused['refusal'], message: string) {
    super(message);
    this.refusal = refusal;
  }
}

export interface Entry {
  readonly place: HostPlace;
  /** Who this host is already, if it is known. */
  readonly hostId: string | undefined;
  /** Of a token that was made for an EC2 instance. */
  readonly instanceId?: string;
  /** Of an activation. */
  readonly managedInstanceId?: string;
  /** Writes that it was used. */
  spend(tx: Transaction, host: JoinedHost, now: number): void;
}

/** Throws Refused. @param publicKey SPKI, base64 */
export function admit(reader: Reader, asked: JoinRequest, publicKey: string, now: number, random: Random): Entry {
  return asked.activation ? byActivation(reader, asked, publicKey, now, random) : byToken(reader, asked, publicKey, now);
}

function byToken(reader: Reader, asked: JoinRequest, publicKey: string, now: number): Entry {
  const token = reader.get(joinTokens, asked.entryId);
  const attempt = attemptOf(asked, token?.secretHash, publicKey);
  const hostId = permitted(decideJoin(token, attempt, now));
  // decideJoin has said that it is there.
  const { id: _i, secretHash: _s, createdBy: _b, createdAt: _c, expiresAt: _e, revokedAt: _r, used: _u, instanceId, ...place } = token!;
  return {
    place,
    ...(instanceId !== undefined && { instanceId }),
    hostId: hostId ?? previousHost(reader, asked, place.clusterArn)?.id,
    spend: (tx, host, at) => tx.put(joinTokens, { ...token!, used: { at, hostId: host.id, publicKeyHash: attempt.publicKeyHash, address: host.joinedFrom } }),
  };
}

function byActivation(reader: Reader, asked: JoinRequest, publicKey: string, now: number, random: Random): Entry {
  const found = reader.get(activations, asked.entryId);
  const known = found && [...reader.by(joinedHosts, 'account', found.account)].find((host) => host.activationId === found.id && host.publicKey === publicKey);
  const counted = permitted(decideActivation(found, attemptOf(asked, found?.codeHash, publicKey), known?.id, now));
  const activation = found!;
  const { account, region } = activation;
  const clusterName = asked.cluster ?? 'default';
  const clusterArn = arn('ecs', region, account, `cluster/${clusterName}`);
  if (clusterName !== 'default' && reader.get(clusters, clusterArn)?.status !== 'ACTIVE') throw new Refused('WrongCluster', `there is no cluster ${clusterName} in ${region}`);
  const before = known ?? previousHost(reader, asked, clusterArn);
  const managedInstanceId = before?.managedInstanceId ?? `mi-${hexId(random, 17)}`;
  return {
    place: { account, region, clusterArn, clusterName, pool: 'cluster' },
    hostId: before?.id,
    managedInstanceId,
    spend(tx, host, at) {
      if (counted === undefined) tx.put(activations, { ...activation, registrationsCount: activation.registrationsCount + 1 });
      const { iamRole, tags, defaultInstanceName: name } = activation;
      const { joinedFrom: ipAddress, hostName: computerName, agentVersion } = host;
      tx.put(managedInstances, {
        id: managedInstanceId, account, region, activationId: activation.id, iamRole, tags, hostId: host.id, ipAddress, computerName, agentVersion, registeredAt: tx.get(managedInstances, managedInstanceId)?.registeredAt ?? at, ...(name !== undefined && { name }),
      });
    },
  };
}

/** Throws Refused. */
function permitted(decision: JoinDecision): string | undefined {
  if (!decision.ok) throw new Refused(decision.refusal, decision.message);
  return decision.hostId;
}

function attemptOf(asked: JoinRequest, secretHash: string | undefined, publicKey: string): JoinAttempt {
  return {
    secretMatches: timingSafeEqual(Buffer.from(hash('sha256', asked.secret, 'hex')), Buffer.from(secretHash ?? '0'.repeat(64))),
    publicKeyHash: hash('sha256', publicKey, 'hex'),
    clock: asked.clock,
    linkVersion: asked.linkVersion,
    ...(asked.cluster !== undefined && { cluster: asked.cluster }),
  };
}

/** The host that this one was, when it proves to hold its last private key: it keeps its container instance. */
function previousHost(reader: Reader, { entryId, request, previous }: JoinRequest, clusterArn: string): JoinedHost | undefined {
  const known = previous === undefined ? undefined : reader.get(joinedHosts, previous.hostId);
  if (known === undefined || previous === undefined || known.clusterArn !== clusterArn) return undefined;
  const key = { key: Buffer.from(known.publicKey, 'base64'), format: 'der' as const, type: 'spki' as const };
  return verify('sha256', Buffer.from(rejoinProof(entryId, known.id, request)), key, Buffer.from(previous.signature, 'base64')) ? known : undefined;
}
