// Garbage collection: what goes, what stays, and that it never takes a blob from under a push.
import assert from 'node:assert/strict';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '#base/system/clock.ts';
import { seededRandom } from '#base/random.ts';
import { blobLinks, imageKey, images } from '#model/image.ts';
import { ociClient } from '#tests/support/oci-client.ts';
import { sha256, startRegistry, type RegistryServer } from '#tests/support/registry-server.ts';

const HOUR_MS = 3_600_000;

/** A registry whose clock can be put forward. */
async function start(graceMs = HOUR_MS) {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const server = await startRegistry({ clock, graceMs });
  return { server, client: ociClient(server.port), advance: (byMs: number) => void (aheadMs += byMs) };
}

async function files(server: RegistryServer): Promise<string[]> {
  const root = join(server.dataDir, 'registry', 'blobs', 'sha256');
  const shards = await Promise.all((await readdir(root)).map((shard) => readdir(join(root, shard))));
  return shards.flat().map((name) => `sha256:${name}`).sort();
}

test('what an image needs stays for ever; what it needed goes after the grace period', async () => {
  const { server, client, advance } = await start();
  try {
    server.addRepository('kept');
    const base = server.base('kept');
    const { digest } = await client.pushImage(base, 'v1', { layers: ['layer'] });
    advance(48 * HOUR_MS);
    assert.equal((await server.registry.collectGarbage()).blobsRemoved, 0);
    assert.equal((await client.send('GET', `${base}/blobs/${sha256('layer')}`)).text, 'layer');
    await client.send('DELETE', `${base}/manifests/${digest}`);
    assert.equal((await server.registry.collectGarbage()).blobsRemoved, 2, 'manifest and config at once, the layer was just read');
    advance(HOUR_MS);
    assert.deepEqual(await server.registry.collectGarbage(), { linksRemoved: 1, blobsRemoved: 1, bytesFreed: 5, uploadsRemoved: 0 });
    assert.deepEqual(await files(server), []);
    assert.equal((await client.send('HEAD', `${base}/blobs/${sha256('layer')}`)).status, 404);
  } finally {
    await server.close();
  }
});

test('a blob without an image is left for the grace period, and longer when a client was told it is here', async () => {
  const { server, client, advance } = await start();
  try {
    server.addRepository('fresh');
    const base = server.base('fresh');
    for (const blob of ['asked', 'forgotten']) await client.pushBlob(base, blob);
    advance(HOUR_MS / 2);
    assert.equal((await client.send('HEAD', `${base}/blobs/${sha256('asked')}`)).status, 200);
    assert.equal((await server.registry.collectGarbage()).linksRemoved, 0);
    advance(HOUR_MS / 2);
    assert.equal((await server.registry.collectGarbage()).linksRemoved, 1);
    assert.deepEqual(await files(server), [sha256('asked')]);
  } finally {
    await server.close();
  }
});

test('a blob that two repositories share goes with the second', async () => {
  const { server, client, advance } = await start();
  try {
    const { arn } = server.addRepository('one');
    server.addRepository('two');
    const one = await client.pushImage(server.base('one'), 'v1', { layers: ['shared'] });
    await client.pushImage(server.base('two'), 'v1', { layers: ['shared'] });
    await client.send('DELETE', `${server.base('one')}/manifests/${one.digest}`);
    advance(2 * HOUR_MS);
    const report = await server.registry.collectGarbage();
    assert.deepEqual([report.linksRemoved, report.blobsRemoved], [2, 0], arn);
    assert.equal((await client.send('GET', `${server.base('two')}/blobs/${sha256('shared')}`)).text, 'shared');
  } finally {
    await server.close();
  }
});

test('abandoned uploads go, running ones stay', async () => {
  const { server, client, advance } = await start();
  try {
    server.addRepository('uploads');
    const base = server.base('uploads');
    const begin = async () => (await client.send('POST', `${base}/blobs/uploads/`)).headers['location']!;
    const [old, running] = [await begin(), await begin()];
    for (const location of [old, running]) await client.send('PATCH', location, { body: 'half' });
    advance(25 * HOUR_MS);
    await client.send('PATCH', running, { body: ' more' });
    assert.equal((await server.registry.collectGarbage()).uploadsRemoved, 1);
    assert.equal((await client.send('GET', old)).status, 404);
    assert.equal((await client.send('PUT', `${running}?digest=${sha256('half more')}`)).status, 201);
  } finally {
    await server.close();
  }
});

