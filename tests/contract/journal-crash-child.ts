// The victim of journal-crash.test.ts: opens the store, proves that what it finds is whole, then writes and acknowledges
// until it is killed. argv: directory, seed.
import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { table } from '#model/table.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store, Transaction } from '#store/store.ts';

/** Every transaction writes all rows of one pair or none: `turn` of both halves must always agree. */
interface Half {
  readonly id: string;
  readonly pair: string;
  readonly turn: number;
  readonly filler: string;
}

const lefts = table<Half>('lefts', (row) => row.id, { pair: (row) => row.pair, parity: (row) => (row.turn % 2 === 0 ? 'even' : 'odd') });
const rights = table<Half>('rights', (row) => row.id, { pair: (row) => row.pair });
/** The number of transactions so far: written by each, so that one lost or torn shows. */
const counters = table<{ readonly id: string; readonly count: number }>('counters', (row) => row.id);

const [directory = '', seed = '0'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const store = await openStore({ journal: sqliteJournal({ directory }), tables: [lefts, rights, counters], log: silentLogger });

check(store);
await say(`opened ${store.revision}\n`);
// Several writers at once, so that groups hold many transactions.
await Promise.all(Array.from({ length: 8 }, writeForever));

async function writeForever(): Promise<never> {
  for (;;) {
    store.transact(writePair);
    const { revision } = store;
    await store.durable(revision);
    await say(`durable ${revision}\n`);
  }
}

/** At once, past every buffer of this process. A reader that is behind is waited for. */
async function say(line: string): Promise<void> {
  for (;;) {
    try {
      return void writeSync(1, line);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise(setImmediate);
    }
  }
}

function writePair(tx: Transaction): void {
  const pair = `p${Math.floor(random.next() * 500)}`;
  const count = (tx.get(counters, 'all')?.count ?? 0) + 1;
  tx.put(counters, { id: 'all', count });
  if (random.next() < 0.2 && tx.get(lefts, pair) !== undefined) {
    tx.delete(lefts, pair);
    tx.delete(rights, pair);
    return;
  }
  const filler = 'x'.repeat(Math.floor(random.next() * 4000));
  tx.put(lefts, { id: pair, pair, turn: count, filler });
  tx.put(rights, { id: pair, pair, turn: count, filler });
}

function check(found: Store): void {
  assert.equal(found.get(counters, 'all')?.count ?? 0, found.revision, 'every revision is one counted transaction');
  assert.equal(found.size(lefts), found.size(rights));
  let even = 0;
  for (const left of found.all(lefts)) {
    assert.deepEqual([...found.by(rights, 'pair', left.pair)], [left], 'both halves of a pair are of one transaction');
    assert.deepEqual([...found.by(lefts, 'pair', left.pair)], [left]);
    if (left.turn % 2 === 0) even++;
  }
  assert.equal(found.count(lefts, 'parity', 'even'), even);
  assert.equal(found.count(lefts, 'parity', 'odd'), found.size(lefts) - even);
}
