// Access keys and private keys in the data directory: sealed, also those that an older version wrote in clear; and no start with another
// master key.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { accessKeys, type AccessKey } from '#model/account.ts';
import { certificates, type Certificate } from '#model/load-balancer.ts';
import { TABLES } from '#model/tables.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { loadServerSecret } from './bootstrap.ts';
import { openState } from './state.ts';

const SECRET = 'planted-secret-access-key-4711';
const PEM = `-----BEGIN PRIVATE KEY-----\n${'planted-private-key-0815 '.repeat(400)}\n-----END PRIVATE KEY-----`;
const DEPS = { clock: systemClock, random: systemRandom, log: silentLogger };
const KEY: AccessKey = { accessKeyId: 'AKIA1', secretAccessKey: SECRET, account: '0', principalArn: 'arn', userId: 'u', kind: 'user', createdAt: 0 };

function folder(t: TestContext): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-state-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  return dataDir;
}

function plant(store: Store): void {
  store.transact((tx) => {
    for (let i = 0; i < 20; i++) tx.put(accessKeys, { ...KEY, accessKeyId: `AKIA${i}` });
    tx.put(certificates, { arn: 'arn:c', account: '0', region: 'r', privateKey: PEM, certificate: 'public' } as unknown as Certificate);
  });
}

function assertSealed(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (statSync(join(dataDir, name)).isDirectory()) continue;
    const bytes = readFileSync(join(dataDir, name));
    for (const planted of [SECRET, 'planted-private-key']) assert.ok(!bytes.includes(planted), `${planted} in ${name}`);
  }
}

function assertThere(store: Store): void {
  assert.equal(store.get(accessKeys, 'AKIA7')?.secretAccessKey, SECRET);
  assert.equal(store.get(certificates, 'arn:c')?.privateKey, PEM);
}

test('what is put is sealed on disk and clear in the store, and is there again after a start', async (t) => {
  const dataDir = folder(t);
  const { store } = await openState({ dataDir }, DEPS);
  plant(store);
  assertThere(store);
  await store.close();
  assertSealed(dataDir);
  const again = await openState({ dataDir }, DEPS);
  assertThere(again.store);
  await again.store.close();
});

test('a directory of before there was sealing is sealed at the start, and nothing stays in free space or the log', async (t) => {
  const dataDir = folder(t);
  const old = await openStore({ journal: sqliteJournal({ directory: dataDir }), tables: TABLES, log: silentLogger });
  plant(old);
  await old.close();
  assert.throws(() => assertSealed(dataDir), /planted/);
  const { store } = await openState({ dataDir }, DEPS);
  assertThere(store);
  assertSealed(dataDir);
  await store.close();
  assertSealed(dataDir);
  const again = await openState({ dataDir }, DEPS);
  assertThere(again.store);
  await again.store.close();
});

test('with another master key, or none, nothing starts, and the message says what to do', async (t) => {
  const dataDir = folder(t);
  const { store } = await openState({ dataDir }, DEPS);
  plant(store);
  await store.close();
  const path = join(dataDir, 'master-key');
  const right = readFileSync(path);
  writeFileSync(path, `${'ab'.repeat(32)}\n`);
  await assert.rejects(openState({ dataDir }, DEPS), /not the one/);
  rmSync(path);
  await assert.rejects(openState({ dataDir }, DEPS), /missing.*put it back/);
  assert.ok(!readdirSync(dataDir).includes('master-key'));
  writeFileSync(path, right, { mode: 0o600 });
  const again = await openState({ dataDir }, DEPS);
  assertThere(again.store);
  await again.store.close();
});

test('the server’s own secret is sealed too, and one of before is kept', async (t) => {
  const dataDir = folder(t);
  const { store, vault } = await openState({ dataDir }, DEPS);
  t.after(() => store.close());
  const old = Buffer.alloc(32, 7);
  writeFileSync(join(dataDir, 'server-secret'), old);
  assert.deepEqual(Buffer.from(loadServerSecret(dataDir, systemRandom, vault)), old);
  assert.ok(!readFileSync(join(dataDir, 'server-secret')).includes(old));
  assert.deepEqual(Buffer.from(loadServerSecret(dataDir, systemRandom, vault)), old);
  assert.throws(() => loadServerSecret(dataDir, systemRandom, { ...vault, openText: () => undefined }), /another master key/);
});
