// What log ingest and search cost: 1 MB batches of 200-byte lines, durable before they are acknowledged, through the log store and
// through the signed API, against gzip -1 plus fsync of the same bytes; and searching them with FilterLogEvents against zgrep.
//   ./longshore bench logs [--megabytes=256] [--rounds=3] [--in-flight=8] [--api-seconds=5] [--folder=/tmp]
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createLogsService } from '../src/api/logs/service.ts';
import { silentLogger } from '../src/base/logger.ts';
import { seededRandom } from '../src/base/random.ts';
import { systemClock } from '../src/base/system/clock.ts';
import { systemRandom } from '../src/base/system/random.ts';
import { firstBoundary, lastBoundary, type InputLogEvent } from '../src/core/telemetry/log-event.ts';
import { logGroupArn, logGroups, logStreamArn, logStreams } from '../src/model/log-group.ts';
import { TABLES } from '../src/model/tables.ts';
import { memoryJournal } from '../src/store/journal/memory-journal.ts';
import { openStore } from '../src/store/memory-store.ts';
import { openLogStore, type LogStoreHandle } from '../src/telemetry/log-store.ts';
import { createAwsHandler } from '../src/wire/server.ts';
import { createAuthenticator, rootCaller } from '../src/wire/sigv4/authenticator.ts';
import { runLoad } from './support/load.ts';
import { signedJsonRequest } from './support/signed-request.ts';

const { values: flags } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '3' },
    'in-flight': { type: 'string', default: '8' },
    'api-seconds': { type: 'string', default: '5' },
    folder: { type: 'string', default: '/tmp' },
  },
});
const folder = mkdtempSync(join(flags.folder, 'longshore-bench-logs-'));
const batchLines = 4600; // 200 bytes and 26 for each: just under CloudWatch's 1,048,576.
const batches = Math.ceil((Number(flags.megabytes) * 1e6) / (batchLines * 200));
const rounds = Number(flags.rounds);
const groupId = '00000000000000aa';
const streamId = (n: number): string => String(n % 8).padStart(16, '0');
const start = Date.now() - 3_600_000;

const words = 'GET POST /api/v1/users error timeout connection refused from 10.0.3.17 status=200 bytes latency user session request completed in ms warn info debug'.split(' ');
const random = seededRandom(7);

/** A line as applications write them: words of a small vocabulary, and one in four something that does not repeat. */
function makeLine(): string {
  let line = '';
  while (line.length < 200) line += random.next() < 0.25 ? `${Math.floor(random.next() * 1e9).toString(36)} ` : `${words[Math.floor(random.next() * words.length)]} `;
  return line.slice(0, 199);
}

const samples = Array.from({ length: 32 }, () => Array.from({ length: batchLines }, makeLine));
const needle = 'needle-in-the-haystack';

/** Batch `n`: 1 MB of lines; every 64th batch has the needle once. */
function makeBatch(n: number, timestamp = start + n * 10): InputLogEvent[] {
  const lines = samples[n % samples.length]!;
  return lines.map((line, i) => ({ timestamp, message: n % 64 === 63 && i === 100 ? `${line.slice(0, 150)} ${needle}` : line }));
}

function asText(events: readonly InputLogEvent[]): Buffer {
  return Buffer.from(`${events.map((event) => event.message).join('\n')}\n`);
}

const megabytes = (batches * batchLines * 200) / 1e6;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >>> 1]!;
const rate = (ms: number): number => megabytes / (ms / 1000);

/** The floor: each batch through zlib in this process, written and made durable before the next. */
function gzipInProcess(texts: readonly Buffer[]): number {
  const fd = openSync(join(folder, 'floor.gz'), 'w');
  const began = performance.now();
  for (let n = 0; n < batches; n++) {
    writeSync(fd, gzipSync(texts[n % texts.length]!, { level: 1 }));
    fdatasyncSync(fd);
  }
  const took = performance.now() - began;
  closeSync(fd);
  return took;
}

