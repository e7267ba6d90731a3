// Many tasks held in memory: bytes a task, and how long a restart takes until it can serve. The tasks are made by RunTask's own
// handler and reported RUNNING, in this process with a SQLite journal; the restart is another process that opens the same files.
//   ./longshore bench placement-million [--tasks=1000000] [--hosts=10000]
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openState } from '#app/state.ts';
import { createEcsService } from '#api/ecs/service.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { applyTaskReport } from '#core/task/report.ts';
import { containerInstances } from '#model/container-instance.ts';
import { tasks } from '#model/task.ts';
import { awsCall } from '#tests/support/api-harness.ts';
import type { RestartReport } from './support/restart-child.ts';

const { values: flags } = parseArgs({ options: { tasks: { type: 'string', default: '1000000' }, hosts: { type: 'string', default: '10000' } } });
const [taskCount, hostCount] = [Number(flags.tasks), Number(flags.hosts)];
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const dataDir = mkdtempSync(join(tmpdir(), 'longshore-bench-'));

async function fill(): Promise<void> {
  const { store, capacity } = await openState({ dataDir }, { clock: systemClock, random: systemRandom, log: silentLogger });
  const service = createEcsService({ store, capacity, clock: systemClock, random: systemRandom, log: silentLogger, agentEndpoint: () => ({ endpoint: '', telemetryEndpoint: '' }) });
  const call = (operation: string, input: Record<string, unknown>): unknown => service.operations[operation]!.handler(input, service.context(awsCall(operation, {}, Date.now())));
  call('CreateCluster', { clusterName: 'bench' });
  call('RegisterTaskDefinition', { family: 'bench', containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 10, memory: 64 }] });
  for (let i = 0; i < hostCount; i++) addHost(call, i);
  store.transact((tx) => {
    for (const host of tx.all(containerInstances)) tx.put(containerInstances, { ...host, agentConnected: true });
  });
  await store.durable();
  const placementStrategy = [{ type: 'spread', field: 'attribute:ecs.availability-zone' }, { type: 'binpack', field: 'memory' }];
  const before = performance.now();
  for (let made = 0; made < taskCount; made += 10) {
    const { tasks: launched } = call('RunTask', { cluster: 'bench', taskDefinition: 'bench', count: 10, placementStrategy }) as { tasks: { taskArn: string }[] };
    if (launched.length !== 10) throw new Error('a task found no place');
    store.transact((tx) => {
      for (const { taskArn } of launched) {
        const task = tx.get(tasks, taskArn)!;
        const runtimeId = taskArn.slice(-32) + taskArn.slice(-32);
        tx.put(tasks, applyTaskReport(task, { status: 'RUNNING', containers: [{ name: 'app', status: 'RUNNING', runtimeId }], attachments: [], managedAgents: [] }, Date.now()));
      }
    });
    // Memory of what waits to be written is not what is measured.
    if (made % 2_000 === 0) await store.durable();
  }
  await store.durable();
  print(`${taskCount} tasks placed on ${hostCount} hosts, RUNNING and durable in ${((performance.now() - before) / 1000).toFixed(1)} s`);
  await store.close();
}

function addHost(call: (operation: string, input: Record<string, unknown>) => unknown, index: number): void {
  call('RegisterContainerInstance', {
    cluster: 'bench',
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: 16_384 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: 65_536 },
    ],
    attributes: [{ name: 'ecs.availability-zone', value: `us-east-1${'abc'[index % 3]}` }],
  });
}

function restart(): Promise<RestartReport> {
  const child = fork(fileURLToPath(new URL('./support/restart-child.ts', import.meta.url)), [dataDir], { execArgv: ['--expose-gc', '--max-old-space-size=8192'] });
  return new Promise((resolve, reject) => {
    child.on('message', resolve);
    child.on('exit', (code) => reject(new Error(`the restarted process ended (${code})`)));
  });
}

try {
  await fill();
  const { tookMs, cpuMs, rssBytes, heapBytes, tasks: found, emptyRssBytes } = await restart();
  if (found !== taskCount) throw new Error(`${found} tasks came back`);
  print(`after a restart: ${((rssBytes - emptyRssBytes) / found).toFixed(0)} bytes a task of RSS (aim 2,048), ${(heapBytes / found).toFixed(0)} of heap; serving after ${(tookMs / 1000).toFixed(1)} s (aim 30), ${(cpuMs / 1000).toFixed(1)} s of CPU`);
} finally {
  rmSync(dataDir, { recursive: true });
}
