// `/_admin/join-tokens` and `/_admin/hosts`: what an account's root does about hosts that join over the network. Signed in the name of the
// service `longshore`; AWS has no such calls.
import { hash } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { hexId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { endWithHost } from '#core/task/stop.ts';
import { renderJoinToken } from '#link/join-token.ts';
import { accessKeys } from '#model/account.ts';
import { managedInstances } from '#model/activation.ts';
import { arn } from '#model/arn.ts';
import { clusters } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { joinedHosts, joinTokens, type JoinToken } from '#model/joined-host.ts';
import { tasks } from '#model/task.ts';
import type { Store } from '#store/store.ts';
import { readBody } from '#wire/body.ts';
import { header, readHead } from '#wire/head.ts';
import type { Authenticate, Authenticated } from '#wire/sigv4/authenticator.ts';
import { DEFAULT_ACCOUNT } from './bootstrap.ts';
import { sendJson, type HttpHandler } from './front-door.ts';

export interface JoinAdminDeps {
  readonly store: Store;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: nobody can join, as the control plane listens on loopback only. */
  readonly tls: { readonly url: string; readonly fingerprint: string } | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const RULES = { signingNames: ['longshore'] };
const MAX_BODY_BYTES = 4096;
const HOUR_MS = 3_600_000;
const MAX_TTL_MS = 30 * 24 * HOUR_MS;
/** Used, revoked and expired tokens are listed for so long. */
const REMEMBER_MS = 7 * 24 * HOUR_MS;

/** Answers `/_admin/join-tokens[/ID]` and `/_admin/hosts[/ID]`. */
export function createJoinAdminHandler(deps: JoinAdminDeps): HttpHandler {
  return (req, res) => {
    const head = readHead(req);
    readBody(req, header(head, 'content-length'), MAX_BODY_BYTES, (outcome, body) => {
      if (outcome === 'truncated') return;
      if (outcome === 'too-large') return sendJson(res, 413, { error: 'the request is too large' });
      const asker = deps.authenticate({ head, body, rules: RULES });
      if ('failure' in asker) return sendJson(res, 403, { error: asker.message });
      const { caller } = asker;
      if (caller.arn !== `arn:aws:iam::${caller.account}:root` || caller.session !== undefined) return sendJson(res, 403, { error: "only an account's root lets hosts in" });
      const [, , noun = '', id] = head.path.split('/');
      const { status, body: told } = act(deps, asker, `${head.method} ${noun}`, id, body);
      void deps.store.durable().then(
        () => sendJson(res, status, told),
        () => sendJson(res, 500, { error: 'the change could not be stored' }),
      );
    });
  };
}

function act(deps: JoinAdminDeps, asker: Authenticated, what: string, id: string | undefined, body: Buffer): Answer {
  switch (what) {
    case 'POST join-tokens':
      return create(deps, asker, body);
    case 'GET join-tokens':
      return { status: 200, body: { tokens: [...deps.store.by(joinTokens, 'account', asker.caller.account)].map((token) => view(token, deps.clock.now())) } };
    case 'DELETE join-tokens':
      return revoke(deps, asker, id ?? '');
    case 'GET hosts':
      return { status: 200, body: { hosts: listHosts(deps, asker.caller.account) } };
    case 'DELETE hosts':
      return evict(deps, asker, id ?? '');
    default:
      return { status: 404, body: { error: 'there is nothing here' } };
  }
}

function create({ store, clock, random, tls }: JoinAdminDeps, { caller, region }: Authenticated, body: Buffer): Answer {
  if (tls === undefined) return refuse(409, 'this control plane listens on this machine only\n  do this:  ./longshore down, then ./longshore up --listen ADDRESS:4567');
  const { cluster = 'default', ttlMs = HOUR_MS, pool = 'cluster' } = parse(body);
  if (!Number.isInteger(ttlMs) || ttlMs < 1000 || ttlMs > MAX_TTL_MS) return refuse(400, 'a token lives from a second to thirty days');
  if (pool !== 'cluster' && pool !== 'fargate') return refuse(400, 'the pool is cluster or fargate');
  if (pool === 'fargate' && caller.account !== DEFAULT_ACCOUNT) return refuse(403, `hosts of the Fargate pool serve every account: only the root of account ${DEFAULT_ACCOUNT} lets them in`);
  const now = clock.now();
  const clusterArn = arn('ecs', region, caller.account, `cluster/${cluster}`);
  const secret = hexId(random, 64);
  return store.transact((tx) => {
    if (tx.get(clusters, clusterArn)?.status !== 'ACTIVE' && cluster !== 'default') {
      return refuse(404, `there is no cluster ${cluster} in ${region}\n  do this:  ./longshore aws ecs create-cluster --cluster-name ${cluster}`);
    }
    for (const old of tx.by(joinTokens, 'account', caller.account)) if (old.expiresAt + REMEMBER_MS < now) tx.delete(joinTokens, old.id);
    const token: JoinToken = {
      id: hexId(random, 12), secretHash: hash('sha256', secret, 'hex'), account: caller.account, region, clusterArn, clusterName: cluster, pool, createdBy: caller.arn, createdAt: now, expiresAt: now + ttlMs,
    };
    tx.put(joinTokens, token);
    return { status: 200, body: { ...view(token, now), token: renderJoinToken({ id: token.id, secret, fingerprint: tls.fingerprint }), server: tls.url, fingerprint: tls.fingerprint } };
  });
}

function revoke({ store, clock }: JoinAdminDeps, { caller }: Authenticated, id: string): Answer {
  return store.transact((tx) => {
    const token = tx.get(joinTokens, id);
    if (token === undefined || token.account !== caller.account) return refuse(404, `there is no join token ${id}`);
    const revoked = token.revokedAt === undefined ? { ...token, revokedAt: clock.now() } : token;
    tx.put(joinTokens, revoked);
    return { status: 200, body: view(revoked, clock.now()) };
  });
}

function view({ id, clusterName, region, pool, createdAt, expiresAt, revokedAt, used }: JoinToken, now: number): object {
  const state = revokedAt !== undefined ? 'revoked' : used !== undefined ? 'used' : now >= expiresAt ? 'expired' : 'valid';
  return { id, state, cluster: clusterName, region, pool, createdAt, expiresAt, ...(used !== undefined && { usedBy: used.hostId, usedFrom: used.address, usedAt: used.at }) };
}

function listHosts({ store }: JoinAdminDeps, account: string): object[] {
  return [...store.by(joinedHosts, 'account', account)].map(({ id, hostName, clusterName, region, pool, joinedAt, joinedFrom, certificateExpiresAt, agentVersion, accessKeyId }) => {
    const principal = store.get(accessKeys, accessKeyId)?.principalArn;
    const instance = [...store.all(containerInstances)].find((row) => row.registeredBy === principal && row.status !== 'INACTIVE');
    return { id, name: hostName, cluster: clusterName, region, pool, joinedAt, joinedFrom, certificateExpiresAt, agentVersion, ...(instance !== undefined && { containerInstanceArn: instance.arn, agentConnected: instance.agentConnected }) };
  });
}

/** For a host that is not to come back: its key and certificate are worth nothing, its instance is INACTIVE, its tasks count as ended. */
function evict({ store, clock }: JoinAdminDeps, { caller }: Authenticated, id: string): Answer {
  return store.transact((tx) => {
    const host = tx.get(joinedHosts, id);
    if (host === undefined || host.account !== caller.account) return refuse(404, `there is no host ${id}`);
    const principal = tx.get(accessKeys, host.accessKeyId)?.principalArn;
    for (const instance of tx.all(containerInstances)) {
      if (instance.registeredBy !== principal || instance.status === 'INACTIVE') continue;
      for (const task of tx.by(tasks, 'host', instance.arn)) tx.put(tasks, endWithHost(task, { stopCode: 'TerminationNotice', reason: 'The host was evicted.' }, clock.now()));
      tx.put(containerInstances, { ...instance, status: 'INACTIVE', agentConnected: false, version: instance.version + 1 });
    }
    tx.delete(joinedHosts, id);
    tx.delete(accessKeys, host.accessKeyId);
    if (host.managedInstanceId !== undefined) tx.delete(managedInstances, host.managedInstanceId);
    return { status: 200, body: { id, name: host.hostName } };
  });
}

function refuse(status: number, error: string): Answer {
  return { status, body: { error } };
}

function parse(body: Buffer): { cluster?: string; ttlMs?: number; pool?: string } {
  try {
    const { cluster, ttlMs, pool } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    return { ...(typeof cluster === 'string' && { cluster }), ...(typeof ttlMs === 'number' && { ttlMs }), ...(typeof pool === 'string' && { pool }) };
  } catch {
    return {};
  }
}
