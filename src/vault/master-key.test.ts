// The master key's file and command, and what a data directory does with a wrong one.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { systemRandom } from '#base/system/random.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { MasterKeyError, openDirectoryVault } from './master-key.ts';

async function setUp(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-vault-'));
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
  t.after(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  return { dataDir, store };
}

test('the file is made once, for its owner alone, and used again', async (t) => {
  const { dataDir, store } = await setUp(t);
  const vault = openDirectoryVault({ dataDir }, store, systemRandom);
  const path = join(dataDir, 'master-key');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const text = readFileSync(path, 'utf8');
  assert.equal(openDirectoryVault({ dataDir }, store, systemRandom).check, vault.check);
  assert.equal(readFileSync(path, 'utf8'), text);
});

test('a file that others may read, and one that is gone, are refused with what to do', async (t) => {
  const { dataDir, store } = await setUp(t);
  openDirectoryVault({ dataDir }, store, systemRandom);
  chmodSync(join(dataDir, 'master-key'), 0o644);
  assert.throws(() => openDirectoryVault({ dataDir }, store, systemRandom), /chmod 600/);
  rmSync(join(dataDir, 'master-key'));
  assert.throws(() => openDirectoryVault({ dataDir }, store, systemRandom), /missing/);
});

test('a command may print the key; another key is refused, and what it printed is not repeated', async (t) => {
  const { dataDir, store } = await setUp(t);
  const command = `printf %s ${'ab'.repeat(32)}`;
  openDirectoryVault({ dataDir, command }, store, systemRandom);
  openDirectoryVault({ dataDir, command }, store, systemRandom);
  assert.throws(() => openDirectoryVault({ dataDir, command: `printf %s ${'cd'.repeat(32)}` }, store, systemRandom), /not the one/);
  const refused = (error: unknown): boolean => error instanceof MasterKeyError && !/hunter2/.test(`${error.message}${JSON.stringify(error)}`);
  assert.throws(() => openDirectoryVault({ dataDir, command: 'echo hunter2' }, store, systemRandom), refused);
  assert.throws(() => openDirectoryVault({ dataDir, command: 'echo hunter2; exit 3' }, store, systemRandom), refused);
});
