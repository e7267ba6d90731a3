// Rows of older and newer schemas, and of tables that are not known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger, type Logger } from '#base/logger.ts';
import { table } from '#model/table.ts';
import { StoreOpenError } from './errors.ts';
import { memoryDisk, memoryJournal, type MemoryDisk } from './journal/memory-journal.ts';
import { openStore } from './memory-store.ts';
import { currentVersion, migrations, type Migration } from './migrations.ts';
import type { Store } from './store.ts';

interface Thing {
  readonly id: string;
  readonly size: number;
}

const things = table<Thing>('things', (row) => row.id);
const boxes = table<Thing>('boxes', (row) => row.id);
const old = table<Thing>('old', (row) => row.id);

const doubled: Migration = {
  version: 2,
  about: 'sizes count halves',
  *up(rows) {
    for (const stored of rows) {
      if (stored.table !== 'things') yield stored;
      else if (stored.key !== 'gone') yield { ...stored, row: { ...(stored.row as Thing), size: (stored.row as Thing).size * 2 } };
    }
  },
};
const boxed: Migration = {
  version: 3,
  about: 'each thing gets a box',
  *up(rows) {
    for (const stored of rows) {
      yield stored;
      if (stored.table === 'things') yield { ...stored, table: 'boxes', position: 0 };
    }
  },
};

function open(disk: MemoryDisk, list: readonly Migration[], tables = [things, boxes, old], log: Logger = silentLogger): Promise<Store> {
  return openStore({ journal: memoryJournal(disk), tables, log, migrations: list });
}

async function diskWithThings(): Promise<MemoryDisk> {
  const disk = memoryDisk();
  const store = await open(disk, []);
  store.transact((tx) => {
    for (const [id, size] of [['k1', 1], ['gone', 5], ['k2', 2]] as const) tx.put(things, { id, size });
    tx.put(old, { id: 'relic', size: 9 });
  });
  await store.close();
  return disk;
}

test('rows of an older schema are brought to the current one, once, and durably', async () => {
  const disk = await diskWithThings();
  const store = await open(disk, [doubled, boxed]);
  assert.deepEqual([...store.all(things)], [{ id: 'k1', size: 2 }, { id: 'k2', size: 4 }]);
  assert.deepEqual([...store.all(boxes)], [{ id: 'k1', size: 2 }, { id: 'k2', size: 4 }]);
  assert.equal(store.revision, 2);
  assert.equal(disk.state.schemaVersion, 3);
  await store.close();
  const again = await open(disk, [doubled, boxed]);
  assert.deepEqual([...again.all(things)], [{ id: 'k1', size: 2 }, { id: 'k2', size: 4 }]);
  assert.equal(again.revision, 2);
});

test('a new store starts at the current schema and is never migrated', async () => {
  const disk = memoryDisk();
  const store = await open(disk, [doubled]);
  store.transact((tx) => tx.put(things, { id: 'k1', size: 1 }));
  await store.close();
  const again = await open(disk, [doubled]);
  assert.equal(again.get(things, 'k1')?.size, 1);
});

test('a store written by a newer version is refused with a way out, and left alone', async () => {
  const disk = await diskWithThings();
  await (await open(disk, [doubled, boxed])).close();
  await assert.rejects(open(disk, [doubled]), (error: Error) => error instanceof StoreOpenError && /newer Longshore \(schema 3; this one reads up to 2\)/.test(error.message));
  await open(disk, [doubled, boxed]);
});

test('rows of a table this version does not know are kept, and it says so', async () => {
  const disk = await diskWithThings();
  const warnings: unknown[] = [];
  const store = await open(disk, [], [things], { ...silentLogger, warn: (_message, fields) => warnings.push(fields) });
  store.transact((tx) => tx.put(things, { id: 'k3', size: 3 }));
  await store.close();
  assert.deepEqual(warnings, [{ table: 'old', count: 1 }]);
  const again = await open(disk, []);
  assert.deepEqual([...again.all(old)], [{ id: 'relic', size: 9 }]);
});

test('two rows under one key are damage, not data', async () => {
  const disk = await diskWithThings();
  disk.tables.get('things')?.set(99, { table: 'things', position: 99, key: 'k1', row: { id: 'k1', size: 0 } });
  await assert.rejects(open(disk, []), /the journal is damaged: row 99 of table things/);
});

test('the list of migrations is in order', () => {
  assert.equal(currentVersion(migrations), 1 + migrations.length);
  assert.throws(() => currentVersion([boxed]), /out of order/);
});