/** The same bytes through the gzip binary in one stream, one fsync at the end. */
function gzipBinary(raw: string): number {
  const out = openSync(join(folder, 'binary.gz'), 'w');
  const began = performance.now();
  execFileSync('gzip', ['-1', '-c', raw], { stdio: ['ignore', out, 'inherit'] });
  fsyncSync(out);
  const took = performance.now() - began;
  closeSync(out);
  return took;
}

async function ingest(store: LogStoreHandle, inFlight: number): Promise<number> {
  let next = 0;
  const writer = async (): Promise<void> => {
    for (let n = next++; n < batches; n = next++) await store.append({ groupId, streamId: streamId(n), ingestionTime: start }, makeBatch(n));
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, writer));
  return performance.now() - began;
}

async function benchIngest(): Promise<LogStoreHandle> {
  const texts = samples.map((_, n) => asText(makeBatch(n)));
  const raw = join(folder, 'raw.log');
  writeFileSync(raw, Buffer.concat(Array.from({ length: batches }, (_, n) => asText(makeBatch(n)))));
  const inFlight = Number(flags['in-flight']);
  const took = { floor: [] as number[], binary: [] as number[], store: [] as number[], one: [] as number[] };
  let store: LogStoreHandle | undefined;
  for (let round = 0; round < rounds; round++) {
    await store?.close();
    rmSync(join(folder, 'store'), { recursive: true, force: true });
    took.floor.push(gzipInProcess(texts));
    took.binary.push(gzipBinary(raw));
    store = await openLogStore({ folder: join(folder, 'store'), log: silentLogger });
    took.one.push(await ingest(store, 1));
    await store.settle();
    await store.close();
    rmSync(join(folder, 'store'), { recursive: true, force: true });
    store = await openLogStore({ folder: join(folder, 'store'), log: silentLogger });
    took.store.push(await ingest(store, inFlight));
    await store.settle();
  }
  const floor = median(took.floor);
  console.log(`ingest of ${megabytes.toFixed(0)} MB, 200-byte lines in batches of 1 MB, each durable before it is acknowledged (medians of ${rounds})`);
  console.log(`  zlib gzip level 1 + write + fdatasync per batch, this process   ${rate(floor).toFixed(0)} MB/s`);
  console.log(`  gzip -1 binary, one stream, one fsync                          ${rate(median(took.binary)).toFixed(0)} MB/s`);
  console.log(`  log store, 1 batch in flight                                   ${rate(median(took.one)).toFixed(0)} MB/s, ratio ${(floor / median(took.one)).toFixed(2)}`);
  console.log(`  log store, ${inFlight} batches in flight                                 ${rate(median(took.store)).toFixed(0)} MB/s, ratio ${(floor / median(took.store)).toFixed(2)} to zlib, ${(median(took.binary) / median(took.store)).toFixed(2)} to the binary (goal 0.30)`);
  const size = (path: string): number => statSync(path).size;
  const stored = readdirSync(join(folder, 'store')).reduce((sum, name) => sum + size(join(folder, 'store', name)), 0);
  console.log(`  on disk: gzip -1 ${(size(raw) / size(join(folder, 'binary.gz'))).toFixed(2)} : 1, log store ${(megabytes * 1e6 / stored).toFixed(2)} : 1`);
  return store!;
}

async function search(store: LogStoreHandle, filterPattern: string): Promise<{ ms: number; found: number; pages: number }> {
  const began = performance.now();
  let from = firstBoundary;
  let found = 0;
  for (let pages = 1; ; pages++) {
    const page = await store.read({ groupId, from, to: lastBoundary, descending: false, limit: 10_000, maxBytes: 1 << 20, filterPattern, maxScanBytes: 64 << 20 });
    found += page.events.length;
    if (!page.next) return { ms: performance.now() - began, found, pages };
    from = page.next;
  }
}

