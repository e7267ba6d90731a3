// The state store as the control plane opens it: SQLite journal in the data directory, free capacity kept beside it.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { TABLES } from '#model/tables.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';

export interface State {
  readonly store: Store;
  readonly capacity: CapacityIndex;
}

/** Opens the journal below `dataDir`. Rejects with StoreOpenError, whose message says what to do. */
export async function openState(dataDir: string, clock: Clock, log: Logger): Promise<State> {
  const store = await openStore({ journal: sqliteJournal({ directory: dataDir }), tables: TABLES, clock, log });
  const capacity = CapacityIndex.of(store);
  store.watch((commit) => capacity.apply(commit.changes));
  return { store, capacity };
}
