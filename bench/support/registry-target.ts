// Runs our registry alone in a process of its own, as app/ would, for bench/registry.ts: prints its port, then serves until killed.
// `/_ping` is a trivial handler on the same event loop; `/_stats` says how late that loop was and what the process uses.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { repositories, repositoryArn } from '#model/repository.ts';
import { TABLES } from '#model/tables.ts';
import { openRegistry } from '#registry/registry.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';

const dataDir = process.argv[2] ?? '';
const store = await openStore({ journal: sqliteJournal({ directory: join(dataDir, 'state') }), tables: TABLES, log: silentLogger });
const registry = await openRegistry({ store, dataDir, tokenSecret: new Uint8Array(32), relaxed: true, clock: systemClock, random: systemRandom, log: silentLogger });
const [account, region, name] = ['000000000000', 'us-east-1', 'bench'];
store.transact((tx) =>
  tx.put(repositories, {
    arn: repositoryArn(account, region, name),
    account,
    region,
    name,
    createdAt: 0,
    tagMutability: 'MUTABLE',
    tagExclusionFilters: [],
    scanOnPush: false,
    encryption: { encryptionType: 'AES256' },
    tags: [],
  }),
);

let late = monitorEventLoopDelay({ resolution: 1 });
late.enable();
const server = createServer({ requestTimeout: 0 }, (req, res) => {
  if (req.url === '/_ping') return void res.end('ok');
  if (req.url !== '/_stats') return registry.handle(req, res);
  const cpu = process.cpuUsage();
  const stats = { loopP50Ms: late.percentile(50) / 1e6, loopP99Ms: late.percentile(99) / 1e6, loopMaxMs: late.max / 1e6, rssBytes: process.memoryUsage.rss(), cpuMs: (cpu.user + cpu.system) / 1000 };
  late.disable();
  late = monitorEventLoopDelay({ resolution: 1 });
  late.enable();
  res.end(JSON.stringify(stats));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
