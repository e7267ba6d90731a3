// The control plane as one thing: store, services, registry, logs, control loops and agent sessions behind one port.
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { openControl, type Control } from '#control/control.ts';
import { openRegistry, type Registry } from '#registry/registry.ts';
import { openLogStore, type LogStoreHandle } from '#telemetry/log-store.ts';
import { createAwsHandler } from '#wire/server.ts';
import type { Authenticate } from '#wire/sigv4/authenticator.ts';
import { acceptAgents } from './agent-door.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, ensureFirstKeys, loadServerSecret, writeCredentials, type CredentialsFile } from './bootstrap.ts';
import { createFrontDoor, sendJson, type HttpHandler } from './front-door.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createIdentity } from './identity.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { stateGauges } from './gauges.ts';
import type { ServerOptions } from './options.ts';
import { createServices } from './services.ts';
import { openState, type State } from './state.ts';

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
  readonly control: Control;
  readonly authenticate: Authenticate;
}

/** Opens everything below `options.dataDir` and listens; resolves when requests are served. */
export async function openControlPlane(options: ServerOptions, deps: ControlPlaneDeps): Promise<ControlPlane> {
  const { clock, random, log } = deps;
  const startedAt = clock.now();
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const state = await openState(options.dataDir, clock, log);
  const keys = ensureFirstKeys(state.store, random, clock.now());
  await state.store.durable();
  const registry = await openRegistry({
    store: state.store,
    dataDir: options.dataDir,
    tokenSecret: loadServerSecret(options.dataDir, random),
    relaxed: options.auth === 'relaxed',
    clock,
    random,
    log,
  });
  const logs = await openLogStore({ folder: join(options.dataDir, 'logs'), log });
  const control = openControl({ store: state.store, clock, random, log });
  const authenticate = createIdentity(state.store, clock, options.auth);
  const parts: Parts = { ...deps, options, state, registry, logs, control, authenticate };
  const server = serve(parts, startedAt);
  await listen(server, options);
  const url = `http://${options.listen}:${(server.address() as AddressInfo).port}`;
  const credentials: CredentialsFile = {
    endpoint: url,
    account: DEFAULT_ACCOUNT,
    region: DEFAULT_REGION,
    accessKeyId: keys.root.accessKeyId,
    secretAccessKey: keys.root.secretAccessKey,
    agent: { accessKeyId: keys.agent.accessKeyId, secretAccessKey: keys.agent.secretAccessKey },
  };
  writeCredentials(options.dataDir, credentials);
  const housekeeping = startHousekeeping({ registry, clock, log });
  return {
    url,
    credentials,
    async close() {
      housekeeping.stop();
      control.close();
      await closeServer(server);
      await Promise.all([registry.close(), logs.close()]);
      await state.store.close();
    },
  };
}

function serve(parts: Parts, startedAt: number): Server {
  const { state, registry, clock, random, log, authenticate, control } = parts;
  const metrics = createMetrics(stateGauges(state, clock, startedAt));
  const aws = createAwsHandler({
    services: createServices(parts),
    authenticate,
    clock,
    random,
    log,
    beforeReply: () => durableYet(state),
    observe: (o) => metrics.observeRequest(o.service ?? 'none', o.operation ?? 'none', o.errorCode ?? String(o.httpStatus), o.durationMs),
  });
  const server = createServer(
    { keepAliveTimeout: 75_000, noDelay: true },
    createFrontDoor({
      aws,
      registry: (req, res) => registry.handle(req, res),
      health: (_req, res) => sendJson(res, 200, { status: 'ok', revision: state.store.revision, uptimeMs: clock.now() - startedAt }),
      metrics: metricsHandler(metrics),
    }),
  );
  // Pushes of large layers take as long as they take.
  server.requestTimeout = 0;
  acceptAgents(server, { authenticate, control, log });
  return server;
}

/** What was seen or changed must survive a crash before it is told; undefined when it already does. */
function durableYet({ store }: State): Promise<void> | undefined {
  return store.isDurable() ? undefined : store.durable();
}

function metricsHandler(metrics: Metrics): HttpHandler {
  return (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    res.end(metrics.render());
  };
}

function listen(server: Server, options: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.listen, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
