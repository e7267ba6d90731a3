// kill -9 at random moments, again and again on the same files: nothing acknowledged is lost, no transaction is torn.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '#base/random.ts';
import { silentLogger } from '#base/logger.ts';
import { StoreOpenError } from '#store/errors.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';

const child = join(import.meta.dirname, 'journal-crash-child.ts');
const KILLS = 24;

interface Life {
  /** The revision it found. */
  readonly opened: number;
  /** The highest revision it acknowledged. */
  readonly acknowledged: number;
  /** What it found wrong, if anything. */
  readonly errors: string;
}

/** Runs the child until it has acknowledged `acknowledgements` revisions, then kills it without warning. */
function live(directory: string, seed: number, acknowledgements: number): Promise<Life> {
  return new Promise((resolve, reject) => {
    const victim = spawn(process.execPath, [child, directory, String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    victim.stdout.on('data', (text) => {
      out += text;
      if (out.split('\n').length > acknowledgements + 1) victim.kill('SIGKILL');
    });
    victim.stderr.on('data', (text) => (errors += text));
    victim.on('error', reject);
    victim.on('close', () => {
      // The last line may be cut off: then it was not acknowledged.
      const lines = out.split('\n').slice(0, -1);
      const numbers = (word: string): number[] => lines.filter((line) => line.startsWith(word)).map((line) => Number(line.slice(word.length)));
      resolve({ opened: numbers('opened ')[0] ?? -1, acknowledged: Math.max(0, ...numbers('durable ')), errors });
    });
  });
}

test(`${KILLS} kills lose nothing that was acknowledged and tear no transaction`, { timeout: 120_000 }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'longshore-crash-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const seed = Number(process.hrtime.bigint() % 1_000_000n);
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  let promised = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const life = await live(directory, seed + kill, Math.floor(random.next() * 400));
    assert.equal(life.errors, '');
    assert.ok(life.opened >= promised, `life ${kill} found revision ${life.opened} after ${promised} had been acknowledged`);
    promised = Math.max(promised, life.acknowledged);
  }
  assert.ok(promised > KILLS, 'the children did write');
});

test('a directory is free again as soon as its holder was killed, and not before', { timeout: 60_000 }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'longshore-crash-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const open = () => openStore({ journal: sqliteJournal({ directory }), tables: [], log: silentLogger });
  const victim = spawn(process.execPath, [child, directory, '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => victim.stdout.once('data', resolve));
  victim.stdout.resume();
  await assert.rejects(open(), (error: Error) => error instanceof StoreOpenError && error.message.includes(`in use by process ${victim.pid} `));
  const gone = new Promise((resolve) => victim.once('exit', resolve));
  victim.kill('SIGKILL');
  await gone;
  const store = await open();
  await store.close();
});

test('a full disk is a failure that is told, not a crash, and what was acknowledged before stays', { timeout: 60_000 }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'longshore-crash-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  // A limit on the size of a file stands in for the disk: blocks of 512 or 1024 bytes, as the shell counts.
  const victim = spawn('/bin/sh', ['-c', 'ulimit -f 2000; exec "$@"', 'sh', process.execPath, child, directory, '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  victim.stdout.on('data', (text) => (out += text));
  victim.stderr.on('data', (text) => (errors += text));
  const code = await new Promise((resolve) => victim.once('close', resolve));
  assert.equal(code, 1, 'it ended by itself');
  assert.match(errors, /StoreFailedError: the store has failed and accepts no more changes/);
  const acknowledged = Number(out.trimEnd().split('\n').at(-1)!.split(' ')[1]);
  const life = await live(directory, 2, 1);
  assert.equal(life.errors, '');
  assert.ok(acknowledged > 0 && life.opened >= acknowledged);
});
