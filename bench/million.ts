// A million tasks over ten thousand hosts: memory per task, and how long the server takes from its start until it serves them.
//   ./longshore bench million [tasks=1000000] [hosts=10000]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createEcsService } from '#api/ecs/service.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { containerInstances } from '#model/container-instance.ts';
import { TABLES } from '#model/tables.ts';
import { tasks } from '#model/task.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { freePort } from '#tests/support/platform.ts';
import type { AwsCall } from '#wire/call.ts';

const [wanted = 1_000_000, hosts = 10_000] = process.argv.slice(2).map(Number);
const ACCOUNT = '000000000000';
const CALLER = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, accessKeyId: 'AKIDEXAMPLE' };
const ENTRY = join(import.meta.dirname, '../src/main.ts');
const dataDir = mkdtempSync(join(tmpdir(), 'longshore-bench-'));

/** Rows as the handlers make them: 50 families, the tasks all RUNNING. */
async function fill(): Promise<void> {
  const store = await openStore({ journal: sqliteJournal({ directory: dataDir }), tables: TABLES, log: silentLogger });
  const capacity = new CapacityIndex();
  store.watch((commit) => capacity.apply(commit.changes));
  const service = createEcsService({ store, capacity, clock: systemClock, random: systemRandom, log: silentLogger, agentEndpoint: () => ({ endpoint: '', telemetryEndpoint: '' }) });
  const call = (operation: string, input: object): any => {
    const verified: AwsCall = { caller: CALLER, region: 'us-east-1', service: 'ecs', operation, requestId: '', now: Date.now(), sourceIp: '', userAgent: '', baseUrl: '', signal: new AbortController().signal };
    return service.operations[operation]!.handler(input, service.context(verified));
  };
  call('CreateCluster', { clusterName: 'default' });
  for (let i = 0; i < 50; i++) call('RegisterTaskDefinition', { family: `app-${i}`, containerDefinitions: [{ name: 'app', image: `app:${i}`, cpu: 10, memory: 32, environment: [{ name: 'A', value: 'b' }] }] });
  const attributes = call('DescribeTaskDefinition', { taskDefinition: 'app-0' }).taskDefinition.requiresAttributes;
  const totalResources = [{ name: 'CPU', type: 'INTEGER', integerValue: 65_536 }, { name: 'MEMORY', type: 'INTEGER', integerValue: 262_144 }];
  for (let i = 0; i < hosts; i++) {
    const { containerInstanceArn } = call('RegisterContainerInstance', { totalResources, attributes: [...attributes, { name: 'ecs.availability-zone', value: `us-east-1${'abc'[i % 3]}` }] }).containerInstance;
    store.transact((tx) => tx.put(containerInstances, { ...tx.get(containerInstances, containerInstanceArn)!, agentConnected: true }));
  }
  await store.durable();
  for (let made = 0; made < wanted; ) {
    const answer = call('RunTask', { taskDefinition: `app-${(made / 10) % 50}`, count: 10, placementStrategy: [{ type: 'spread', field: 'instanceId' }] });
    if (answer.tasks.length < 10) throw new Error(JSON.stringify(answer.failures[0]));
    store.transact((tx) => {
      for (const { taskArn } of answer.tasks) {
        const task = tx.get(tasks, taskArn)!;
        tx.put(tasks, { ...task, lastStatus: 'RUNNING', startedAt: Date.now(), containers: task.containers.map((c) => ({ ...c, lastStatus: 'RUNNING' as const, runtimeId: systemRandom.bytes(32).toHex() })) });
      }
    });
    made += 10;
    if (made % 1_000 === 0) await store.durable();
    if (made % 100_000 === 0) console.log(`${made} tasks written`);
  }
  await store.close();
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

/** Starts the server on `folder`: milliseconds until it serves, and its memory half a minute later. */
async function serve(folder: string): Promise<{ ms: number; bytes: number }> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, 'server', '--data-dir', folder, '--port', String(port)], { stdio: 'ignore' });
  let ended = false;
  child.on('exit', () => (ended = true));
  for (;;) {
    if (ended) throw new Error('the server ended');
    const answer = await fetch(`http://127.0.0.1:${port}/_health`).catch(() => undefined);
    if (answer?.ok) break;
    await wait(20);
  }
  const ms = performance.now() - began;
  await wait(15_000);
  const bytes = residentBytes(child.pid!);
  const gone = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  return { ms, bytes };
}

try {
  await fill();
  const full = await serve(dataDir);
  const empty = await serve(mkdtempSync(join(dataDir, 'empty-')));
  console.log(`${wanted} tasks over ${hosts} hosts: ${((full.bytes - empty.bytes) / wanted).toFixed(0)} bytes resident a task (aim 2,048), ${(full.bytes / 2 ** 30).toFixed(2)} GiB in all; serving ${(full.ms / 1000).toFixed(1)} s after its start (aim 30), an empty one after ${(empty.ms / 1000).toFixed(1)} s`);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
