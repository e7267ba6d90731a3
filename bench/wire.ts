// What the wire costs: a signed ListClusters-like call through the whole handler, against the same node:http server answering a
// constant; and signatures verified per second on one core.
import * as ecs from '@aws-sdk/client-ecs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import type { AwsCall } from '#wire/call.ts';
import { parseHead } from '#wire/head.ts';
import { createAwsHandler } from '#wire/server.ts';
import type { Service } from '#wire/service.ts';
import { createAuthenticator, type Authenticate } from '#wire/sigv4/authenticator.ts';
import { openFloor } from './support/floor.ts';
import { renderLoad, runLoad, type LoadResult } from './support/load.ts';
import { signedJsonRequest } from './support/signed-request.ts';

const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const CALLER = { account: '000000000000', arn: 'arn:aws:iam::000000000000:root', userId: '000000000000', accessKeyId: KEY.accessKeyId };
const TARGET = 'AmazonEC2ContainerServiceV20141113.ListClusters';
const OUTPUT = { clusterArns: Array.from({ length: 5 }, (_, i) => `arn:aws:ecs:us-east-1:000000000000:cluster/cluster-${i}`) };
const ROUNDS = 3;

const service: Service<AwsCall> = {
  name: 'ecs',
  signingNames: ['ecs'],
  targetPrefix: 'AmazonEC2ContainerServiceV20141113',
  protocol: 'awsJson1_1',
  operations: { ListClusters: { schema: ecs.ListClusters$ as never, handler: () => OUTPUT } },
  context: (call) => call,
};

const authenticate = createAuthenticator({
  mode: 'strict',
  clock: systemClock,
  keys: (id) => (id === KEY.accessKeyId ? { secret: KEY.secretAccessKey, caller: CALLER } : undefined),
});
const wire = createServer(createAwsHandler({ services: [service], authenticate, clock: systemClock, random: systemRandom, log: silentLogger }));
await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
const wirePort = (wire.address() as AddressInfo).port;
const floor = await openFloor(JSON.stringify(OUTPUT));

// Different bodies, so that neither side answers from memory.
const requestsFor = (port: number): Promise<Uint8Array[]> =>
  Promise.all(Array.from({ length: 64 }, (_, i) => signedJsonRequest({ port, service: 'ecs', target: TARGET, input: { maxResults: i + 1 }, ...KEY })));

const floorRequests = await requestsFor(floor.port);
const wireRequests = await requestsFor(wirePort);
const floorRuns: LoadResult[] = [];
const wireRuns: LoadResult[] = [];
for (let round = 0; round < ROUNDS; round++) {
  floorRuns.push(await runLoad({ port: floor.port, requests: floorRequests, durationMs: 2_000 }));
  wireRuns.push(await runLoad({ port: wirePort, requests: wireRequests, durationMs: 2_000 }));
}
const floorBest = best(floorRuns);
const wireBest = best(wireRuns);
console.log(`16 connections, best of ${ROUNDS} alternating rounds of 2 s`);
console.log(renderLoad('floor: node:http, constant', floorBest));
console.log(renderLoad('wire: signed ListClusters', wireBest));
console.log(`ratio: ${(floorBest.requestsPerSecond / wireBest.requestsPerSecond).toFixed(2)}x the requests/s, ${(wireBest.cpuMicrosPerRequest / floorBest.cpuMicrosPerRequest).toFixed(2)}x the CPU`);
console.log(`SigV4 verified: ${Math.round(verifiesPerSecond(authenticate, wireRequests)).toLocaleString('en-US')}/s on one core (head parsed, body hashed)`);
floor.close();
wire.close();
wire.closeAllConnections();

function best(runs: readonly LoadResult[]): LoadResult {
  return runs.reduce((a, b) => (b.cpuMicrosPerRequest < a.cpuMicrosPerRequest ? b : a));
}

function verifiesPerSecond(verify: Authenticate, requests: readonly Uint8Array[]): number {
  const parsed = requests.map((bytes) => {
    const [head = '', body = ''] = Buffer.from(bytes).toString('utf8').split('\r\n\r\n');
    const rawHeaders = head.split('\r\n').slice(1).flatMap((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
    return { rawHeaders, body: Buffer.from(body) };
  });
  const rules = { signingNames: ['ecs'] };
  const run = (times: number): number => {
    const startedMs = performance.now();
    for (let i = 0; i < times; i++) {
      const { rawHeaders, body } = parsed[i % parsed.length] as (typeof parsed)[number];
      const outcome = verify({ head: parseHead('POST', '/', rawHeaders), body, rules });
      if ('failure' in outcome) throw new Error(outcome.message);
    }
    return (times / (performance.now() - startedMs)) * 1_000;
  };
  run(20_000);
  return run(100_000);
}
