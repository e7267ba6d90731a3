// Placement at scale: RunTask over thousands of simulated hosts that speak the real agent protocol, answered after fsync, beside raw
// group-committed inserts of the same rows; RunTask until RUNNING is acknowledged; and whether RunTask is as quick with many hosts as with few.
//   ./longshore bench fleet [--hosts=5000] [--tasks=50000] [--flat-tasks=100000] [--only=placement|end-to-end|flatness]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient, RegisterTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { openFleet, type Fleet } from './support/fleet.ts';
import { runLoad, type LoadResult } from './support/load.ts';
import { signedJsonRequest } from './support/signed-request.ts';

const { values: flags } = parseArgs({
  options: {
    hosts: { type: 'string', default: '5000' },
    tasks: { type: 'string', default: '50000' },
    'flat-tasks': { type: 'string', default: '100000' },
    connections: { type: 'string', default: '64' },
    only: { type: 'string', default: '' },
  },
});
const [hosts, wanted] = [Number(flags.hosts), Number(flags.tasks)];
const STRATEGY = [{ type: 'spread', field: 'attribute:ecs.availability-zone' }, { type: 'binpack', field: 'memory' }];
const TICKS_PER_SECOND = 100;

interface World {
  readonly platform: TestPlatform;
  readonly ecs: ECSClient;
  readonly fleet: Fleet;
  close(): Promise<void>;
}

