// The registry is killed in the middle of pushes, again and again: what it acknowledged is there, and nothing is half there.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ociClient, type OciClient } from '#tests/support/oci-client.ts';
import { ACCOUNT, REGION, sha256 } from '#tests/support/registry-server.ts';

const ROUNDS = 20;
const BASE = `/v2/${ACCOUNT}.dkr.ecr.${REGION}/killed`;
let dataDir: string;
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'longshore-kill-'));
});
after(() => rm(dataDir, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly client: OciClient;
  kill(): Promise<void>;
}

async function start(): Promise<Running> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/registry-child.ts'), dataDir, 'killed'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(Number(String(chunk))));
    child.once('exit', (code) => reject(new Error(`the registry ended: ${code}`)));
  });
  return {
    child,
    client: ociClient(port),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Everything that a tag or an acknowledged digest names can be read and is what its digest says. */
async function requirePullable(client: OciClient, reference: string): Promise<void> {
  const manifest = await client.send('GET', `${BASE}/manifests/${reference}`);
  assert.equal(manifest.status, 200, `manifest ${reference}`);
  if (reference.includes(':')) assert.equal(sha256(manifest.bytes), reference);
  for (const { digest } of [manifest.json().config, ...manifest.json().layers]) {
    const blob = await client.send('GET', `${BASE}/blobs/${digest}`);
    assert.equal(sha256(blob.bytes), digest, `blob of ${reference}`);
  }
}

/** Every file under a final name has the contents of that name. */
async function requireWholeFiles(): Promise<number> {
  const root = join(dataDir, 'registry', 'blobs', 'sha256');
  let count = 0;
  for (const shard of await readdir(root)) {
    for (const name of await readdir(join(root, shard))) {
      assert.equal(sha256(await readFile(join(root, shard, name))), `sha256:${name}`);
      count++;
    }
  }
  return count;
}

test(`${ROUNDS} kills during pushes lose nothing that was acknowledged`, async () => {
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const running = await start();
    let dead = false;
    const enough = Promise.withResolvers<void>();
    let answers = 0;
    const send = running.client.send;
    running.client.send = async (...request) => {
      const answer = await send(...request);
      // Each round dies at another moment: from before the first image is whole to the middle of the twelfth.
      if (++answers === 3 + round * 4) enough.resolve();
      return answer;
    };
    const push = async (worker: number): Promise<void> => {
      for (let step = 0; !dead; step++) {
        const tag = `r${round}-w${worker}-${step}`;
        try {
          const layers = [randomBytes(1 + Math.floor(Math.random() * 400_000)), randomBytes(10)];
          const { digest, answer } = await running.client.pushImage(BASE, tag, { layers });
          if (answer.status === 201) acknowledged.set(tag, digest);
        } catch (error) {
          // The connection broke, as it should.
          if (!dead) enough.reject(error);
        }
      }
    };
    const pushers = [0, 1, 2].map(push);
    await enough.promise;
    dead = true;
    await running.kill();
    await Promise.all(pushers);
  }
  assert.ok(acknowledged.size > 0, 'some pushes were acknowledged');
  const last = await start();
  try {
    for (const [tag, digest] of acknowledged) {
      assert.equal((await last.client.send('HEAD', `${BASE}/manifests/${tag}`)).headers['docker-content-digest'], digest);
      await requirePullable(last.client, digest);
    }
    const { tags } = (await last.client.send('GET', `${BASE}/tags/list`)).json();
    assert.ok(tags.length >= acknowledged.size);
    for (const tag of tags) await requirePullable(last.client, tag);
    assert.ok((await requireWholeFiles()) >= acknowledged.size);
  } finally {
    await last.kill();
  }
});

test('an upload goes on after the registry was killed, and is still checked as a whole', async () => {
  const bytes = randomBytes(300_000);
  const first = await start();
  const { location } = (await first.client.send('POST', `${BASE}/blobs/uploads/`)).headers;
  assert.equal((await first.client.send('PATCH', location!, { body: bytes.subarray(0, 200_000) })).status, 202);
  await first.kill();
  const second = await start();
  try {
    assert.equal((await second.client.send('GET', location!)).headers['range'], '0-199999');
    const digest = sha256(bytes);
    assert.equal((await second.client.send('HEAD', `${BASE}/blobs/${digest}`)).status, 404, 'half an upload is not visible');
    const done = await second.client.send('PUT', `${location}?digest=${digest}`, { headers: { 'content-range': '200000-299999' }, body: bytes.subarray(200_000) });
    assert.equal(done.status, 201);
    assert.ok((await second.client.send('GET', `${BASE}/blobs/${digest}`)).bytes.equals(bytes));
  } finally {
    await second.kill();
  }
});
