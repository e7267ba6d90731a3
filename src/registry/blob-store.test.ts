// The blob store's promises to pushes and to the collector, one interleaving at a time.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { digestOf, openBlobStore, type BlobStore } from './blob-store.ts';
import { openByteWorkers, type ByteWorkers } from './byte-workers.ts';
import { keyedLock } from './keyed-lock.ts';

let directory: string;
let workers: ByteWorkers;
let blobs: BlobStore;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'longshore-blobs-'));
  workers = openByteWorkers(2);
  blobs = await openBlobStore(directory, { clock: systemClock, random: systemRandom, workers });
});
after(async () => {
  await workers.close();
  await rm(directory, { recursive: true });
});

test('a removal waits for whoever holds the blob, and asks again afterwards', async () => {
  const bytes = Buffer.from('held');
  const digest = digestOf(bytes);
  await blobs.write(digest, bytes);
  const order: string[] = [];
  let release = (): void => undefined;
  const holding = blobs.hold(digest, async () => {
    order.push('held');
    await new Promise<void>((resolve) => (release = resolve));
    order.push('released');
  });
  let isNeeded = false;
  const removing = blobs.removeIf(digest, () => {
    order.push('asked');
    return !isNeeded;
  });
  // A turn of the event loop in which a removal without a lock would get as far as asking.
  await blobs.list(0);
  await new Promise((resolve) => setImmediate(resolve));
  isNeeded = true;
  release();
  await holding;
  assert.equal(await removing, undefined);
  assert.deepEqual(order, ['held', 'released', 'asked']);
  assert.equal((await blobs.read(digest))?.toString(), 'held');
});

test('a push waits for a removal of the same bytes, and writes them anew', async () => {
  const bytes = Buffer.from('again');
  const digest = digestOf(bytes);
  await blobs.write(digest, bytes);
  const removing = blobs.removeIf(digest, () => true);
  const pushing = blobs.hold(digest, () => blobs.write(digest, bytes));
  assert.equal(await removing, 5);
  await pushing;
  assert.equal((await blobs.read(digest))?.toString(), 'again');
});

test('what is not there is nothing to read, open or remove', async () => {
  const digest = digestOf(Buffer.from('absent'));
  assert.equal(await blobs.read(digest), undefined);
  assert.equal(await blobs.open(digest), undefined);
  assert.equal(await blobs.removeIf(digest, () => true), undefined);
});

test('a lock runs in order of arrival, goes on after a failure, and keeps keys apart', async () => {
  const lock = keyedLock();
  const order: string[] = [];
  const failed = lock.run('a', async () => {
    await null;
    order.push('first');
    throw new Error('boom');
  });
  const second = lock.run('a', async () => void order.push('second'));
  const other = lock.run('b', async () => void order.push('other'));
  await assert.rejects(failed, /boom/);
  await Promise.all([second, other]);
  assert.ok(order.indexOf('first') < order.indexOf('second'));
  assert.ok(order.indexOf('other') < order.indexOf('second'), 'another key does not wait');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(lock.busy('a'), false);
});

test('a thread that fails at a request answers it and goes on', async () => {
  await assert.rejects(workers.call(0, { op: 'open', path: join(directory, 'no', 'such', 'folder') }), { code: 'ENOENT' });
  assert.deepEqual(await workers.call(0, { op: 'discard', path: join(directory, 'nothing') }), { sizeBytes: 0 });
});
