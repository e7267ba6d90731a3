// A registry and the ECR API on one random port, as app/ joins them, for tests that speak HTTP to it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { createEcrService } from '#api/ecr/service.ts';
import type { Clock } from '#base/clock.ts';
import { silentLogger, type Logger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { repositories, repositoryArn, type Repository } from '#model/repository.ts';
import { TABLES } from '#model/tables.ts';
import { openRegistry, type Registry, type RegistryOptions } from '#registry/registry.ts';
import { openStore } from '#store/memory-store.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import type { Store } from '#store/store.ts';
import { createAuthenticator } from '#wire/sigv4/authenticator.ts';
import { createAwsHandler } from '#wire/server.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
export const TOKEN_SECRET = new Uint8Array(32).fill(7);

export interface RegistryServer {
  readonly port: number;
  readonly url: string;
  readonly dataDir: string;
  readonly store: Store;
  readonly registry: Registry;
  readonly server: Server;
  /** `/v2/<account>.dkr.ecr.<region>/<name>` */
  base(name: string): string;
  addRepository(name: string, changes?: Partial<Repository>): Repository;
  close(): Promise<void>;
}

export interface RegistryServerOptions extends Partial<Pick<RegistryOptions, 'relaxed' | 'graceMs' | 'uploadMaxAgeMs' | 'lanes'>> {
  readonly store?: Store;
  readonly dataDir?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** Starts one; `close` removes its directory unless it was given. Relaxed unless said otherwise. */
export async function startRegistry(options: RegistryServerOptions = {}): Promise<RegistryServer> {
  const { relaxed = true, clock = systemClock, log = silentLogger, store: given, dataDir: givenDir, ...rest } = options;
  const dataDir = givenDir ?? (await mkdtemp(join(tmpdir(), 'longshore-registry-')));
  const store = given ?? (await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows: true }));
  const registry = await openRegistry({ store, dataDir, tokenSecret: TOKEN_SECRET, relaxed, clock, random: systemRandom, log, ...rest });
  const api = createAwsHandler({
    services: [createEcrService({ store, clock, random: systemRandom, log, layers: registry.layers, issueToken: (claims) => registry.issueToken(claims) })],
    authenticate: createAuthenticator({ mode: 'relaxed', keys: () => undefined, clock }),
    clock,
    random: systemRandom,
    log,
    beforeReply: () => store.durable(),
  });
  const server = createServer({ requestTimeout: 0 }, (req, res) => (/^\/v2(\/|\?|$)/.test(req.url ?? '') ? registry.handle(req, res) : api(req, res)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    dataDir,
    store,
    registry,
    server,
    base: (name) => `/v2/${ACCOUNT}.dkr.ecr.${REGION}/${name}`,
    addRepository: (name, changes) => addRepository(store, name, changes),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await registry.close();
      if (given === undefined) await store.close();
      if (givenDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Puts a repository row as CreateRepository would. */
export function addRepository(store: Store, name: string, changes: Partial<Repository> = {}): Repository {
  const repository: Repository = {
    arn: repositoryArn(changes.account ?? ACCOUNT, changes.region ?? REGION, name),
    account: ACCOUNT,
    region: REGION,
    name,
    createdAt: 1,
    tagMutability: 'MUTABLE',
    tagExclusionFilters: [],
    scanOnPush: false,
    encryption: { encryptionType: 'AES256' },
    tags: [],
    ...changes,
  };
  store.transact((tx) => tx.put(repositories, repository));
  return repository;
}

/** `sha256:…` of bytes. */
export function sha256(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
