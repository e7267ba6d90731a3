// What ECS calls cost through the whole server: signed, durable, many connections, against the same node:http server answering a
// constant of the same size. DescribeTasks again with many more tasks in the cluster.
// --guards=on puts rate limits and the audit trail in, as the platform has them.
//   ./longshore bench api [--guards=off] [--only=RunTask] [--seconds=3] [--rounds=2] [--tasks=100000] [--hosts=20] [--connections=16]
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEcsService } from '#api/ecs/service.ts';
import { openAuditTrail } from '#app/audit-trail.ts';
import { createThrottle } from '#app/throttle.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { containerInstances } from '#model/container-instance.ts';
import { TABLES } from '#model/tables.ts';
import { tasks } from '#model/task.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { AwsCall } from '#wire/call.ts';
import { createAwsHandler } from '#wire/server.ts';
import { createAuthenticator } from '#wire/sigv4/authenticator.ts';
import { openFloor } from './support/floor.ts';
import { renderLoad, runLoad, type LoadResult } from './support/load.ts';
import { signedJsonRequest } from './support/signed-request.ts';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '2' },
    tasks: { type: 'string', default: '100000' },
    hosts: { type: 'string', default: '20' },
    connections: { type: 'string', default: '16' },
    guards: { type: 'string', default: 'off' },
    only: { type: 'string', default: '' },
  },
});
const durationMs = Number(flags.seconds) * 1000;
const rounds = Number(flags.rounds);
const connections = Number(flags.connections);

const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const ACCOUNT = '000000000000';
const CALLER = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, accessKeyId: KEY.accessKeyId };
const TARGET = 'AmazonEC2ContainerServiceV20141113';
const DEFINITION = {
  family: 'bench',
  containerDefinitions: [
    {
      name: 'app',
      image: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/app:1`,
      cpu: 1,
      memory: 4,
      portMappings: [{ containerPort: 80 }],
      environment: Array.from({ length: 10 }, (_, i) => ({ name: `VARIABLE_${i}`, value: `value ${i}` })),
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/bench', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'app' } },
    },
  ],
};

const dataDir = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
const store = await openStore({ journal: sqliteJournal({ directory: dataDir }), tables: TABLES, log: silentLogger });
const capacity = new CapacityIndex();
store.watch((commit) => capacity.apply(commit.changes));
const agentEndpoint = (): { endpoint: string; telemetryEndpoint: string } => ({ endpoint: '', telemetryEndpoint: '' });
const service = createEcsService({ store, capacity, clock: systemClock, random: systemRandom, log: silentLogger, agentEndpoint });
const audit = flags.guards === 'on' ? await openAuditTrail({ dataDir, store, clock: systemClock, random: systemRandom, log: silentLogger }) : undefined;
const server = createServer(
  createAwsHandler({
    ...(audit !== undefined && { record: (done) => audit.record(done), throttle: createThrottle(store, 1_000_000) }),
    services: [service],
    authenticate: createAuthenticator({
      mode: 'strict',
      clock: systemClock,
      keys: (id) => (id === KEY.accessKeyId ? { secret: KEY.secretAccessKey, caller: CALLER } : undefined),
    }),
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    beforeReply: () => (store.isDurable() ? undefined : store.durable()),
  }),
);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

for (let i = 0; i < 5; i++) call('CreateCluster', { clusterName: `cluster-${i}` });
call('RegisterTaskDefinition', DEFINITION);
for (let i = 0; i < Number(flags.hosts); i++) addHost();
const described = runTasks(100);

console.log(`${rounds} alternating rounds of ${flags.seconds} s, best of each; SQLite journal, synchronous=FULL; ${flags.hosts} hosts, ${connections} connections`);
await measure('ListClusters', (i) => ({ maxResults: (i % 90) + 10 }));
await measure('DescribeTasks', () => ({ tasks: described }), 'DescribeTasks (100)');
await measure('RegisterTaskDefinition', (i) => ({ ...DEFINITION, family: `family-${i % 64}` }));
await measure('RunTask', (i) => ({ taskDefinition: 'bench', count: 10, startedBy: `bench-${i}` }), 'RunTask (10)');
runTasks(Math.max(0, Number(flags.tasks) - store.size(tasks)));
await measure('DescribeTasks', () => ({ tasks: described }), `DescribeTasks of ${store.size(tasks)}`);
await measure('ListTasks', () => ({ maxResults: 100 }), `ListTasks of ${store.size(tasks)}`);
server.close();
server.closeAllConnections();
await audit?.close();
await store.close();
rmSync(dataDir, { recursive: true });

async function measure(operation: string, input: (index: number) => object, name = operation): Promise<void> {
  if (flags.only !== '' && flags.only !== operation) return;
  const answer = JSON.stringify(call(operation, input(0)));
  const floor = await openFloor(answer);
  const floorRuns: LoadResult[] = [];
  const ownRuns: LoadResult[] = [];
  for (let round = 0; round < rounds; round++) {
    floorRuns.push(await runLoad({ port: floor.port, requests: await requestsFor(floor.port, operation, input), connections, durationMs }));
    ownRuns.push(await runLoad({ port, requests: await requestsFor(port, operation, input), connections, durationMs }));
  }
  floor.close();
  const [floorBest, own] = [best(floorRuns), best(ownRuns)];
  console.log(renderLoad('floor: node:http', floorBest));
  console.log(renderLoad(name, own));
  const cpu = own.cpuMicrosPerRequest / floorBest.cpuMicrosPerRequest;
  console.log(`${''.padEnd(28)} ratio ${(own.requestsPerSecond / floorBest.requestsPerSecond).toFixed(2)}x the floor's requests/s, ${cpu.toFixed(2)}x its CPU; ${answer.length} bytes\n`);
}

function requestsFor(to: number, operation: string, input: (index: number) => object): Promise<Uint8Array[]> {
  return Promise.all(
    Array.from({ length: 64 }, (_, i) => signedJsonRequest({ port: to, service: 'ecs', target: `${TARGET}.${operation}`, input: input(i), ...KEY })),
  );
}

function best(runs: readonly LoadResult[]): LoadResult {
  return runs.reduce((a, b) => (b.requestsPerSecond > a.requestsPerSecond ? b : a));
}

/** A call without the wire, to set the scene. */
function call(operation: string, input: object): any {
  const verified: AwsCall = {
    caller: CALLER, region: 'us-east-1', service: 'ecs', operation, requestId: '', now: Date.now(), sourceIp: '', userAgent: '', baseUrl: '', signal: new AbortController().signal,
  };
  return service.operations[operation]!.handler(input, service.context(verified));
}

function runTasks(count: number): string[] {
  const arns: string[] = [];
  while (arns.length < count) arns.push(...call('RunTask', { taskDefinition: 'bench', count: 10 }).tasks.map((task: { taskArn: string }) => task.taskArn));
  return arns.slice(0, 100);
}

/** A host with room for everything that is run here. */
function addHost(): void {
  const attributes = call('DescribeTaskDefinition', { taskDefinition: 'bench' }).taskDefinition.requiresAttributes;
  const totalResources = [
    { name: 'CPU', type: 'INTEGER', integerValue: 100_000_000 },
    { name: 'MEMORY', type: 'INTEGER', integerValue: 100_000_000 },
  ];
  const { containerInstanceArn } = call('RegisterContainerInstance', { totalResources, attributes }).containerInstance;
  store.transact((tx) => tx.put(containerInstances, { ...tx.get(containerInstances, containerInstanceArn)!, agentConnected: true }));
}
