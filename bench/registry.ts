// Push and pull of images with one layer of 1, 10 and 100 MB by 1, 4 and 16 clients: our registry against Debian's
// docker-registry, each in a process of its own on the same disk, taking turns (A B B A). Then: how late our event loop is
// while four clients push 100 MB each.
//   ./longshore bench registry [--rounds=1] [--sizes=1,10,100] [--clients=1,4,16] [--dir=/tmp]
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rawClient, type RawClient } from './support/raw-http.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    sizes: { type: 'string', default: '1,10,100' },
    clients: { type: 'string', default: '1,4,16' },
    dir: { type: 'string', default: tmpdir() },
  },
});

interface Target {
  readonly name: string;
  readonly port: number;
  readonly base: string;
  readonly process: ChildProcess;
}

interface Layer {
  readonly digest: string;
  readonly parts: readonly Uint8Array[];
}

const MIB = 1024 * 1024;
const CONFIG = Buffer.from('{}');
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const filler = randomBytes(100 * MIB);

const directory = mkdtempSync(join(flags.dir, 'longshore-bench-registry-'));
const targets: Target[] = [];
try {
  targets.push(await startOurs(), await startTheirs());
  const [ours, theirs] = targets as [Target, Target];
  for (const target of targets) await withClient(target, (client) => pushBlob(client, target, { digest: digestOf([CONFIG]), parts: [CONFIG] }));
  console.log('MB/s of one-layer images (blob, manifest; every push new bytes), ours / docker-registry, and the ratio');
  console.log('layer   clients   push ours  theirs  ratio   pull ours  theirs  ratio');
  for (const size of numbers(flags.sizes)) for (const clients of numbers(flags.clients)) await compare(ours, theirs, size, clients);
  await lateness(ours, theirs);
} finally {
  for (const target of targets) target.process.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
}

async function compare(ours: Target, theirs: Target, sizeMib: number, clients: number): Promise<void> {
  const images = Math.max(clients, { 1: 64, 10: 24, 100: 4 }[sizeMib] ?? 4);
  const seconds = { push: new Map<Target, number>(), pull: new Map<Target, number>() };
  const add = (map: Map<Target, number>, target: Target, took: number) => map.set(target, (map.get(target) ?? 0) + took);
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const target of [ours, theirs, theirs, ours]) {
      const layers = Array.from({ length: images }, () => makeLayer(sizeMib * MIB));
      add(seconds.push, target, await run(target, clients, layers, pushImage));
      add(seconds.pull, target, await run(target, clients, layers, pullImage));
    }
  }
  const rate = (map: Map<Target, number>, target: Target) => (2 * Number(flags.rounds) * images * sizeMib) / (map.get(target) ?? 0);
  const cells = [seconds.push, seconds.pull].map((map) => {
    const [a, b] = [rate(map, ours), rate(map, theirs)];
    return `${a.toFixed(1).padStart(9)} ${b.toFixed(1).padStart(8)} ${(a / b).toFixed(2).padStart(6)}`;
  });
  console.log(`${String(sizeMib).padStart(3)} MB ${String(clients).padStart(8)}   ${cells.join('   ')}`);
}

/** Seconds that `clients` connections take to do all layers. */
async function run(target: Target, clients: number, layers: readonly Layer[], work: (client: RawClient, target: Target, layer: Layer) => Promise<void>): Promise<number> {
  const queue = [...layers];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: clients }, () =>
      withClient(target, async (client) => {
        for (let layer = queue.pop(); layer !== undefined; layer = queue.pop()) await work(client, target, layer);
      }),
    ),
  );
  return (performance.now() - startedAt) / 1000;
}

/** What docker push does: is it there, begin, send, finish. */
async function pushBlob(client: RawClient, { base }: Target, { digest, parts }: Layer): Promise<void> {
  await client.send('HEAD', `${base}/blobs/${digest}`);
  const begun = await client.send('POST', `${base}/blobs/uploads/`);
  const sent = await client.send('PATCH', pathOf(begun.headers.get('location')), { 'Content-Type': 'application/octet-stream' }, parts);
  const location = pathOf(sent.headers.get('location'));
  const done = await client.send('PUT', `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`);
  if (done.status !== 201) throw new Error(`push: ${done.status}`);
}

async function pushImage(client: RawClient, target: Target, layer: Layer): Promise<void> {
  await pushBlob(client, target, layer);
  const manifest = Buffer.from(manifestOf(layer));
  const put = await client.send('PUT', `${target.base}/manifests/${tagOf(layer)}`, { 'Content-Type': MANIFEST_TYPE }, [manifest]);
  if (put.status !== 201) throw new Error(`manifest: ${put.status}`);
}

