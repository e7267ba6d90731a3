// What IAM costs a call: signed, durable RegisterTaskDefinition of a user with policies that are evaluated, against the same without; and with
// rate limit and audit trail on top.
// Floor: 0.8 of it. Usage: ./longshore bench access-calls [seconds] [rounds]
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEcsService } from '#api/ecs/service.ts';
import { createPolicies } from '#api/iam/policies.ts';
import { openAuditTrail } from '#app/audit-trail.ts';
import { createAuthorizer } from '#app/authorize.ts';
import { createThrottle } from '#app/throttle.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { identities, type Identity } from '#model/identity.ts';
import { TABLES } from '#model/tables.ts';
import { sqliteJournal } from '#store/journal/sqlite-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { createAwsHandler, type AwsHandlerOptions } from '#wire/server.ts';
import { createAuthenticator } from '#wire/sigv4/authenticator.ts';
import { renderLoad, runLoad, type LoadResult } from './support/load.ts';
import { signedJsonRequest } from './support/signed-request.ts';

const durationMs = Number(process.argv[2] ?? 3) * 1000;
const rounds = Number(process.argv[3] ?? 3);
const ACCOUNT = '000000000000';
const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const ARN = `arn:aws:iam::${ACCOUNT}:user/bench`;
const CALLER = { account: ACCOUNT, arn: ARN, userId: 'AIDABENCH', accessKeyId: KEY.accessKeyId };
const DEFINITION = {
  family: 'bench',
  taskRoleArn: `arn:aws:iam::${ACCOUNT}:role/app`,
  executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/exec`,
  containerDefinitions: [{ name: 'app', image: 'app:1', cpu: 1, memory: 4, portMappings: [{ containerPort: 80 }], environment: Array.from({ length: 10 }, (_, i) => ({ name: `V_${i}`, value: `value ${i}` })) }],
};

const dataDir = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
const store = await openStore({ journal: sqliteJournal({ directory: dataDir }), tables: TABLES, log: silentLogger });
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', Action: 'ecs:*', Resource: '*', Condition: { NotIpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '::1/128'] } } },
    { Effect: 'Allow', Action: ['ecs:Describe*', 'ecs:List*', 'ecs:RegisterTaskDefinition'], Resource: [`arn:aws:ecs:*:${ACCOUNT}:task-definition/bench:*`, `arn:aws:ecs:*:${ACCOUNT}:cluster/*`] },
    { Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${ACCOUNT}:role/*`, Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } },
  ],
});
const user: Identity = {
  account: ACCOUNT, kind: 'user', name: 'bench', path: '/', id: CALLER.userId, arn: ARN, createdAt: 0, inline: [{ name: 'p', document }],
  attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], tags: [], groups: [],
};
store.transact((tx) => tx.put(identities, user));

const deps = { store, capacity: new CapacityIndex(), clock: systemClock, random: systemRandom, log: silentLogger };
const agentEndpoint = (): { endpoint: string; telemetryEndpoint: string } => ({ endpoint: '', telemetryEndpoint: '' });
const options: AwsHandlerOptions = {
  services: [createEcsService({ ...deps, agentEndpoint })],
  authenticate: createAuthenticator({ mode: 'strict', clock: systemClock, keys: (id) => (id === KEY.accessKeyId ? { secret: KEY.secretAccessKey, caller: CALLER } : undefined) }),
  clock: systemClock,
  random: systemRandom,
  log: silentLogger,
  beforeReply: () => (store.isDurable() ? undefined : store.durable()),
};

async function serve(handler: AwsHandlerOptions): Promise<{ port: number; requests: Uint8Array[]; close: () => void }> {
  const server = createServer(createAwsHandler(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target = 'AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition';
  const requests = await Promise.all(Array.from({ length: 32 }, (_, i) => signedJsonRequest({ port, service: 'ecs', target, input: { ...DEFINITION, tags: [{ key: 'n', value: String(i) }] }, ...KEY })));
  return { port, requests, close: () => (server.close(), server.closeAllConnections()) };
}

const plain = await serve(options);
const audit = await openAuditTrail({ ...deps, dataDir });
const authorize = createAuthorizer(store, createPolicies());
const judged = await serve({ ...options, authorize });
const guarded = await serve({ ...options, authorize, throttle: createThrottle(store, 1_000_000), record: (done) => audit.record(done) });
const runs: Record<'plain' | 'judged' | 'guarded', LoadResult[]> = { plain: [], judged: [], guarded: [] };
// Both sides compiled before anything is measured.
for (const side of [plain, judged, guarded]) await runLoad({ ...side, durationMs: 1000 });
for (let round = 0; round < rounds; round++) {
  runs.plain.push(await runLoad({ ...plain, durationMs }));
  runs.judged.push(await runLoad({ ...judged, durationMs }));
  runs.guarded.push(await runLoad({ ...guarded, durationMs }));
}
for (const { failures, firstFailure } of Object.values(runs).flat()) if (failures > 0) throw new Error(firstFailure);
const best = (results: readonly LoadResult[]): LoadResult => results.reduce((a, b) => (b.requestsPerSecond > a.requestsPerSecond ? b : a));
const [without, withIam, all] = [best(runs.plain), best(runs.judged), best(runs.guarded)];
process.stdout.write(`16 connections, best of ${rounds} alternating rounds of ${durationMs / 1000} s\n${renderLoad('signed, durable, no more', without)}\n${renderLoad('with IAM', withIam)}\n${renderLoad('with rate limit and audit too', all)}\n`);
for (const [name, side, floor] of [['IAM', withIam, ' (floor 0.8)'], ['all of it', all, '']] as const) {
  process.stdout.write(`${name}: ${(side.requestsPerSecond / without.requestsPerSecond).toFixed(2)} of the requests/s${floor}, ${(side.cpuMicrosPerRequest / without.cpuMicrosPerRequest).toFixed(2)}x the CPU\n`);
}
plain.close();
judged.close();
guarded.close();
await audit.close();
await store.close();
rmSync(dataDir, { recursive: true });