async function benchSearch(store: LogStoreHandle): Promise<void> {
  const took = { zgrep: [] as number[], store: [] as number[] };
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const grep = spawnSync('zgrep', ['-c', '-F', needle, join(folder, 'binary.gz')], { encoding: 'utf8' });
    took.zgrep.push(performance.now() - began);
    const result = await search(store, `"${needle}"`);
    took.store.push(result.ms);
    found = result.found;
    if (found !== Number(grep.stdout)) throw new Error(`the log store found ${found}, zgrep ${grep.stdout}`);
  }
  const [zgrep, ours] = [median(took.zgrep), median(took.store)];
  console.log(`search of ${megabytes.toFixed(0)} MB for a text that ${found} lines have (medians of ${rounds})`);
  console.log(`  zgrep -F        ${zgrep.toFixed(0)} ms, ${rate(zgrep).toFixed(0)} MB/s`);
  console.log(`  FilterLogEvents ${ours.toFixed(0)} ms, ${rate(ours).toFixed(0)} MB/s, ${(ours / zgrep).toFixed(2)} of zgrep's time`);
}

async function benchApi(): Promise<void> {
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
  const logs = await openLogStore({ folder: join(folder, 'api'), log: silentLogger });
  const scope = { account: '111122223333', region: 'us-east-1' };
  store.transact((tx) => {
    const arn = logGroupArn(scope, 'bench');
    tx.put(logGroups, { ...scope, arn, id: groupId, name: 'bench', createdAt: start, class: 'STANDARD', tags: {} });
    tx.put(logStreams, { arn: logStreamArn(arn, 's'), id: streamId(0), groupId, name: 's', createdAt: start });
  });
  const service = createLogsService({ store, logs, random: systemRandom, clock: systemClock, log: silentLogger });
  const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const caller = rootCaller(scope.account, key.accessKeyId);
  const authenticate = createAuthenticator({ mode: 'strict', keys: () => ({ secret: key.secretAccessKey, caller }), clock: systemClock });
  const server = createServer(createAwsHandler({ services: [service], authenticate, clock: systemClock, random: systemRandom, log: silentLogger }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const now = Date.now();
  const input = (n: number): object => ({ logGroupName: 'bench', logStreamName: 's', logEvents: makeBatch(n, now - 60_000 + n) });
  const requests = await Promise.all(Array.from({ length: 8 }, (_, n) => signedJsonRequest({ port, service: 'logs', target: 'Logs_20140328.PutLogEvents', input: input(n), ...key })));
  const floor = rate(median([gzipInProcess(samples.map((_, n) => asText(makeBatch(n))))]));
  const load = await runLoad({ port, requests, connections: Number(flags['in-flight']), durationMs: Number(flags['api-seconds']) * 1000 });
  if (load.failures > 0) throw new Error(load.firstFailure);
  const mbPerSecond = (load.requestsPerSecond * batchLines * 200) / 1e6;
  console.log(`PutLogEvents over HTTP, signed and verified, ${flags['in-flight']} connections, load generator on the same machine`);
  console.log(`  ${mbPerSecond.toFixed(0)} MB/s, ${load.requestsPerSecond.toFixed(0)} requests/s, p50 ${load.p50Ms.toFixed(0)} ms, p99 ${load.p99Ms.toFixed(0)} ms, CPU ${(load.cpuMicrosPerRequest / 1000).toFixed(1)} ms a request`);
  console.log(`  zlib gzip level 1 + fdatasync of the same bytes ${floor.toFixed(0)} MB/s: ratio ${(mbPerSecond / floor).toFixed(2)} (goal 0.30)`);
  server.closeAllConnections();
  server.close();
  await logs.close();
  await store.close();
}

console.log(`load average ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}, node ${process.version}`);
try {
  const store = await benchIngest();
  await benchSearch(store);
  await store.close();
  await benchApi();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