async function pullImage(client: RawClient, { base }: Target, layer: Layer): Promise<void> {
  const manifest = await client.send('GET', `${base}/manifests/${tagOf(layer)}`, { Accept: MANIFEST_TYPE });
  const blob = await client.send('GET', `${base}/blobs/${layer.digest}`);
  if (manifest.status !== 200 || blob.status !== 200) throw new Error(`pull: ${manifest.status} ${blob.status}`);
}

/** Latency of a trivial handler on the server's event loop, idle and while four clients push and pull 100 MB layers. */
async function lateness(ours: Target, theirs: Target): Promise<void> {
  console.log('\nlatency of a trivial request beside the bytes (ms), asked from another process');
  for (const [target, path] of [[ours, '/_ping'], [theirs, '/v2/']] as const) {
    const layers = Array.from({ length: 8 }, () => makeLayer(100 * MIB));
    for (const [what, work] of [['idle', undefined], ['4 x 100 MB pushes', pushImage], ['4 x 100 MB pulls', pullImage]] as const) {
      if (target === ours) await stats(ours);
      const ping = spawn(process.execPath, [join(import.meta.dirname, 'support/ping-child.ts'), `http://127.0.0.1:${target.port}${path}`], { stdio: ['pipe', 'pipe', 'inherit'] });
      const output = firstLine(ping);
      if (work === undefined) await new Promise((resolve) => setTimeout(resolve, 1500));
      else await run(target, 4, layers, work);
      ping.stdin?.end();
      const { p50Ms, p99Ms, maxMs, count } = JSON.parse(await output);
      const loop = target === ours ? await stats(ours) : undefined;
      const own = loop === undefined ? '' : `   loop delay p99 ${loop.loopP99Ms.toFixed(1)} max ${loop.loopMaxMs.toFixed(1)}, RSS ${(loop.rssBytes / MIB).toFixed(0)} MB`;
      console.log(`${target.name.padEnd(16)} ${what.padEnd(18)} p50 ${p50Ms.toFixed(2)}  p99 ${p99Ms.toFixed(2)}  max ${maxMs.toFixed(1)}  (${count} requests)${own}`);
    }
  }
}

async function stats(target: Target): Promise<{ loopP99Ms: number; loopMaxMs: number; rssBytes: number }> {
  return (await fetch(`http://127.0.0.1:${target.port}/_stats`)).json() as Promise<{ loopP99Ms: number; loopMaxMs: number; rssBytes: number }>;
}

async function startOurs(): Promise<Target> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'support/registry-target.ts'), join(directory, 'ours')], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { name: 'ours', port: Number(await firstLine(child)), base: '/v2/000000000000.dkr.ecr.us-east-1/bench', process: child };
}

async function startTheirs(): Promise<Target> {
  const port = await freePort();
  const config = join(directory, 'docker-registry.yml');
  writeFileSync(
    config,
    `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  cache: { blobdescriptor: inmemory }
  filesystem: { rootdirectory: ${join(directory, 'theirs')} }
http: { addr: "127.0.0.1:${port}" }
`,
  );
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  const deadline = performance.now() + 10_000;
  while (!(await fetch(`http://127.0.0.1:${port}/v2/`).then(() => true, () => false))) {
    if (performance.now() > deadline) throw new Error('docker-registry does not answer (apt-get install docker-registry)');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { name: 'docker-registry', port, base: '/v2/bench', process: child };
}

async function withClient(target: Target, work: (client: RawClient) => Promise<void>): Promise<void> {
  const client = rawClient(target.port);
  await work(client);
  client.close();
}

function makeLayer(bytes: number): Layer {
  const parts = [randomBytes(64), filler.subarray(0, bytes - 64)];
  return { parts, digest: digestOf(parts) };
}

function manifestOf(layer: Layer): string {
  const size = layer.parts.reduce((sum, part) => sum + part.byteLength, 0);
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf([CONFIG]), size: CONFIG.byteLength },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer.digest, size }],
  });
}

function tagOf({ digest }: Layer): string {
  return `t${digest.slice(7, 39)}`;
}

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
}

function pathOf(location: string | undefined): string {
  return location === undefined || location.startsWith('/') ? (location ?? '') : location.slice(location.indexOf('/', 'http://'.length));
}

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => reject(new Error(`a child ended before it said anything: ${code}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
