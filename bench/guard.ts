// What watching over a call costs it, apart from the call: the rate limit's token bucket.
// Usage: node bench/guard.ts [million calls]
import { createEcsService } from '#api/ecs/service.ts';
import { createThrottle } from '#app/throttle.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Service } from '#wire/service.ts';

const calls = Number(process.argv[2] ?? 2) * 1_000_000;
const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
const service: Service<any> = createEcsService({ store, capacity: new CapacityIndex(), clock: systemClock, random: systemRandom, log: silentLogger, agentEndpoint: () => ({ endpoint: '', telemetryEndpoint: '' }) });
const throttle = createThrottle(store, 1_000_000);
const callers = Array.from({ length: 100 }, (_, i) => ({ account: String(100_000_000_000 + i), arn: '', userId: '', accessKeyId: `AKIA${i}` }));
const operations = ['RunTask', 'ListClusters', 'DescribeTasks', 'RegisterTaskDefinition'];

function run(count: number): number {
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const attempt = { service, operation: operations[i & 3]!, caller: callers[i % 100]!, region: 'us-east-1', sourceIp: '127.0.0.1', now: 1_000_000 + i / 500 };
    if (throttle(attempt)) refused++;
  }
  return refused;
}

run(200_000);
const before = process.hrtime.bigint();
const refused = run(calls);
const nanos = Number(process.hrtime.bigint() - before) / calls;
process.stdout.write(`rate limit: ${nanos.toFixed(0)} ns a call over ${calls.toLocaleString('en-US')} calls of 100 accounts (${((100 * refused) / calls).toFixed(0)} % refused)\n`);
