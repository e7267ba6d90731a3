// The state store as the control plane opens it: SQLite journal in the data directory with sealed fields, the vault they are sealed
// under, free capacity kept beside it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { vaultChecks } from '#model/kms-key.ts';
import { SEALED_FIELDS } from '#model/sealed-fields.ts';
import { TABLES } from '#model/tables.ts';
import { sealedJournal, type FieldSealer, type SealedJournal } from '#store/journal/sealed-journal.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { scrubSqlite } from '#store/journal/sqlite-scrub.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { findMasterKey, openDirectoryVault, wrongMasterKey, type MasterKeyOptions } from '#vault/master-key.ts';
import { openVault, type Vault } from '#vault/vault.ts';

export interface State {
  readonly store: Store;
  readonly vault: Vault;
  readonly capacity: CapacityIndex;
}

export interface StateDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Opens the journal below `dataDir`. Rejects with StoreOpenError or MasterKeyError, whose messages say what to do. */
export async function openState(options: MasterKeyOptions, deps: StateDeps): Promise<State> {
  const key = findMasterKey(options);
  const isNew = !existsSync(join(options.dataDir, 'state.sqlite'));
  let opened = await openSealed(options, deps, key);
  if (!isNew && opened.store.get(vaultChecks, 'scrubbed') === undefined) {
    deps.log.info('sealing access keys and private keys that lie in the journal in clear', { rows: opened.journal.clear.length });
    sealClearRows(opened.store, opened.journal);
    await opened.store.close();
    scrubSqlite(options.dataDir);
    opened = await openSealed(options, deps, findMasterKey(options));
  }
  const { store, vault } = opened;
  if (store.get(vaultChecks, 'scrubbed') === undefined) store.transact((tx) => tx.put(vaultChecks, { id: 'scrubbed', check: '1' }));
  const capacity = CapacityIndex.of(store);
  store.watch((commit) => capacity.apply(commit.changes));
  return { store, vault, capacity };
}

async function openSealed(options: MasterKeyOptions, { clock, random, log }: StateDeps, key: Uint8Array | undefined): Promise<{ store: Store; vault: Vault; journal: SealedJournal }> {
  let vault = key === undefined ? undefined : openVault(key, random);
  const sealer: FieldSealer = {
    seal(text, bound) {
      if (vault === undefined) throw wrongMasterKey(options, false);
      return vault.sealText(text, bound);
    },
    open(sealed, bound) {
      const text = vault?.openText(sealed, bound);
      if (text === undefined) throw wrongMasterKey(options, vault !== undefined);
      return text;
    },
  };
  const journal = sealedJournal(sqliteJournal({ directory: options.dataDir }), SEALED_FIELDS, () => sealer);
  const store = await openStore({ journal, tables: TABLES, clock, log });
  try {
    vault = openDirectoryVault(options, store, random, key);
  } catch (error) {
    await store.close();
    throw error;
  }
  return { store, vault, journal };
}

/** Puts them as they are: on the way to the disk they are sealed. */
function sealClearRows(store: Store, { clear }: SealedJournal): void {
  store.transact((tx) => {
    for (const table of TABLES) {
      for (const { key } of clear.filter((row) => row.table === table.name)) {
        const row: unknown = tx.get(table, key);
        if (row !== undefined) tx.put(table, { ...row } as never);
      }
    }
  });
}
