// What watching over a call costs it, apart from the call: the rate limit's token bucket, and the record in the audit trail with all
// that follows from it (encoding, compression, disk; CPU of every thread).
// Usage: node bench/guard.ts [thousands of calls]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEcsService } from '#api/ecs/service.ts';
import { openAuditTrail } from '#app/audit-trail.ts';
import { createThrottle } from '#app/throttle.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { AwsCall } from '#wire/call.ts';
import type { Service } from '#wire/service.ts';
import { ownCpuMicros } from './support/load.ts';

const calls = Number(process.argv[2] ?? 200) * 1_000;
const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
const deps = { store, clock: systemClock, random: systemRandom, log: silentLogger };
const service: Service<any> = createEcsService({ ...deps, capacity: new CapacityIndex(), agentEndpoint: () => ({ endpoint: '', telemetryEndpoint: '' }) });
const callers = Array.from({ length: 100 }, (_, i) => ({ account: String(100_000_000_000 + i), arn: 'arn:aws:iam::100000000000:root', userId: 'u', accessKeyId: `AKIA${i}` }));
const operations = ['RunTask', 'ListClusters', 'DescribeTasks', 'RegisterTaskDefinition'];

/** Microseconds a call, CPU and wall, of `one`, after a round that is not counted. */
async function measure(name: string, count: number, one: (i: number) => void, end: () => Promise<void> = async () => {}): Promise<void> {
  const round = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      one(i);
      // As in a server, others come in between.
      if (i % 500 === 499) await new Promise(setImmediate);
    }
    await end();
  };
  await round(count >> 2);
  const [cpu, wall] = [ownCpuMicros(), process.hrtime.bigint()];
  await round(count);
  const micros = Number(process.hrtime.bigint() - wall) / 1_000 / count;
  process.stdout.write(`${name.padEnd(46)} ${micros.toFixed(2).padStart(6)} µs, CPU ${((ownCpuMicros() - cpu) / count).toFixed(2).padStart(6)} µs a call\n`);
}

const throttle = createThrottle(store, 1_000_000);
await measure('rate limit', calls, (i) => {
  throttle({ service, operation: operations[i & 3]!, caller: callers[i % 100]!, region: 'us-east-1', sourceIp: '127.0.0.1', now: 1_000_000 + i / 500 });
});

const dataDir = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
const trail = await openAuditTrail({ ...deps, dataDir });
const definition = { family: 'app', containerDefinitions: [{ name: 'app', image: 'app:1', cpu: 1, memory: 4, portMappings: [{ containerPort: 80 }], environment: Array.from({ length: 10 }, (_, i) => ({ name: `V_${i}`, value: `value ${i}` })) }] };
const revision = { taskDefinition: { ...definition, taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/app:1', revision: 1, status: 'ACTIVE', compatibilities: ['EC2', 'FARGATE'], registeredAt: new Date() } };
const tasks = Array.from({ length: 100 }, (_, i) => `arn:aws:ecs:us-east-1:000000000000:task/default/${String(i).padStart(32, '0')}`);
const cases: readonly (readonly [operation: string, input: object, output: object])[] = [
  ['ListClusters', { maxResults: 10 }, {}],
  ['DescribeTasks', { tasks }, {}],
  ['RegisterTaskDefinition', definition, revision],
  ['RunTask', { taskDefinition: 'app', count: 10 }, { tasks: tasks.slice(0, 10).map((taskArn) => ({ ...revision.taskDefinition, taskArn, containers: [{ containerArn: taskArn, name: 'app', lastStatus: 'PENDING', networkInterfaces: [] }], createdAt: new Date() })), failures: [] }],
];
for (const [operation, input, output] of cases) {
  await measure(`record of ${operation}`, calls >> 1, (i) => {
    const call: AwsCall = {
      caller: callers[i % 3]!, region: 'us-east-1', service: 'ecs', operation, requestId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, now: Date.now(), sourceIp: '127.0.0.1',
      userAgent: 'aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0 exec-env/bench', baseUrl: 'http://127.0.0.1:4566', signal: undefined as never,
    };
    trail.record({ service, operation, call, input, context: { account: call.caller.account, region: call.region, store }, output, error: undefined });
  }, () => trail.flush());
}
await trail.close();
rmSync(dataDir, { recursive: true });
