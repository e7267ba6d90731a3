// Where hosts join: `POST /_join` with a token gives a client certificate and a key to sign with; `/_join/renew` a newer certificate;
// `/_join/leave` ends the identity. All over TLS; the last two with the certificate in force.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#base/clock.ts';
import { hexId } from '#base/ids.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { CERTIFICATE_LIFE_MS, checkSerial, withCertificate } from '#core/host/certificate.ts';
import { checkLinkVersion } from '#core/host/join.ts';
import { LEAVE_PATH, RENEW_PATH, type HostCertificate, type JoinAnswer } from '#link/join.ts';
import { readRequest } from '#link/x509.ts';
import { accessKeys } from '#model/account.ts';
import { managedInstances } from '#model/activation.ts';
import { joinedHosts, type JoinedHost } from '#model/joined-host.ts';
import type { Store } from '#store/store.ts';
import type { HostAuthority } from '#vault/host-authority.ts';
import { readBody } from '#wire/body.ts';
import { newAccessKey } from './bootstrap.ts';
import { sendJson, type HttpHandler } from './front-door.ts';
import { admit, Refused } from './join-entry.ts';
import { parseJoinRequest, parseRenewRequest, type RenewInput } from './join-input.ts';
import { peerOf } from './peer.ts';

export interface JoinDoorDeps {
  readonly store: Store;
  readonly authority: HostAuthority;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** `localhost:4566` */
  readonly registryHost: string;
  /** Default a week. */
  readonly certificateLifeMs?: number;
}

const MAX_BODY_BYTES = 32 * 1024;

/** Answers `/_join…`. */
export function createJoinHandler(deps: JoinDoorDeps): HttpHandler {
  return (req, res) => {
    readBody(req, req.headers['content-length'], MAX_BODY_BYTES, (outcome, body) => {
      if (outcome === 'truncated') return;
      if (outcome === 'too-large') return sendJson(res, 413, { refusal: 'InvalidRequest', message: 'the request is too large' });
      void answer(deps, req, res, body);
    });
  };
}

