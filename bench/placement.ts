// Placement at scale, over the real server: simulated container instances on the real link, RunTask over HTTP, signed, answered after
// fsync. Three measurements: durable placement against raw group-committed inserts of the same rows; how flat RunTask stays as the cluster
// grows; and the whole way, from RunTask to RUNNING acknowledged.
//   ./longshore bench placement [durable] [flat] [end-to-end] [--hosts=5000] [--tasks=50000] [--connections=32]
import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { startFleet, type Fleet } from './support/fleet.ts';
import { signedJsonRequest } from './support/signed-request.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '5000' },
    tasks: { type: 'string', default: '50000' },
    connections: { type: 'string', default: '32' },
    'flat-tasks': { type: 'string', default: '100000' },
    'end-tasks': { type: 'string', default: '20000' },
  },
});
const wanted = positionals.length > 0 ? positionals : ['durable', 'flat', 'end-to-end'];
const CLUSTER = 'bench';
const TARGET = 'AmazonEC2ContainerServiceV20141113';
const STRATEGY = [{ type: 'spread', field: 'attribute:ecs.availability-zone' }, { type: 'binpack', field: 'memory' }];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Scene {
  readonly platform: TestPlatform;
  readonly fleet: Fleet;
}

async function call(platform: TestPlatform, operation: string, input: unknown): Promise<Buffer> {
  const { accessKeyId, secretAccessKey } = platform.credentials;
  return Buffer.from(await signedJsonRequest({ port: platform.port, service: 'ecs', target: `${TARGET}.${operation}`, input, accessKeyId, secretAccessKey }));
}

async function withScene(hosts: number, runs: boolean, use: (scene: Scene) => Promise<void>): Promise<void> {
  const platform = await startPlatform();
  try {
    await drive(platform, [await call(platform, 'CreateCluster', { clusterName: CLUSTER })], 1, 1);
    const containerDefinitions = [{ name: 'app', image: 'busybox', cpu: 10, memory: 64 }];
    await drive(platform, [await call(platform, 'RegisterTaskDefinition', { family: 'bench', containerDefinitions })], 1, 1);
    const { agent } = platform.credentials;
    const before = performance.now();
    const fleet = await startFleet({ port: platform.port, cluster: CLUSTER, hosts, cpu: 16_384, memoryMiB: 65_536, credentials: agent, runs });
    print(`${hosts} hosts connected in ${((performance.now() - before) / 1000).toFixed(1)} s`);
    try {
      await use({ platform, fleet });
    } finally {
      fleet.close();
    }
  } finally {
    await platform.stop();
  }
}

/** Sends `count` requests in turn over so many connections. Milliseconds of each. Throws when one is refused. */
async function drive({ port }: TestPlatform, requests: readonly Buffer[], count: number, connections: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(connections, count) }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      while (next < count) {
        const request = requests[next++ % requests.length]!;
        const before = performance.now();
        socket.write(request);
        const answer = await response(socket);
        latenciesMs.push(performance.now() - before);
        if (answer[9] !== '2' || answer.includes('"reason"')) throw new Error(answer.slice(0, 600));
      }
      socket.destroy();
    }),
  );
  return latenciesMs;
}

function response(socket: ReturnType<typeof connect>): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const head = bytes.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1]);
      if (bytes.length < head + 4 + length) return;
      socket.off('data', take).off('close', gone);
      resolve(bytes.toString('latin1'));
    };
    const gone = (): void => reject(new Error('the server closed a connection'));
    socket.on('data', take).on('close', gone);
  });
}

const runTask = (platform: TestPlatform, count = 10): Promise<Buffer> => call(platform, 'RunTask', { cluster: CLUSTER, taskDefinition: 'bench', count, placementStrategy: STRATEGY });

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}

