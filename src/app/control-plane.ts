// The control plane as one thing: store, services, registry, logs, control loops and agent sessions behind one port.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { openControl, type Control } from '#control/control.ts';
import { openRegistry, type Registry } from '#registry/registry.ts';
import { openLogStore, type LogStoreHandle } from '#telemetry/log-store.ts';
import { openDirectoryVault } from '#vault/master-key.ts';
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
import { openListener } from './listener.ts';
import { createMetrics } from './metrics.ts';
import type { ServerOptions } from './options.ts';
import { createRegistryJudge } from './registry-judge.ts';
import { createServices } from './services.ts';
import { openState, type State } from './state.ts';
import { createTaskCredentials } from './task-credentials.ts';
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
  /** Ends connections, waits for everything to be durable, closes all files. */
  close(): Promise<void>;
}

interface Parts extends ControlPlaneDeps {
  readonly options: ServerOptions;
  readonly state: State;
  readonly registry: Registry;
  readonly logs: LogStoreHandle;
  readonly vault: Vault;
  readonly control: Control;
  readonly access: Access;
  readonly audit: AuditTrail;
}

/** Opens everything below `options.dataDir` and listens; resolves when requests are served. */
export async function openControlPlane(options: ServerOptions, deps: ControlPlaneDeps): Promise<ControlPlane> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const listener = await openListener(options.listen, options.port);
  const state = await openState(options.dataDir, deps.clock, deps.log);
  const keys = ensureFirstKeys(state.store, deps.random, deps.clock.now());
  await state.store.durable();
  const parts = await openParts(options, deps, state, listener.port);
  const url = `http://${options.listen}:${listener.port}`;
  const credentials = viewCredentials(url, keys);
  writeCredentials(options.dataDir, credentials);
  const housekeeping = startHousekeeping({ store: state.store, ...parts });
  const secretChores = startSecretChores({ ...deps, store: state.store, invoke: callRotationEndpoint });
  const balancer = openDataBalancer(options.dataDir, { ...deps, store: state.store });
  acceptAgents(listener.server, { ...parts, authenticate: parts.access.authenticate });
  listener.open(createDoor(parts));
  return {
    url,
    credentials,
    async close() {
      housekeeping.stop();
      secretChores.stop();
      parts.control.close();
      await balancer.close();
      await listener.close();
      await Promise.all([parts.registry.close(), parts.logs.close(), parts.audit.close()]);
      await state.store.close();
    },
  };
}

async function openParts(options: ServerOptions, deps: ControlPlaneDeps, state: State, port: number): Promise<Parts> {
  const { store } = state;
  const vault = openDirectoryVault({ dataDir: options.dataDir, ...(options.masterKeyCommand !== undefined && { command: options.masterKeyCommand }) }, store, deps.random);
  const secret = loadServerSecret(options.dataDir, deps.random);
  const access = openAccess({ ...deps, store, secret, mode: options.auth });
  const [registry, logs, audit] = await Promise.all([
    openRegistry({ ...deps, store, dataDir: options.dataDir, tokenSecret: secret, relaxed: options.auth === 'relaxed', judge: createRegistryJudge(store, access.policies, deps.clock) }),
    openLogStore({ folder: join(options.dataDir, 'logs'), log: deps.log }),
    openAuditTrail({ ...deps, store, dataDir: options.dataDir }),
  ]);
  const issueCredentials = createTaskCredentials({ ...deps, ...access, store, secret });
  const control = openControl({ ...deps, store, capacity: state.capacity, callHook, issueCredentials, registryHost: `localhost:${port}` });
  return { ...deps, options, state, registry, logs, vault, control, access, audit };
}

/** What answers requests. */
function createDoor(parts: Parts): HttpHandler {
  const { options, state, registry, clock, random, log, access } = parts;
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
    health: (_req, res) => sendJson(res, 200, { status: 'ok', revision: state.store.revision, uptimeMs: clock.now() - startedAt }),
    accounts: createAccountsHandler({ store: state.store, authenticate: access.authenticate, clock, random }),
    metrics(_req, res) {
      res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
      res.end(metrics.render());
    },
  });
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
