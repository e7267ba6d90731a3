// What the state store costs: durable transactions against raw group-committed SQLite inserts of the same rows, time to open,
// and memory per row.
//   ./longshore bench store [--seconds=4] [--rounds=3] [--writers=64] [--open-rows=100000] [--memory-rows=0]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { silentLogger } from '#base/logger.ts';
import { table, type Table } from '#model/table.ts';
import type { Journal } from '#store/journal/journal.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    writers: { type: 'string', default: '64' },
    'open-rows': { type: 'string', default: '100000' },
    'memory-rows': { type: 'string', default: '0' },
  },
});
const runMs = Number(flags.seconds) * 1000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** About what a task definition of one container is: 0.5 to 2 KB as JSON. */
interface Row {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: string;
  readonly scope: string;
  readonly registeredAtMs: number;
  readonly containers: readonly unknown[];
}

const definitions = table<Row>('task-definitions', (row) => row.arn, {
  scope: (row) => row.scope,
  family: (row) => `${row.scope}/${row.family}`,
  status: (row) => `${row.scope}/${row.family}/${row.status}`,
});

function makeRow(n: number): Row {
  const family = `app-${n % 1000}`;
  const environment = Array.from({ length: n % 16 }, (_, i) => ({ name: `SETTING_${i}`, value: `value-${n}-`.padEnd(60, 'x') }));
  return {
    arn: `arn:aws:ecs:us-east-1:000000000000:task-definition/${family}:${n}`,
    family,
    revision: n,
    status: 'ACTIVE',
    scope: '000000000000/us-east-1',
    registeredAtMs: 1_700_000_000_000 + n,
    containers: [
      {
        name: 'app',
        image: `000000000000.dkr.ecr.us-east-1.amazonaws.com/${family}:${n}`,
        cpu: 256,
        memory: 512,
        essential: true,
        portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
        environment,
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': `/ecs/${family}`, 'awslogs-stream-prefix': 'app' } },
      },
    ],
  };
}

interface Run {
  readonly perSecond: number;
  readonly groupSize: number;
  readonly latenciesMs: number[];
  readonly mainCpuUs: number;
}

