// Sealed fields: clear in the store, sealed in the journal, bound to their row; the old form is read and said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { table } from '#model/table.ts';
import { openStore } from '../memory-store.ts';
import { memoryDisk, memoryJournal, type MemoryDisk } from './memory-journal.ts';
import { sealedJournal, type FieldSealer } from './sealed-journal.ts';

interface Key {
  readonly id: string;
  readonly secret: string;
  readonly note?: string;
}
const keys = table<Key>('keys', (row) => row.id);
const others = table<Key>('others', (row) => row.id);

/** Turns texts round, with what they are bound to. */
const sealer: FieldSealer = {
  seal: (text, bound) => JSON.stringify([[...text].reverse().join(''), bound]),
  open(sealed, bound) {
    const [text, of] = JSON.parse(sealed) as [string, string];
    if (of !== bound) throw new Error('sealed for something else');
    return [...text].reverse().join('');
  },
};

async function open(disk: MemoryDisk, of: () => FieldSealer = () => sealer) {
  const journal = sealedJournal(memoryJournal(disk), { keys: 'secret' }, of);
  return { journal, store: await openStore({ journal, tables: [keys, others], log: silentLogger }) };
}

const onDisk = (disk: MemoryDisk): string => JSON.stringify([...disk.tables.values()].flatMap((rows) => [...rows.values()]));

test('a sealed field is clear in the store and not in the journal, also after opening again', async () => {
  const disk = memoryDisk();
  const { store } = await open(disk);
  store.transact((tx) => (tx.put(keys, { id: 'k1', secret: 'hunter2', note: 'seen' }), tx.put(others, { id: 'o', secret: 'plain' })));
  assert.equal(store.get(keys, 'k1')?.secret, 'hunter2');
  await store.close();
  assert.ok(!onDisk(disk).includes('hunter2') && onDisk(disk).includes('seen') && onDisk(disk).includes('plain'));
  const again = await open(disk);
  assert.deepEqual(again.store.get(keys, 'k1'), { id: 'k1', secret: 'hunter2', note: 'seen' });
  assert.deepEqual(again.journal.clear, []);
});

test('rows of before are read, named, and sealed when they are put again', async () => {
  const disk = memoryDisk();
  const before = await openStore({ journal: memoryJournal(disk), tables: [keys], log: silentLogger });
  before.transact((tx) => tx.put(keys, { id: 'old', secret: 'hunter2' }));
  await before.close();
  const { journal, store } = await open(disk);
  assert.equal(store.get(keys, 'old')?.secret, 'hunter2');
  assert.deepEqual(journal.clear, [{ table: 'keys', key: 'old' }]);
  store.transact((tx) => tx.put(keys, { ...tx.get(keys, 'old')! }));
  await store.close();
  assert.ok(!onDisk(disk).includes('hunter2'));
});

test('a field moved to another row does not open, and opening fails as a whole', async () => {
  const disk = memoryDisk();
  const { store } = await open(disk);
  store.transact((tx) => (tx.put(keys, { id: 'a', secret: 'one' }), tx.put(keys, { id: 'b', secret: 'two' })));
  await store.close();
  const rows = disk.tables.get('keys')!;
  const [first, second] = [...rows.values()];
  rows.set(second!.position, { ...second!, row: { id: 'b', secret: (first!.row as Key).secret } });
  await assert.rejects(open(disk), /sealed for something else/);
  await assert.rejects(open(disk, () => { throw new Error('no key'); }), /no key/);
});
