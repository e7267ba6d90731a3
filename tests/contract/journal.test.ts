// One suite for every journal: what the store relies on, whatever keeps the rows.
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test, type TestContext } from 'node:test';
import { StoreOpenError } from '#store/errors.ts';
import type { Journal, JournalState, JournalWrite, StoredRow } from '#store/journal/journal.ts';
import { memoryDisk, memoryJournal } from '#store/journal/memory-journal.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';

/** Where one journal keeps its rows: each call of `journal` is another process opening it. */
interface Site {
  journal(): Journal;
  /** Makes the next write of an open journal fail for good. */
  spoil(journal: Journal): void;
}

const sites: Record<string, (t: TestContext) => Promise<Site>> = {
  async memory() {
    const disk = memoryDisk();
    return {
      journal: () => memoryJournal(disk),
      spoil: (journal) => (journal as ReturnType<typeof memoryJournal>).fail(new Error('no such table: state')),
    };
  },
  async sqlite(t) {
    const directory = await mkdtemp(join(tmpdir(), 'longshore-journal-'));
    t.after(() => rm(directory, { recursive: true, force: true }));
    return {
      journal: () => sqliteJournal({ directory }),
      spoil: () => {
        const intruder = new DatabaseSync(join(directory, 'state.sqlite'), { timeout: 10_000 });
        intruder.exec('DROP TABLE state');
        intruder.close();
      },
    };
  },
};

interface Opened {
  readonly journal: Journal;
  readonly state: JournalState;
  readonly rows: readonly StoredRow[];
  readonly durable: readonly number[];
  readonly failures: readonly Error[];
  commit(writes: JournalWrite[], schemaVersion?: number): number;
  reached(revision: number): Promise<void>;
  failed(): Promise<Error>;
}

/** Opens the site, and keeps the revision and highest position as the store would. */
async function open(t: TestContext, site: Site): Promise<Opened> {
  const journal = site.journal();
  const rows: StoredRow[] = [];
  const durable: number[] = [];
  const failures: Error[] = [];
  let notice: () => void = () => {};
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise<void>((resolve) => (notice = resolve));
  };
  const state = await journal.open((row) => rows.push(row), {
    durable: (revision) => (durable.push(revision), notice()),
    failed: (error) => (failures.push(error), notice()),
  });
  t.after(() => journal.close());
  let { revision, lastPosition } = state;
  return {
    journal,
    state,
    rows,
    durable,
    failures,
    commit(writes, schemaVersion = 1) {
      lastPosition = Math.max(lastPosition, ...writes.map((write) => write.position));
      journal.append({ revision: ++revision, lastPosition, schemaVersion, writes });
      return revision;
    },
    reached: (wanted) => until(() => (durable.at(-1) ?? state.revision) >= wanted),
    failed: async () => (await until(() => failures.length > 0), failures[0]!),
  };
}

async function reopened(t: TestContext, site: Site, before: Opened): Promise<Opened> {
  await before.journal.close();
  return open(t, site);
}

function write(position: number, row: unknown, table = 'things'): JournalWrite {
  return { table, position, key: `k${position}`, row };
}