async function inFreshDirectory<T>(run: (directory: string) => Promise<T> | T): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** `writers` callers, each waiting for its own transaction to be durable before the next one. */
async function storeRun(store: Store, writers: number): Promise<Run> {
  const latenciesMs: number[] = [];
  let n = 0;
  let groups = 0;
  let lastGroupAt = -1;
  const startedAt = performance.now();
  const cpu = process.threadCpuUsage();
  const writer = async (): Promise<void> => {
    while (performance.now() - startedAt < runMs) {
      const row = makeRow(n++);
      const begunAt = performance.now();
      store.transact((tx) => tx.put(definitions, row));
      await store.durable();
      const endedAt = performance.now();
      latenciesMs.push(endedAt - begunAt);
      // All waiters of a group are woken in the same turn.
      if (endedAt - lastGroupAt > 0.3) groups++;
      lastGroupAt = endedAt;
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  const used = process.threadCpuUsage(cpu);
  const tookMs = performance.now() - startedAt;
  return { perSecond: (n / tookMs) * 1000, groupSize: n / groups, latenciesMs, mainCpuUs: (used.user + used.system) / n };
}

/** The floor: the same rows, already text, as fast as one thread of node:sqlite takes groups of `groupSize`. */
function rawRun(directory: string, groupSize: number): Run {
  const database = new DatabaseSync(join(directory, 'raw.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (key TEXT PRIMARY KEY, row TEXT NOT NULL, revision INTEGER)');
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?, ?)');
  const latenciesMs: number[] = [];
  let n = 0;
  let insideMs = 0;
  const startedAt = performance.now();
  const cpu = process.threadCpuUsage();
  while (performance.now() - startedAt < runMs) {
    const rows = Array.from({ length: groupSize }, (_, i) => makeRow(n + i)).map((row) => [row.arn, JSON.stringify(row)] as const);
    const begunAt = performance.now();
    database.exec('BEGIN IMMEDIATE');
    for (const [key, text] of rows) insert.run(key, text, n++);
    database.exec('COMMIT');
    latenciesMs.push(performance.now() - begunAt);
    insideMs += performance.now() - begunAt;
  }
  const used = process.threadCpuUsage(cpu);
  database.close();
  return { perSecond: (n / insideMs) * 1000, groupSize, latenciesMs, mainCpuUs: (used.user + used.system) / n };
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function median(values: number[]): number {
  return percentile(values, 0.5);
}

function report(name: string, runs: readonly Run[]): number {
  const perSecond = median(runs.map((run) => run.perSecond));
  const latencies = runs.flatMap((run) => run.latenciesMs);
  const line = [
    name.padEnd(28),
    `${perSecond.toFixed(0).padStart(7)} rows/s`,
    `groups of ${median(runs.map((run) => run.groupSize)).toFixed(0)}`,
    `p50 ${percentile(latencies, 0.5).toFixed(2)} ms`,
    `p99 ${percentile(latencies, 0.99).toFixed(2)} ms`,
    `main thread ${median(runs.map((run) => run.mainCpuUs)).toFixed(1)} µs CPU/row`,
  ];
  print(line.join('  '));
  return perSecond;
}

async function benchDurableWrites(): Promise<void> {
  const writers = Number(flags.writers);
  const ours: Run[] = [];
  const raw: Run[] = [];
  for (let round = 0; round < Number(flags.rounds); round++) {
    const store = await inFreshDirectory(async (directory) => {
      const opened = await openStore({ journal: sqliteJournal({ directory }), tables: [definitions], log: silentLogger });
      const run = await storeRun(opened, writers);
      await opened.close();
      return run;
    });
    ours.push(store);
    raw.push(await inFreshDirectory((directory) => rawRun(directory, Math.max(1, Math.round(store.groupSize)))));
  }
  print(`durable writes, ${writers} writers, one row of 0.5-2 KB each, fsynced`);
  const ourRate = report('longshore store', ours);
  const rawRate = report('raw node:sqlite, same groups', raw);
  print(`ratio ${(ourRate / rawRate).toFixed(2)}\n`);
}

async function benchOpen(count: number): Promise<void> {
  await inFreshDirectory(async (directory) => {
    const open = (): Promise<Store> => openStore({ journal: sqliteJournal({ directory }), tables: [definitions], log: silentLogger });
    const filled = await open();
    for (let n = 0; n < count; n += 1000) {
      filled.transact((tx) => {
        for (let i = n; i < Math.min(count, n + 1000); i++) tx.put(definitions, makeRow(i));
      });
    }
    await filled.close();
    const startedAt = performance.now();
    const store = await open();
    const tookMs = performance.now() - startedAt;
    await store.close();
    print(`opening ${count} rows: ${tookMs.toFixed(0)} ms`);
  });
}

interface Task {
  readonly arn: string;
  readonly cluster: string;
  readonly service: string;
  readonly host: string;
  readonly eni: string;
  readonly status: string;
}

const taskIndexes = {
  cluster: (row: Task) => row.cluster,
  service: (row: Task) => row.service,
  host: (row: Task) => row.host,
  eni: (row: Task) => row.eni,
  status: (row: Task) => `${row.cluster}/${row.status}`,
};

const nowhere: Journal = {
  open: async () => ({ revision: 0, lastPosition: 0, schemaVersion: 0 }),
  append: () => {},
  close: async () => {},
};

async function storeOf(rows: readonly Task[], indexes: Table<Task>['indexes']): Promise<Store> {
  const tasks = table<Task>('tasks', (row) => row.arn, indexes);
  const store = await openStore({ journal: nowhere, tables: [tasks], log: silentLogger });
  for (const row of rows) store.transact((tx) => tx.put(tasks, row));
  return store;
}

/** What the store would hold instead if buckets were plain collections. */
function mapsOf(rows: readonly Task[], newBucket: () => { add(row: Task): void }): unknown {
  const primary = new Map(rows.map((row) => [row.arn, row]));
  const indexes = Object.values(taskIndexes).map((valueOf) => {
    const buckets = new Map<string, { add(row: Task): void }>();
    for (const row of rows) {
      let bucket = buckets.get(valueOf(row));
      if (bucket === undefined) buckets.set(valueOf(row), (bucket = newBucket()));
      bucket.add(row);
    }
    return buckets;
  });
  return { primary, indexes };
}

function setOfKeys(): { add(row: Task): void } {
  const keys = new Set<string>();
  return { add: (row) => keys.add(row.arn) };
}

function mapOfRows(): { add(row: Task): void } {
  const rows = new Map<string, Task>();
  return { add: (row) => rows.set(row.arn, row) };
}

/** Bytes that tables and indexes add to rows that are in memory anyway. */
async function benchMemory(count: number): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const used = (): number => (gc(), gc(), process.memoryUsage().heapUsed);
  const rows: Task[] = [];
  for (let n = 0; n < count; n++) {
    rows.push({ arn: `arn:${n}`, cluster: `c${n % 20}`, service: `s${n % 50_000}`, host: `h${n % 5000}`, eni: `eni-${n}`, status: 'RUNNING' });
  }
  const candidates: Record<string, () => unknown> = {
    'store, no index': () => storeOf(rows, {}),
    'store, 5 indexes': () => storeOf(rows, taskIndexes),
    'plain Map, buckets are Set<key>': () => mapsOf(rows, setOfKeys),
    'plain Map, buckets are Map<key, row>': () => mapsOf(rows, mapOfRows),
  };
  print(`memory beside the rows themselves, ${count} rows; indexes of 20, 50000, 5000, ${count} and 20 values`);
  await storeOf(rows.slice(0, 1000), taskIndexes);
  for (const [name, build] of Object.entries(candidates)) {
    // A turn of the event loop in between, so that nothing still refers to what was built before.
    await new Promise((resolve) => setImmediate(resolve));
    await measure(name, build);
  }

  async function measure(name: string, build: () => unknown): Promise<void> {
    const before = used();
    const startedAt = performance.now();
    const kept = [await build()];
    const tookMs = performance.now() - startedAt;
    const bytes = (used() - before) / count;
    print(`${name.padEnd(38)} ${bytes.toFixed(0).padStart(5)} bytes/row  ${((tookMs / count) * 1000).toFixed(2)} µs/put`);
    kept.length = 0;
  }
}

if (Number(flags.rounds) > 0) await benchDurableWrites();
if (Number(flags['open-rows']) > 0) await benchOpen(Number(flags['open-rows']));
if (Number(flags['memory-rows']) > 0) await benchMemory(Number(flags['memory-rows']));