async function openWorld(count: number, report: boolean): Promise<World> {
  const platform = await startPlatform({ server: ['--rate-limits', 'off'] });
  const ecs = new ECSClient(platform.sdk);
  await ecs.send(new CreateClusterCommand({ clusterName: 'default' }));
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'app',
    containerDefinitions: [{ name: 'app', image: 'app:1', cpu: 64, memory: 128, portMappings: [{ containerPort: 80 }], environment: Array.from({ length: 10 }, (_, i) => ({ name: `VARIABLE_${i}`, value: `value ${i}` })) }],
  }));
  const began = performance.now();
  const fleet = await openFleet(platform, count, report, attributesOf(taskDefinition!));
  console.log(`${count} hosts registered and connected in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return {
    platform,
    ecs,
    fleet,
    async close() {
      ecs.destroy();
      fleet.close();
      await platform.stop();
    },
  };
}

function attributesOf(definition: TaskDefinition): { name: string; value?: string }[] {
  return (definition.requiresAttributes ?? []).map(({ name, value }) => ({ name: name!, ...(value !== undefined && { value }) }));
}

async function load(world: World, count: number, connections: number, durationMs: number, warmupMs = 0): Promise<LoadResult> {
  const { port, credentials } = world.platform;
  const input = { taskDefinition: 'app', count, placementStrategy: STRATEGY };
  const request = await signedJsonRequest({ port, service: 'ecs', target: 'AmazonEC2ContainerServiceV20141113.RunTask', input, ...credentials });
  return runLoad({ port, requests: [request], connections, durationMs, warmupMs, serverCpuMicros: () => cpuSeconds(world.platform.serverPid()) * 1e6 });
}

async function clusterCounts(world: World): Promise<{ running: number; pending: number; hosts: number }> {
  const { clusters } = await world.ecs.send(new DescribeClustersCommand({ clusters: ['default'] }));
  const [cluster] = clusters!;
  return { running: cluster!.runningTasksCount!, pending: cluster!.pendingTasksCount!, hosts: cluster!.registeredContainerInstancesCount! };
}

/** Seconds of CPU so far, all threads. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Task rows a second that node:sqlite takes by itself, in groups as large as a good journal's. */
function rawInserts(rows: readonly string[], groupSize: number): number {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
  const database = new DatabaseSync(join(directory, 'raw.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (key TEXT PRIMARY KEY, row TEXT NOT NULL, revision INTEGER)');
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?, ?)');
  const began = performance.now();
  let n = 0;
  while (performance.now() - began < 4_000) {
    database.exec('BEGIN IMMEDIATE');
    for (let i = 0; i < groupSize; i++) insert.run(`task-${n}`, rows[n % rows.length] ?? '', n++);
    database.exec('COMMIT');
  }
  const perSecond = (n / (performance.now() - began)) * 1000;
  database.close();
  rmSync(directory, { recursive: true });
  return perSecond;
}

/** What the journal holds of some tasks. */
function taskRows(dataDir: string): string[] {
  const file = join(dataDir, 'state.sqlite');
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('SELECT row FROM "t_tasks" LIMIT 1000').all() as { row: string }[];
  database.close();
  return rows.map(({ row }) => row);
}

async function placement(): Promise<void> {
  const world = await openWorld(hosts, false);
  try {
    const result = await load(world, 10, Number(flags.connections), 5_000, 2_000);
    const perSecond = result.requestsPerSecond * 10;
    while ((await clusterCounts(world)).pending < wanted) await load(world, 10, 32, 1_000);
    const { pending } = await clusterCounts(world);
    const rows = taskRows(world.platform.dataDir);
    const raw = rawInserts(rows, 300);
    console.log(`durable placement over ${hosts} hosts: ${perSecond.toFixed(0)} tasks/s, ${result.failures} failed, p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms, ${(result.cpuMicrosPerRequest / 10).toFixed(0)} µs CPU a task   (aim 5,000)`);
    console.log(`${pending} tasks placed; raw node:sqlite, the same rows (${rows[0]?.length ?? 0} bytes) in groups of 300: ${raw.toFixed(0)} rows/s   ratio ${(perSecond / raw).toFixed(2)}   (aim 0.5)`);
  } finally {
    await world.close();
  }
}

async function endToEnd(): Promise<void> {
  const world = await openWorld(hosts, true);
  try {
    const cpu = [cpuSeconds(world.platform.serverPid()), cpuSeconds(world.fleet.pid)] as const;
    const began = performance.now();
    // Closed loop: a next wave when most of the last one runs, so that what is measured is the way, not a queue.
    for (let asked = 0; asked < wanted; ) {
      const { pending } = await clusterCounts(world);
      if (pending > 3_000) {
        await wait(50);
        continue;
      }
      asked += (await load(world, 10, 16, 250)).requests * 10;
    }
    for (let counts = await clusterCounts(world); counts.pending > 0; counts = await clusterCounts(world)) await wait(50);
    const seconds = (performance.now() - began) / 1000;
    const { running } = await clusterCounts(world);
    const micros = (now: number, before: number): string => (((now - before) * 1e6) / running).toFixed(0);
    console.log(`end to end with ${hosts} hosts: ${running} tasks from RunTask to RUNNING acknowledged in ${seconds.toFixed(1)} s: ${(running / seconds).toFixed(0)} tasks/s   (aim 1,500)   CPU a task: control plane ${micros(cpuSeconds(world.platform.serverPid()), cpu[0])} µs, hosts ${micros(cpuSeconds(world.fleet.pid), cpu[1])} µs; ${world.fleet.counts().failures} failed`);
  } finally {
    await world.close();
  }
}

async function flatness(): Promise<void> {
  const small = await openWorld(50, false);
  const large = await openWorld(hosts, false);
  try {
    const flat = Number(flags['flat-tasks']);
    while ((await clusterCounts(small)).pending < flat / 100) await load(small, 10, 4, 100);
    while ((await clusterCounts(large)).pending < flat) await load(large, 10, 32, 1_000);
    const settled = async (world: World): Promise<void> => {
      for (let before = -1; before !== world.fleet.counts().orders; await wait(300)) before = world.fleet.counts().orders;
    };
    await settled(large);
    const p99: [number[], number[]] = [[], []];
    const p50: [number[], number[]] = [[], []];
    for (let round = 0; round < 5; round++) {
      for (const side of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const result = await load(side === 0 ? small : large, 1, 2, 2_000, 500);
        p99[side].push(result.p99Ms);
        p50[side].push(result.p50Ms);
      }
    }
    const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
    const counts = [await clusterCounts(small), await clusterCounts(large)] as const;
    for (const [i, name] of ['few ', 'many'].entries()) console.log(`${name}: ${counts[i]!.hosts} hosts, ${counts[i]!.pending} tasks: RunTask p50 ${median(p50[i]!).toFixed(2)} ms, p99 ${median(p99[i]!).toFixed(2)} ms`);
    console.log(`flatness: p99 ratio ${(median(p99[1]) / median(p99[0])).toFixed(2)}, p50 ratio ${(median(p50[1]) / median(p50[0])).toFixed(2)}   (aim 1.2)`);
  } finally {
    await small.close();
    await large.close();
  }
}

for (const [name, run] of Object.entries({ placement, 'end-to-end': endToEnd, flatness })) if (flags.only === '' || flags.only === name) await run();
process.exit(0);