async function answer(deps: JoinDoorDeps, req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void> {
  const path = (req.url ?? '').split('?', 1)[0];
  const address = req.socket.remoteAddress ?? '';
  try {
    if (req.method !== 'POST') throw new Refused('InvalidRequest', 'joining is a POST');
    const told = path === RENEW_PATH ? await renew(deps, req, body) : path === LEAVE_PATH ? leave(deps, req) : await join(deps, req, body);
    await deps.store.durable();
    sendJson(res, 200, told);
  } catch (error) {
    if (!(error instanceof Refused)) {
      deps.log.error('joining failed', { from: address, error: String(error) });
      return sendJson(res, 500, { refusal: 'ServerError', message: 'the control plane could not do it: its log says why' });
    }
    deps.log.warn('host refused', { from: address, refusal: error.refusal, message: error.message });
    sendJson(res, error.refusal === 'InvalidRequest' ? 400 : 403, { refusal: error.refusal, message: error.message });
  }
}

async function join(deps: JoinDoorDeps, req: IncomingMessage, body: Buffer): Promise<JoinAnswer> {
  const { store, clock, random, log, authority } = deps;
  if (peerOf(req.socket) === undefined) throw new Refused('TlsRequired', 'a host joins over TLS: use the https address of the control plane');
  const asked = parseJoinRequest(body);
  if (asked === undefined) throw new Refused('InvalidRequest', 'this is no request to join');
  const publicKey = await readRequest(asked.request);
  if (publicKey === undefined) throw new Refused('InvalidRequest', 'the certificate request is not signed by the key it is for, or the key is not P-256');
  const hostId = admit(store, asked, publicKey, clock.now(), random).hostId ?? hexId(random, 16);
  const issued = await authority.issueHost(hostId, publicKey, deps.certificateLifeMs ?? CERTIFICATE_LIFE_MS);
  // Meanwhile another host may have used the token: asked again, and written in the same transaction.
  const { host, secretAccessKey } = store.transact((tx) => {
    const entry = admit(tx, asked, publicKey, clock.now(), random);
    const now = clock.now();
    const known = tx.get(joinedHosts, hostId);
    const { account } = entry.place;
    const owner = { account, principalArn: `arn:aws:iam::${account}:user/longshore-host-${hostId}`, userId: `AIDA${hostId.toUpperCase()}`, kind: 'agent' as const };
    const key = (known && tx.get(accessKeys, known.accessKeyId)) ?? { ...newAccessKey(random, owner, now), hostId };
    const joined: JoinedHost = {
      ...entry.place,
      id: hostId,
      hostName: asked.hostName,
      machine: asked.machine,
      agentVersion: asked.agentVersion,
      accessKeyId: key.accessKeyId,
      publicKey,
      serial: issued.serial,
      certificateExpiresAt: issued.notAfter,
      joinedAt: known?.joinedAt ?? now,
      joinedFrom: req.socket.remoteAddress ?? '',
      ...(entry.instanceId !== undefined && { instanceId: entry.instanceId }),
      ...(entry.managedInstanceId !== undefined && { activationId: asked.entryId, managedInstanceId: entry.managedInstanceId }),
    };
    entry.spend(tx, joined, now);
    tx.put(accessKeys, key);
    tx.put(joinedHosts, joined);
    return { host: joined, secretAccessKey: key.secretAccessKey };
  });
  log.info('host joined', { host: hostId, hostName: host.hostName, from: host.joinedFrom, cluster: host.clusterName, by: asked.entryId });
  const { accessKeyId, account, region, clusterName: cluster, pool, managedInstanceId } = host;
  return { ...certificateAnswer(deps, issued), hostId, accessKeyId, secretAccessKey, account, region, cluster, pool, registryHost: deps.registryHost, ...(managedInstanceId !== undefined && { managedInstanceId }) };
}

async function renew(deps: JoinDoorDeps, req: IncomingMessage, body: Buffer): Promise<HostCertificate> {
  const { store, clock, log, authority } = deps;
  const asked: RenewInput | undefined = parseRenewRequest(body);
  if (asked === undefined) throw new Refused('InvalidRequest', 'this is no request for a newer certificate');
  const publicKey = await readRequest(asked.request);
  if (publicKey === undefined) throw new Refused('InvalidRequest', 'the certificate request is not signed by the key it is for, or the key is not P-256');
  const version = checkLinkVersion(asked.linkVersion);
  if (version !== undefined) throw new Refused('VersionMismatch', version);
  const { host } = callingHost(deps, req);
  if (asked.machine !== host.machine) throw otherMachine(host, asked.machine);
  const issued = await authority.issueHost(host.id, publicKey, deps.certificateLifeMs ?? CERTIFICATE_LIFE_MS);
  store.transact((tx) => {
    const { host: current, shown } = callingHost(deps, req);
    const next = { serial: issued.serial, publicKey, expiresAt: issued.notAfter };
    tx.put(joinedHosts, { ...withCertificate(current, shown, next, clock.now()), agentVersion: asked.agentVersion });
  });
  log.info('host certificate renewed', { host: host.id, hostName: host.hostName, until: new Date(issued.notAfter).toISOString() });
  return certificateAnswer(deps, issued);
}

/** Its key and certificate are worth nothing from now on. */
function leave(deps: JoinDoorDeps, req: IncomingMessage): object {
  const { host } = callingHost(deps, req);
  deps.store.transact((tx) => {
    tx.delete(joinedHosts, host.id);
    tx.delete(accessKeys, host.accessKeyId);
    if (host.managedInstanceId !== undefined) tx.delete(managedInstances, host.managedInstanceId);
  });
  deps.log.info('host left', { host: host.id, hostName: host.hostName });
  return { hostId: host.id };
}

/** The host whose certificate the connection shows, and that certificate's serial. Throws Refused. */
function callingHost({ store, clock }: JoinDoorDeps, req: IncomingMessage): { host: JoinedHost; shown: string } {
  const peer = peerOf(req.socket);
  if (peer?.kind === 'refused') throw new Refused('CertificateRefused', `the certificate of this host is not good: ${peer.reason}. Join again with a new token`);
  if (peer?.kind !== 'host') throw new Refused('CertificateRefused', 'show the certificate of this host');
  const host = store.get(joinedHosts, peer.hostId);
  if (host === undefined) throw new Refused('NotJoined', `host ${peer.hostId} is not known here any more: join again with a new token`);
  const problem = checkSerial(host, peer.serial, clock.now());
  if (problem !== undefined) throw new Refused('CertificateRefused', `host ${host.id}: ${problem}. Join again with a new token`);
  return { host, shown: peer.serial };
}

function otherMachine(host: JoinedHost, machine: string): Refused {
  return new Refused('OtherMachine', `the identity of host ${host.id} (${host.hostName}) belongs to machine ${host.machine}, not ${machine}: this data folder is a copy. Remove it and join with a token of its own`);
}

function certificateAnswer({ authority }: JoinDoorDeps, issued: { certificate: string; notBefore: number; notAfter: number }): HostCertificate {
  const { certificate, notBefore, notAfter } = issued;
  return { certificate, notBefore, notAfter, authority: authority.serverAuthority };
}
