// A registry with the real journal in a process of its own, for tests that kill it: prints its port when it serves.
//   node tests/support/registry-child.ts <dataDir> <repository…>
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { TABLES } from '#model/tables.ts';
import { openRegistry } from '#registry/registry.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { addRepository, TOKEN_SECRET } from './registry-server.ts';

const [dataDir = '', ...names] = process.argv.slice(2);
const store = await openStore({ journal: sqliteJournal({ directory: join(dataDir, 'state') }), tables: TABLES, log: silentLogger });
const registry = await openRegistry({ store, dataDir, tokenSecret: TOKEN_SECRET, relaxed: true, clock: systemClock, random: systemRandom, log: silentLogger });
for (const name of names) addRepository(store, name);
await store.durable();
const server = createServer({ requestTimeout: 0 }, (req, res) => registry.handle(req, res));
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