for (const [name, makeSite] of Object.entries(sites)) {
  describe(`${name} journal`, () => {
    test('is empty at first', async (t) => {
      const opened = await open(t, await makeSite(t));
      assert.deepEqual(opened.state, { revision: 0, lastPosition: 0, schemaVersion: 0 });
      assert.deepEqual(opened.rows, []);
    });

    test('gives rows back table by table in the order of their positions, with the state after the last commit', async (t) => {
      const site = await makeSite(t);
      const first = await open(t, site);
      first.commit([write(2, { n: 2 }), write(3, { n: 3 }, 'others'), write(1, { n: 1 })]);
      first.commit([write(4, { n: 4 })], 7);
      const second = await reopened(t, site, first);
      const of = (table: string): StoredRow[] => second.rows.filter((row) => row.table === table);
      assert.deepEqual(of('things'), [write(1, { n: 1 }), write(2, { n: 2 }), write(4, { n: 4 })]);
      assert.deepEqual(of('others'), [write(3, { n: 3 }, 'others')]);
      assert.deepEqual(second.state, { revision: 2, lastPosition: 4, schemaVersion: 7 });
    });

    test('the last write of a row wins, in one group and over several', async (t) => {
      const site = await makeSite(t);
      const first = await open(t, site);
      first.commit([write(1, { n: 1 }), write(2, { n: 2 }), write(3, { n: 3 })]);
      first.commit([write(1, { n: 10 }), write(2, undefined)]);
      first.commit([write(4, { n: 4 })]);
      await first.reached(first.commit([write(4, undefined)]));
      await first.reached(first.commit([write(3, undefined), write(1, { n: 100 })]));
      const second = await reopened(t, site, first);
      assert.deepEqual(second.rows, [write(1, { n: 100 })]);
      assert.equal(second.state.lastPosition, 4, 'positions of deleted rows stay used');
    });

    test('reports durable revisions in ascending order, and never from within append', async (t) => {
      const opened = await open(t, await makeSite(t));
      for (let position = 1; position <= 200; position++) {
        const before = opened.durable.length;
        opened.commit([write(position, { position })]);
        assert.equal(opened.durable.length, before);
        if (position % 50 === 0) await opened.reached(position);
      }
      await opened.reached(200);
      assert.deepEqual(opened.durable, [...opened.durable].sort((a, b) => a - b));
      assert.equal(opened.durable.at(-1), 200);
    });

    test('closing waits for everything appended', async (t) => {
      const site = await makeSite(t);
      const first = await open(t, site);
      for (let position = 1; position <= 20; position++) first.commit([write(position, { position })]);
      const second = await reopened(t, site, first);
      assert.equal(second.rows.length, 20);
      assert.equal(second.state.revision, 20);
    });

    test('keeps what JSON can hold: every kind of value, odd names and keys, large rows, many rows', async (t) => {
      const site = await makeSite(t);
      const first = await open(t, site);
      const odd = { text: 'é"\\\u0000\ud83d\ude00\u2028', 'a key': [null, true, 1.5e300, -0.1, [], {}], nested: { deep: [{ er: 1 }] } };
      const large = { text: 'x'.repeat(3_000_000) };
      first.commit([{ table: 'o"d; d-tåble', position: 1, key: 'arn:aws:ecs:é"\'%_', row: odd }, write(2, large, 'large')]);
      first.commit(Array.from({ length: 3500 }, (_, i) => write(i + 3, { i })));
      const second = await reopened(t, site, first);
      const of = (table: string): StoredRow[] => second.rows.filter((row) => row.table === table);
      assert.deepEqual(of('o"d; d-tåble'), [{ table: 'o"d; d-tåble', position: 1, key: 'arn:aws:ecs:é"\'%_', row: odd }]);
      assert.deepEqual(of('large'), [write(2, large, 'large')]);
      assert.deepEqual(of('things').map((row) => row.row), Array.from({ length: 3500 }, (_, i) => ({ i })));
    });

    test('belongs to one at a time, until it is closed', async (t) => {
      const site = await makeSite(t);
      const first = await open(t, site);
      await assert.rejects(open(t, site), (error: Error) => error instanceof StoreOpenError && /in use by/.test(error.message));
      await first.reached(first.commit([write(1, { n: 1 })]));
      const second = await reopened(t, site, first);
      assert.equal(second.rows.length, 1);
    });

    test('says once that it has failed, reports nothing durable after that, and can still be closed', async (t) => {
      const site = await makeSite(t);
      const opened = await open(t, site);
      await opened.reached(opened.commit([write(1, { n: 1 })]));
      const reported = opened.durable.length;
      site.spoil(opened.journal);
      opened.commit([write(2, { n: 2 })]);
      assert.match((await opened.failed()).message, /no such table: state/);
      opened.commit([write(3, { n: 3 })]);
      await opened.journal.close();
      assert.equal(opened.failures.length, 1);
      assert.equal(opened.durable.length, reported);
    });
  });
}

test('sqlite: a backup that reads for long holds up neither commits nor checkpoints for good', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'longshore-journal-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const first = await open(t, { journal: () => sqliteJournal({ directory }), spoil: () => {} });
  await first.reached(first.commit([write(1, { n: 1 })]));
  const backup = new DatabaseSync(join(directory, 'state.sqlite'), { readOnly: true });
  t.after(() => backup.close());
  const rows = backup.prepare('SELECT row FROM t_things');
  backup.exec('BEGIN');
  assert.equal(rows.all().length, 1);
  const filler = 'x'.repeat(1 << 20);
  // Three times the log's length at which a checkpoint is due.
  for (let position = 2; position <= 50; position++) await first.reached(first.commit([write(position, { filler })]));
  assert.equal(rows.all().length, 1, 'the backup sees what was there when it began');
  backup.exec('COMMIT');
  assert.equal(rows.all().length, 50);
  for (let position = 51; position <= 90; position++) await first.reached(first.commit([write(position, { filler })]));
  const log = (await stat(join(directory, 'state.sqlite-wal'))).size;
  await first.reached(first.commit([write(91, { filler })]));
  assert.ok(log <= 72 << 20, `the log has ${log} bytes`);
  assert.equal((await reopened(t, { journal: () => sqliteJournal({ directory }), spoil: () => {} }, first)).rows.length, 91);
});

test('sqlite: a file that is damaged, foreign or newer is refused by name', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'longshore-journal-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'state.sqlite');
  const attempt = (): Promise<JournalState> => sqliteJournal({ directory }).open(() => {}, { durable: () => {}, failed: () => {} });
  const refusesFile = async (sql: string, message: RegExp): Promise<void> => {
    await rm(path, { force: true });
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    await assert.rejects(attempt(), (error: Error) => error instanceof StoreOpenError && message.test(error.message));
  };
  await refusesFile('CREATE TABLE mine (x)', /is not a Longshore state file/);
  await refusesFile(`PRAGMA application_id = ${0x4c534852}; PRAGMA user_version = 2; CREATE TABLE state (x)`, /newer Longshore \(file layout 2/);
  await writeFile(path, 'not a database at all, but long enough to have a header'.repeat(100));
  await assert.rejects(attempt(), (error: Error) => error instanceof StoreOpenError && /cannot be read: file is not a database/.test(error.message));
});
