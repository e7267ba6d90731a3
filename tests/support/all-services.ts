// Every service of the platform over one store with a memory journal, with real registry, logs, vault, access and audit trail in a folder of
// its own; operations are called directly, as the wire does after parsing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDefaultVpc } from '#api/default-vpc.ts';
import { openAccess } from '#app/access.ts';
import { openAuditTrail } from '#app/audit-trail.ts';
import { createPeers } from '#app/peer.ts';
import { createServices } from '#app/services.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { systemClock } from '#base/system/clock.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { TABLES } from '#model/tables.ts';
import { openObjectFiles } from '#objects/object-files.ts';
import { openRegistry } from '#registry/registry.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { openLogStore } from '#telemetry/log-store.ts';
import { openVault } from '#vault/vault.ts';
import type { AwsCall } from '#wire/call.ts';
import type { Service } from '#wire/service.ts';
import { awsCall, REGION } from './api-harness.ts';

export interface AllServices {
  readonly store: Store;
  readonly services: readonly Service<any>[];
  /** A verified call of the root of an account. */
  callOf(service: Service<any>, operation: string, account: string): AwsCall;
  call(service: string, operation: string, input: object, account: string): Promise<any>;
  close(): Promise<void>;
}

/** A fresh platform; the default VPC of `accounts` is there. */
export async function openAllServices(accounts: readonly string[], seed = 1): Promise<AllServices> {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-services-'));
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows: true });
  const capacity = new CapacityIndex();
  store.watch((commit) => capacity.apply(commit.changes));
  const random = seededRandom(seed);
  const deps = { store, clock: systemClock, random, log: silentLogger };
  const secret = Buffer.alloc(32, 5);
  const vault = openVault(Buffer.alloc(32, 7), random);
  const [registry, logs, objects, audit] = await Promise.all([
    openRegistry({ ...deps, dataDir, tokenSecret: secret, lanes: 1 }),
    openLogStore({ folder: join(dataDir, 'logs'), log: silentLogger }),
    openObjectFiles(join(dataDir, 's3'), deps),
    openAuditTrail({ ...deps, dataDir }),
  ]);
  const access = openAccess({ ...deps, secret, mode: 'strict', peers: createPeers(random) });
  const services = createServices({ ...deps, state: { store, vault, capacity }, registry, logs, objects, vault, access, audit });
  for (const account of accounts) store.transact((tx) => ensureDefaultVpc(tx, account, REGION, random));
  const callOf = (service: Service<any>, operation: string, account: string): AwsCall => ({ ...awsCall(operation, { account }, systemClock.now()), service: service.name });
  return {
    store,
    services,
    callOf,
    async call(name, operation, input, account) {
      const service = services.find((one) => one.name === name)!;
      return await service.operations[operation]!.handler(input, service.context(callOf(service, operation, account)));
    },
    async close() {
      await Promise.all([registry.close(), logs.close(), audit.close()]);
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
