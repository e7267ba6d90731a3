// The control plane as one thing: store, services, registry, logs, control loops and agent sessions behind one port.
import { mkdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { isOwnAddress } from '#agent/network/underlay-address.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { openControl, type Control, type ControlOptions } from '#control/control.ts';
import { hostTimes } from '#core/host/loss.ts';
import { openObjectFiles, type ObjectFiles } from '#objects/object-files.ts';
import { openRegistry, type Registry } from '#registry/registry.ts';
import { accessKeys } from '#model/account.ts';
import { joinedHosts } from '#model/joined-host.ts';
import type { Store } from '#store/store.ts';
import { openLogStore, type LogStoreHandle } from '#telemetry/log-store.ts';
import { openHostAuthority, type HostAuthority } from '#vault/host-authority.ts';
import { callRotationEndpoint } from '#vault/rotation-endpoint.ts';
import { startSecretChores } from '#vault/secret-chores.ts';
import type { Vault } from '#vault/vault.ts';
import { createAwsHandler } from '#wire/server.ts';
import { openAccess, type Access } from './access.ts';
import { openAuditTrail, type AuditTrail } from './audit-trail.ts';
import { createAccountsHandler } from './accounts.ts';
import { acceptAgents } from './agent-door.ts';
import { openDataBalancer } from './balancer.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, ensureFirstKeys, loadServerSecret, writeCredentials, type CredentialsFile, type FirstKeys } from './bootstrap.ts';
import { callHook } from './call-hook.ts';
import { createFrontDoor, sendJson, type HttpHandler } from './front-door.ts';
import { stateGauges } from './gauges.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createJoinAdminHandler } from './join-admin.ts';
import { createJoinHandler } from './join-door.ts';
import { openInstances } from './instances.ts';
import { openListener } from './listener.ts';
import { createMetrics } from './metrics.ts';
import type { TlsListen } from './listen-options.ts';
import type { ServerOptions } from './options.ts';
import { createRegistryJudge } from './registry-judge.ts';
import { createServices } from './services.ts';
import { createSpotAdminHandler } from './spot-admin.ts';
import { openState, type State } from './state.ts';
import { createPeers, peerOf, type Peers } from './peer.ts';
import { createTaskCredentials } from './task-credentials.ts';
import { openTlsListener, type TlsListener } from './tls-listener.ts';
import { createThrottle } from './throttle.ts';

export interface ControlPlaneDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface ControlPlane {
  /** `http://127.0.0.1:4566` */
  readonly url: string;
  readonly credentials: CredentialsFile;
  /** For other machines: where, and the SHA-256 of the certificate to believe. */
  readonly tls?: { readonly url: string; readonly fingerprint: string };
  /** Ends connections, waits for everything to be durable, closes all files. */
  close(): Promise<void>;
}

interface Parts extends ControlPlaneDeps {
  readonly options: ServerOptions;
  readonly state: State;
  readonly objects: ObjectFiles;
  readonly registry: Registry;
  readonly logs: LogStoreHandle;
  readonly vault: Vault;
  readonly control: Control;
  readonly access: Access;
  readonly audit: AuditTrail;
  readonly registryHost: string;
  readonly tls: { readonly listener: TlsListener; readonly authority: HostAuthority } | undefined;
}

/** Opens everything below `options.dataDir` and listens; resolves when requests are served. */
export async function openControlPlane(options: ServerOptions, deps: ControlPlaneDeps): Promise<ControlPlane> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const listener = await openListener(options.listen, options.port);
  const masterKey = { dataDir: options.dataDir, ...(options.masterKeyCommand !== undefined && { command: options.masterKeyCommand }) };
  const state = await openState(masterKey, deps);
  const keys = ensureFirstKeys(state.store, deps.random, deps.clock.now());
  await state.store.durable();
  const peers = createPeers(deps.random);
  const tls = options.tls === undefined ? undefined : await openTls(options, options.tls, deps, peers);
  const parts = await openParts(options, deps, { state, peers, tls, registryHost: `localhost:${listener.port}` });
  const url = `http://${options.listen}:${listener.port}`;
  const credentials = viewCredentials(url, keys);
  writeCredentials(options.dataDir, credentials);
  const housekeeping = startHousekeeping({ store: state.store, ...parts });
  const secretChores = startSecretChores({ ...deps, store: state.store, invoke: callRotationEndpoint });
  const balancer = openDataBalancer(options.dataDir, { ...deps, store: state.store });
  const door = createDoor(parts);
  for (const one of tls === undefined ? [listener] : [listener, tls.listener]) {
    acceptAgents(one.server, { ...parts, authenticate: parts.access.authenticate, joinedMachine: machineOfKey(state.store) });
    one.open(door);
  }
  const instances = openInstances({ ...deps, store: state.store, dataDir: options.dataDir, driver: options.instances ?? 'none', server: listener.server, port: listener.port, url, tls: tls === undefined ? undefined : { url: tls.listener.url, fingerprint: tls.authority.fingerprint } });
  return {
    url,
    credentials,
    ...(tls !== undefined && { tls: { url: tls.listener.url, fingerprint: tls.authority.fingerprint } }),
    async close() {
      housekeeping.stop();
      secretChores.stop();
      parts.control.close();
      await instances.close();
      await balancer.close();
      await Promise.all([listener.close(), tls?.listener.close()]);
      await Promise.all([parts.registry.close(), parts.logs.close(), parts.audit.close(), parts.objects.close()]);
      await state.store.close();
    },
  };
}