test('an upload that was closed because it was idle goes on where it was', async () => {
  const { server, client, advance } = await start();
  try {
    server.addRepository('idle');
    const { location } = (await client.send('POST', `${server.base('idle')}/blobs/uploads/`)).headers;
    await client.send('PATCH', location!, { body: 'first ' });
    advance(HOUR_MS);
    await server.registry.collectGarbage();
    assert.equal((await client.send('GET', location!)).headers['range'], '0-5');
    await client.send('PATCH', location!, { body: 'second' });
    assert.equal((await client.send('PUT', `${location}?digest=${sha256('first second')}`)).status, 201);
  } finally {
    await server.close();
  }
});

test('an image put between two steps of a sweep keeps the blobs it names', async () => {
  const { server, advance } = await start();
  try {
    const { arn: repositoryArn } = server.addRepository('many');
    const digestOf = (index: number): string => `sha256:${String(index).padStart(64, '0')}`;
    server.store.transact((tx) => {
      for (let index = 0; index < 1200; index++) tx.put(blobLinks, { repositoryArn, digest: digestOf(index), sizeBytes: 1, linkedAt: 0 });
    });
    advance(2 * HOUR_MS);
    const late = { digest: digestOf(1199), sizeBytes: 1, mediaType: '' };
    const stop = server.store.watch(() => {
      stop();
      queueMicrotask(() =>
        server.store.transact((tx) =>
          tx.put(images, { repositoryArn, digest: digestOf(5000), mediaType: '', manifestSizeBytes: 1, sizeBytes: 1, layers: [late], manifests: [], pushedAt: 0 }),
        ),
      );
    });
    assert.equal((await server.registry.collectGarbage()).linksRemoved, 1199);
    assert.ok(server.store.get(blobLinks, imageKey(repositoryArn, late.digest)));
  } finally {
    await server.close();
  }
});

// With no grace at all only the order of checks and locks protects a push, so any hole shows as an image whose blob is gone.
for (const seed of [1, 2, 3]) {
  test(`pushes, deletions and collections race, and every image that was accepted can be read (seed ${seed})`, async () => {
    const { server, client } = await start(0);
    const random = seededRandom(seed);
    const pick = (count: number): number => Math.floor(random.next() * count);
    const old = new Date(0);
    try {
      const names = ['race-a', 'race-b'];
      for (const name of names) server.addRepository(name);
      let done = false;
      const collector = (async () => {
        while (!done) {
          // Old files too: the age of a file must not be what saves it.
          for (const digest of await files(server)) {
            const hex = digest.slice(7);
            await utimes(join(server.dataDir, 'registry/blobs/sha256', hex.slice(0, 2), hex), old, old).catch(() => undefined);
          }
          await server.registry.collectGarbage();
        }
      })();
      let accepted = 0;
      const worker = async (): Promise<void> => {
        for (let step = 0; step < 25; step++) {
          const base = server.base(names[pick(2)]!);
          const tag = `t${pick(3)}`;
          if (pick(4) === 0) {
            await client.send('DELETE', `${base}/manifests/${tag}`);
            continue;
          }
          // Few contents, so that the same bytes come and go all the time. The push may be refused: its blob may be swept again.
          const layer = `layer ${pick(3)}`;
          const { answer } = await client.pushImage(base, tag, { layers: [layer] });
          if (answer.status === 201) accepted++;
          else assert.equal(answer.errorCode(), 'MANIFEST_BLOB_UNKNOWN');
        }
      };
      await Promise.all([worker(), worker(), worker()]);
      done = true;
      await collector;
      await server.registry.collectGarbage();
      for (const name of names) {
        const { tags } = (await client.send('GET', `${server.base(name)}/tags/list`)).json();
        for (const tag of tags) {
          const manifest = await client.send('GET', `${server.base(name)}/manifests/${tag}`);
          assert.equal(manifest.status, 200, `${name}:${tag}`);
          for (const { digest } of [manifest.json().config, ...manifest.json().layers]) {
            const blob = await client.send('GET', `${server.base(name)}/blobs/${digest}`);
            assert.equal(sha256(blob.bytes), digest, `${name}:${tag} ${digest}`);
          }
        }
      }
      assert.ok(accepted > 0, 'some pushes came through');
    } finally {
      await server.close();
    }
  });
}