/** The floor: the task rows of this very run, as text, in groups as large as the connections make them. */
function rawInserts(rows: readonly string[], groupSize: number): number {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
  const database = new DatabaseSync(join(directory, 'raw.sqlite'));
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (position INTEGER PRIMARY KEY, key TEXT NOT NULL, row TEXT NOT NULL, revision INTEGER NOT NULL)');
    const insert = database.prepare('INSERT INTO rows VALUES (?, ?, ?, ?)');
    const parsed = rows.map((row) => JSON.parse(row) as { arn: string });
    const before = performance.now();
    for (let i = 0; i < parsed.length; i += groupSize) {
      database.exec('BEGIN IMMEDIATE');
      for (let j = i; j < Math.min(parsed.length, i + groupSize); j++) insert.run(j, parsed[j]!.arn, JSON.stringify(parsed[j]), j);
      database.exec('COMMIT');
    }
    return parsed.length / ((performance.now() - before) / 1000);
  } finally {
    database.close();
    rmSync(directory, { recursive: true });
  }
}

async function durable(): Promise<void> {
  const [hosts, tasks, connections] = [Number(flags.hosts), Number(flags.tasks), Number(flags.connections)];
  await withScene(hosts, false, async ({ platform }) => {
    const request = await runTask(platform);
    await drive(platform, [request], 100, connections);
    const before = performance.now();
    const latencies = await drive(platform, [request], tasks / 10, connections);
    const rate = tasks / ((performance.now() - before) / 1000);
    await platform.stopServer();
    const database = new DatabaseSync(join(platform.dataDir, 'state.sqlite'), { readOnly: true });
    const rows = database.prepare('SELECT row FROM t_tasks ORDER BY position DESC LIMIT ?').all(tasks).map(({ row }) => String(row));
    database.close();
    const raw = rawInserts(rows, connections * 10);
    print(
      `durable placement  ${hosts} hosts, ${tasks} tasks, spread + binpack: ${rate.toFixed(0)} tasks/s (aim 5,000)  p50 ${percentile(latencies, 0.5).toFixed(1)} ms  p99 ${percentile(latencies, 0.99).toFixed(1)} ms` +
        `  raw inserts ${raw.toFixed(0)} rows/s  ratio ${(rate / raw).toFixed(2)} (aim 0.50)`,
    );
  });
}

/** p99 of one connection's RunTask of one task, once the cluster holds so many. */
async function latencyAt(hosts: number, tasks: number): Promise<number> {
  let p99 = NaN;
  await withScene(hosts, false, async ({ platform }) => {
    await drive(platform, [await runTask(platform)], tasks / 10, Number(flags.connections));
    const one = await runTask(platform, 1);
    await drive(platform, [one], 200, 1);
    const latencies = await drive(platform, [one], 2_000, 1);
    p99 = percentile(latencies, 0.99);
    print(`RunTask with ${hosts} hosts and ${tasks} tasks: p50 ${percentile(latencies, 0.5).toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`);
  });
  return p99;
}

async function flat(): Promise<void> {
  const small = await latencyAt(50, 1_000);
  const large = await latencyAt(Number(flags.hosts), Number(flags['flat-tasks']));
  print(`flatness  p99 large / small ${(large / small).toFixed(2)} (aim 1.20)`);
}

async function endToEnd(): Promise<void> {
  const [hosts, tasks] = [Number(flags.hosts), Number(flags['end-tasks'])];
  await withScene(hosts, true, async ({ platform, fleet }) => {
    const request = await runTask(platform);
    const warm = fleet.untilRunning(1_000);
    await drive(platform, [request], 100, 8);
    await warm;
    const running = fleet.untilRunning(1_000 + tasks);
    const before = performance.now();
    await drive(platform, [request], tasks / 10, 8);
    const asked = performance.now() - before;
    await running;
    const tookMs = performance.now() - before;
    print(`end to end  ${hosts} agents, ${tasks} tasks, RunTask to RUNNING acknowledged: ${((tasks / tookMs) * 1000).toFixed(0)} tasks/s (aim 1,500)  asked for in ${(asked / 1000).toFixed(1)} s`);
  });
}

if (wanted.includes('durable')) await durable();
if (wanted.includes('flat')) await flat();
if (wanted.includes('end-to-end')) await endToEnd();