async function openTls(options: ServerOptions, listen: TlsListen, deps: ControlPlaneDeps, peers: Peers): Promise<NonNullable<Parts['tls']>> {
  const authority = await openHostAuthority({ dataDir: options.dataDir, clock: deps.clock, ...(listen.own !== undefined && { own: listen.own }) });
  return { authority, listener: await openTlsListener(listen, { ...deps, authority, peers }) };
}

type Opened = Pick<Parts, 'state' | 'tls' | 'registryHost'> & { readonly peers: Peers };

async function openParts(options: ServerOptions, deps: ControlPlaneDeps, opened: Opened): Promise<Parts> {
  const { state, tls, registryHost } = opened;
  const { store } = state;
  const { vault } = state;
  const secret = loadServerSecret(options.dataDir, deps.random, vault);
  const access = openAccess({ ...deps, store, secret, mode: options.auth, peers: opened.peers });
  const [registry, logs, objects, audit] = await Promise.all([
    openRegistry({ ...deps, store, dataDir: options.dataDir, tokenSecret: secret, relaxed: options.auth === 'relaxed', judge: createRegistryJudge(store, access.policies, deps.clock) }),
    openLogStore({ folder: join(options.dataDir, 'logs'), log: deps.log }),
    openObjectFiles(join(options.dataDir, 's3'), deps),
    openAuditTrail({ ...deps, store, dataDir: options.dataDir }),
  ]);
  const issueCredentials = createTaskCredentials({ ...deps, ...access, store, secret, recordAssumption: (of) => audit.recordAssumption(of) });
  const control = openControl({ ...hostLossOptions(options.hostLossAfterMs), ...deps, store, capacity: state.capacity, callHook, issueCredentials, isOwnAddress, registryHost, ...(options.scaleInAfterMs !== undefined && { scalingTimes: { scaleInAfterMs: options.scaleInAfterMs } }) });
  return { ...deps, options, state, tls, registryHost, registry, logs, objects, vault, control, access, audit };
}

/** What answers requests. */
function createDoor(parts: Parts): HttpHandler {
  const { options, state, registry, clock, random, log, access, tls } = parts;
  const tlsFacts = tls === undefined ? undefined : { url: tls.listener.url, fingerprint: tls.authority.fingerprint };
  const startedAt = clock.now();
  const metrics = createMetrics(stateGauges(state, clock, startedAt));
  const aws = createAwsHandler({
    services: createServices(parts),
    authenticate: access.authenticate,
    ...(access.authorize === undefined ? {} : { authorize: access.authorize }),
    ...(options.rateFactor === undefined ? {} : { throttle: createThrottle(state.store, options.rateFactor) }),
    record: (done) => parts.audit.record(done),
    clock,
    random,
    log,
    // What was seen or changed must survive a crash before it is told; undefined when it already does.
    beforeReply: () => (state.store.isDurable() ? undefined : state.store.durable()),
    observe: (o) => metrics.observeRequest(o.service ?? 'none', o.operation ?? 'none', o.errorCode ?? String(o.httpStatus), o.durationMs),
  });
  return createFrontDoor({
    aws,
    registry: (req, res) => registry.handle(req, res),
    health: (_req, res) => sendJson(res, 200, { status: 'ok', revision: state.store.revision, uptimeMs: clock.now() - startedAt, ...(tlsFacts !== undefined && { tls: tlsFacts }) }),
    accounts: createAccountsHandler({ store: state.store, authenticate: access.authenticate, clock, random }),
    spotAdmin: createSpotAdminHandler({ store: state.store, authenticate: access.authenticate, clock }),
    joinAdmin: createJoinAdminHandler({ store: state.store, authenticate: access.authenticate, clock, random, tls: tlsFacts }),
    join: tls === undefined ? refuseJoining : createJoinHandler({ store: state.store, authority: tls.authority, clock, random, log, registryHost: parts.registryHost }),
    metrics(req, res) {
      // They need no signature, and tell how much there is of everything.
      if (peerOf(req.socket) !== undefined) return sendJson(res, 403, { error: 'metrics are told on this machine only' });
      res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
      res.end(metrics.render());
    },
  });
}

function machineOfKey(store: Store): (accessKeyId: string) => string | undefined {
  return (accessKeyId) => {
    const hostId = store.get(accessKeys, accessKeyId)?.hostId;
    return hostId === undefined ? undefined : store.get(joinedHosts, hostId)?.machine;
  };
}

function hostLossOptions(afterMs: number | undefined): Pick<ControlOptions, 'hostLossMs' | 'times'> {
  if (afterMs === undefined) return {};
  const { heartbeatMs, silenceMs, lossMs } = hostTimes(afterMs);
  return { hostLossMs: lossMs, times: { heartbeatMs, silenceMs } };
}

/** Without a TLS address. */
function refuseJoining(_req: unknown, res: ServerResponse): void {
  sendJson(res, 403, { refusal: 'TlsRequired', message: 'this control plane listens on its own machine only: hosts join once it runs with --listen ADDRESS:4567' });
}

function viewCredentials(endpoint: string, keys: FirstKeys): CredentialsFile {
  const { root, agent } = keys;
  return {
    endpoint,
    account: DEFAULT_ACCOUNT,
    region: DEFAULT_REGION,
    accessKeyId: root.accessKeyId,
    secretAccessKey: root.secretAccessKey,
    agent: { accessKeyId: agent.accessKeyId, secretAccessKey: agent.secretAccessKey },
  };
}
