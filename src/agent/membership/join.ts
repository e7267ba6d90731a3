// Joins this host to a control plane with a one-time token: believes the server by the fingerprint in the token, sends a certificate
// request, and keeps what comes back. Done again with the same token after a crash, it gets the same answer.
import { createPrivateKey, sign } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { JOIN_PATH, LINK_VERSION, rejoinProof, type JoinAnswer, type JoinRefused, type JoinRequest } from '#link/join.ts';
import { parseJoinToken } from '#link/join-token.ts';
import { findAuthority, postJson } from '#link/tls-client.ts';
import { loadPending, saveIdentity, savePending, type HostIdentity } from './identity-file.ts';

/** What lets this host in. */
export interface JoinEntry {
  readonly id: string;
  readonly secret: string;
  readonly activation: boolean;
  /** SHA-256 of the authority to believe; undefined: any that this machine believes. */
  readonly fingerprint: string | undefined;
}

/** Throws JoinRefusedError for a text that is no join token. */
export function entryOfToken(text: string): JoinEntry {
  const token = parseJoinToken(text);
  if (token === undefined) throw new JoinRefusedError('InvalidToken', 'that is not a join token: ./longshore join-token create prints one');
  return { ...token, activation: false };
}

export interface JoinOptions {
  readonly server: string;
  readonly entry: JoinEntry;
  /** Name; undefined: the token's. */
  readonly cluster: string | undefined;
  readonly dataDir: string;
  readonly hostName: string;
  readonly machine: string;
  readonly agentVersion: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who this host was before: it keeps its container instance. */
  readonly previous?: HostIdentity | undefined;
}

/** The control plane said no; its name for why is `refusal`. */
export class JoinRefusedError extends Error {
  readonly refusal: string;
  constructor(refusal: string, message: string) {
    super(message);
    this.refusal = refusal;
  }
}

/** Rejects with JoinRefusedError, TlsRefusal, or a network error; nothing is kept then but the key that was made for this token. */
export async function joinControlPlane(options: JoinOptions): Promise<HostIdentity> {
  const { dataDir, entry, log } = options;
  const server = new URL(options.server);
  if (server.protocol !== 'https:') throw new JoinRefusedError('TlsRequired', `a host joins over TLS: --server https://…, not ${options.server}`);
  const { makePrivateKey, makeRequest } = await import('#link/x509.ts');
  const trust = entry.fingerprint === undefined ? {} : { ca: await findAuthority(server, entry.fingerprint) };
  const pending = loadPending(dataDir);
  const key = pending?.entryId === entry.id ? pending.key : await makePrivateKey();
  // Before it is sent: when the answer is lost, the same key gets it again.
  savePending(dataDir, { entryId: entry.id, key });
  const request = await makeRequest(key, options.hostName);
  const asked: JoinRequest = {
    entryId: entry.id,
    secret: entry.secret,
    activation: entry.activation,
    request,
    hostName: options.hostName,
    machine: options.machine,
    agentVersion: options.agentVersion,
    linkVersion: LINK_VERSION,
    clock: options.clock.now(),
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    ...previousOf(options.previous, entry.id, request),
  };
  const { status, text } = await postJson(server, JOIN_PATH, JSON.stringify(asked), {}, trust);
  const answer = readAnswer(status, text);
  const identity: HostIdentity = { ...answer, server: server.origin, key };
  saveIdentity(dataDir, identity);
  log.info('joined', { host: answer.hostId, server: server.origin, cluster: answer.cluster, certificateUntil: new Date(answer.notAfter).toISOString() });
  return identity;
}

function previousOf(previous: HostIdentity | undefined, entryId: string, request: string): Pick<JoinRequest, 'previous'> | undefined {
  if (previous === undefined) return undefined;
  const signature = sign('sha256', Buffer.from(rejoinProof(entryId, previous.hostId, request)), createPrivateKey(previous.key)).toString('base64');
  return { previous: { hostId: previous.hostId, signature } };
}

/** @throws JoinRefusedError */
export function readAnswer<T = JoinAnswer>(status: number, text: string): T {
  const value = parse(text);
  if (status === 200) return value as T;
  const { refusal = `HTTP${status}`, message = text } = value as Partial<JoinRefused>;
  throw new JoinRefusedError(refusal, message);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
