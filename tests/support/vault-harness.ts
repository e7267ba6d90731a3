// KMS, SSM and Secrets Manager called directly over a real store with a memory journal and a real vault: no wire, no processes.
import { createKmsService } from '#api/kms/service.ts';
import { createSecretsManagerService } from '#api/secretsmanager/service.ts';
import { createSsmService } from '#api/ssm/service.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { openVault } from '#vault/vault.ts';
import type { Service } from '#wire/service.ts';
import { awsCall, type CallOptions } from './api-harness.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

export interface VaultHarness {
  readonly store: Store;
  readonly clock: VirtualClock;
  /** Calls an operation as the wire would after parsing: `call('kms', 'CreateKey', {})`. */
  call(service: string, operation: string, input?: Record<string, unknown>, options?: CallOptions): any;
}

/** A fresh, empty platform. */
export async function openVaultHarness(seed = 1): Promise<VaultHarness> {
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
  const clock = virtualClock();
  const random = seededRandom(seed);
  const deps = { store, clock, random, log: silentLogger, vault: openVault(Buffer.alloc(32, 7), random) };
  const services: Record<string, Service<any>> = { kms: createKmsService(deps), ssm: createSsmService(deps), secretsmanager: createSecretsManagerService(deps) };
  return {
    store,
    clock,
    call(name, operation, input = {}, options = {}) {
      const service = services[name]!;
      return service.operations[operation]!.handler(input, service.context({ ...awsCall(operation, options, clock.now()), service: name }));
    },
  };
}
